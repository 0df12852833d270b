/**
 * Reading for the public package: open files, slices in NumPy's notation, cursors over rows, and publishers of rows, also of growing files.
 */
@NullMarked
package io.h5sink.source;

import org.jspecify.annotations.NullMarked;
