/**
 * Datasets and objects in Java alone, above the format and a transaction: appending rows and chunks, writing values of variable length,
 * checking a file's objects, and the properties of a dataset before its elements are read.
 */
@NullMarked
package io.h5sink.hdf5;

import org.jspecify.annotations.NullMarked;
