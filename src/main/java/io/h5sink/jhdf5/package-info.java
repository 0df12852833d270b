/**
 * Access to the HDF5 C library through its Java binding {@code hdf.hdf5lib}: the provider and its natives, names, filters, errors and
 * identifiers.
 *
 * <p>This package and those below it are the only ones that name {@code hdf.hdf5lib} or one of its providers, and all classes that do are
 * here. These packages are to shrink: a file that Java writes alone needs none of them. Calls into the library hold the monitor of {@code
 * hdf.hdf5lib.H5}, as the methods of that class do themselves, so that two threads with different files are never in the library at once.
 */
@NullMarked
package io.h5sink.jhdf5;

import org.jspecify.annotations.NullMarked;
