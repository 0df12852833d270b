/**
 * The settings of a writer. Each value is checked when its setter is called, and all values together when the writer is built; settings are
 * immutable from then on.
 */
@NullMarked
package io.h5sink.sink.settings;

import org.jspecify.annotations.NullMarked;
