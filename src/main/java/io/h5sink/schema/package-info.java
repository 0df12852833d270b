/**
 * The schema of a record, in both directions: its columns, their types and shapes, the encoders that put a component into a buffer, and the
 * readers that make values of stored elements, with checked conversions.
 */
@NullMarked
package io.h5sink.schema;

import org.jspecify.annotations.NullMarked;
