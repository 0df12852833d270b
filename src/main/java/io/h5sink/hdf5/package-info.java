/**
 * Datasets and objects in Java alone, above the format and a transaction: how rows and chunks are appended, what values of variable length refer
 * to, what a file's objects are checked for, and what is known of a dataset before it is read.
 */
@NullMarked
package io.h5sink.hdf5;

import org.jspecify.annotations.NullMarked;
