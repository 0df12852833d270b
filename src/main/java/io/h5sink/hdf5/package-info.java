/**
 * Objects and datasets in Java alone, above the format and a transaction: groups, links and attributes, appending rows and chunks, checking a
 * file's objects, and the properties of a dataset before its elements are read.
 */
@NullMarked
package io.h5sink.hdf5;

import org.jspecify.annotations.NullMarked;
