/**
 * Chunks as HDF5 stores them: gzip, LZF, Zstd, LZ4, byte shuffle and Fletcher-32, each in exactly the format that the registered
 * filter defines, made outside the HDF5 library so that every core can do it; and n-bit and scale-offset, which are only decoded. Not
 * part of the public API.
 *
 * <p>A {@link io.h5sink.codec.CompressionRule} says what a user wants, a {@link io.h5sink.codec.Filtering} what that means for elements
 * of one size, and a {@link io.h5sink.codec.Filter} is an entry in the file. A {@link io.h5sink.codec.FilterPipeline} encodes and
 * decodes the chunks of one dataset, on any number of threads, each with the memory of its own {@link io.h5sink.codec.Scratch}. A
 * {@link io.h5sink.codec.ChunkCoder} has {@link io.h5sink.codec.Workers} encode chunks ahead of their writer. The
 * {@link io.h5sink.codec.FilterRegistry} knows which filters Java has. The libraries behind the methods are optional: none is looked
 * for, unpacked or loaded before a pipeline is made that needs it.
 */
@NullMarked
package io.h5sink.codec;

import org.jspecify.annotations.NullMarked;
