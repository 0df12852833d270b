/**
 * The C library by its binding {@code hdf.hdf5lib}: which provider brings it, its natives, its names, filters, errors and identifiers.
 *
 * <p>This package and those below it are the only ones that name {@code hdf.hdf5lib} or one of its providers, and all that do. They are to shrink:
 * a file that Java writes alone needs none of them. Calls into the library hold the monitor of {@code hdf.hdf5lib.H5}, as the methods of that
 * class do themselves, so that files on different threads do not meet inside it.
 */
@NullMarked
package io.h5sink.jhdf5;

import org.jspecify.annotations.NullMarked;
