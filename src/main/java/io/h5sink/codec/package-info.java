/**
 * Chunks as HDF5 stores them: gzip, LZF, Zstd, LZ4, byte shuffle and Fletcher-32, each in exactly the format that the registered
 * filter defines, made outside the HDF5 library so that every core can do it; and n-bit and scale-offset, which are only undone. Not
 * part of the public API.
 *
 * <p>A {@link io.h5sink.codec.Filtering} says what is wanted, a {@link io.h5sink.codec.ChunkCodec} does it for the chunks of one
 * dataset, on any number of threads, and a {@link io.h5sink.codec.Scratch} is what one thread needs for that. The libraries behind
 * the methods are optional: none is looked for, unpacked or loaded before a codec is made that needs it.
 */
@NullMarked
package io.h5sink.codec;

import org.jspecify.annotations.NullMarked;
