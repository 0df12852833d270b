/** The mapping of element types between Java, the C library and the file, and the conversion of elements. */
@NullMarked
package io.h5sink.jhdf5.type;

import org.jspecify.annotations.NullMarked;
