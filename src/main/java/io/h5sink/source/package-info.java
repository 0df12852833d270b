/**
 * Reading for the face: a file that is open, slices in NumPy's notation, cursors over rows, and rows that are followed as they come.
 */
@NullMarked
package io.h5sink.source;

import org.jspecify.annotations.NullMarked;
