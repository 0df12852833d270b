/**
 * A session's file as a whole, in Java: the lease on the file ({@link io.h5sink.hdf5.file.WriterLease}), new files, files in memory, and the
 * ends of files whose raw data lie apart.
 */
@NullMarked
package io.h5sink.hdf5.file;

import org.jspecify.annotations.NullMarked;
