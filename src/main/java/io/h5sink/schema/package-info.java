/**
 * What a record is made of: its columns, their types and shapes, and the encoders that put a component into a block. Not
 * part of the public API.
 */
@NullMarked
package io.h5sink.schema;

import org.jspecify.annotations.NullMarked;
