/** NumPy's notation for parts of arrays: from text to starts, steps and counts along each axis. Pure Java. */
@NullMarked
package io.h5sink.slice;

import org.jspecify.annotations.NullMarked;
