/** HDF5's virtual file drivers: the files on disk that a file consists of, and the place of an address in those files. */
@NullMarked
package io.h5sink.storage.driver;

import org.jspecify.annotations.NullMarked;
