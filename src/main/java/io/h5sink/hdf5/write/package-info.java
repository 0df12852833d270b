/** Files, datasets, attributes, dimension scales and positions as a session writes them in Java, without the C library. */
@NullMarked
package io.h5sink.hdf5.write;

import org.jspecify.annotations.NullMarked;
