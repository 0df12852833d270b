/**
 * HDF5's virtual file drivers: which files on disk one file is made of, and where in them an address lies.
 */
@NullMarked
package io.h5sink.storage.driver;

import org.jspecify.annotations.NullMarked;
