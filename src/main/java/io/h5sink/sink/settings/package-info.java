/**
 * What a builder was told: checked one by one as it is set, and together when the writer is built; immutable from then on.
 */
@NullMarked
package io.h5sink.sink.settings;

import org.jspecify.annotations.NullMarked;
