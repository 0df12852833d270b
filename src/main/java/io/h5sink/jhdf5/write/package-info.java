/**
 * Files, datasets, attributes, dimension scales and positions of sessions whose file Java does not write: made by the C library, and grown in
 * Java wherever that is possible.
 */
@NullMarked
package io.h5sink.jhdf5.write;

import org.jspecify.annotations.NullMarked;
