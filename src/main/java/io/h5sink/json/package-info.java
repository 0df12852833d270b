/**
 * JSON in the form that Python's {@code json.dumps(value, sort_keys=True, separators=(",", ":"))} has, for nested metadata: written, read, and
 * made into Java values.
 */
@NullMarked
package io.h5sink.json;

import org.jspecify.annotations.NullMarked;
