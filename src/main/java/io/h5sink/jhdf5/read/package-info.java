/** Reading datasets and replacing their elements in place: by the C library, or in Java for filtered chunks and virtual datasets. */
@NullMarked
package io.h5sink.jhdf5.read;

import org.jspecify.annotations.NullMarked;
