/** Object headers and their messages for dataspaces, datatypes and storage: HDF5 File Format Specification 3.0, section IV.A. */
@NullMarked
package io.h5sink.format.message;

import org.jspecify.annotations.NullMarked;
