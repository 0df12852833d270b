/**
 * Element types between Java, the C library and the file, and the conversion of elements from one to another.
 */
@NullMarked
package io.h5sink.jhdf5.type;

import org.jspecify.annotations.NullMarked;
