/**
 * From records to datasets: encoders put records into the buffers of columns, on the publisher's thread, and column writers move the rows to
 * the datasets, on the writer thread. If records are routed, each column has a writer for each route.
 */
@NullMarked
package io.h5sink.sink.column;

import org.jspecify.annotations.NullMarked;
