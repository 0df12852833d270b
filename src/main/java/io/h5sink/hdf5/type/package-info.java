/** Datatypes of columns: as HDF5 messages, in the words of h5dump, and the conversion of elements to a datatype that another program chose. */
@NullMarked
package io.h5sink.hdf5.type;

import org.jspecify.annotations.NullMarked;
