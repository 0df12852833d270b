/**
 * The format of each filter, to the byte: gzip, LZF, Zstd, LZ4, byte shuffle and Fletcher-32 in both directions, n-bit and scale-offset decoded
 * only. A filter that needs a library says so with a {@link io.h5sink.filter.codec.MissingCodecException}; no library is looked for, unpacked
 * or loaded before a pipeline is made that needs it.
 */
@NullMarked
package io.h5sink.filter.codec;

import org.jspecify.annotations.NullMarked;
