/** Writing a file anew (repack): objects, attributes, elements and references are copied to another file, and both files are compared. */
@NullMarked
package io.h5sink.jhdf5.repack;

import org.jspecify.annotations.NullMarked;
