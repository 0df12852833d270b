/**
 * Files, datasets and attributes: the only package that names {@code hdf.hdf5lib} or one of its providers. Not part of
 * the public API.
 *
 * <p>Everything here is called by one thread at a time per file. Calls into the C library hold the monitor of {@code
 * hdf.hdf5lib.H5}, as the methods of that class do themselves, so that files on different threads do not meet inside it.
 *
 * <p>Families of files: {@code Structure*} looks at a file before the library sees it; {@code Direct*} adds rows while the library has
 * the file closed; the journal, the safe commit, the keepers and the recovery make commits all or nothing.
 */
@NullMarked
package io.h5sink.hdf5;

import org.jspecify.annotations.NullMarked;
