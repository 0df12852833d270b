/** Ends a reactive stream in an HDF5 file: {@link io.h5sink.H5Sink} for one line, {@link io.h5sink.H5Writer} for more. */
@NullMarked
package io.h5sink;

import org.jspecify.annotations.NullMarked;
