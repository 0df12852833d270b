/**
 * The filters that chunks go through, in the order of a dataset's filter pipeline, and the threads that run them outside the HDF5 library,
 * so
 * that every core can do so.
 *
 * <p>A {@link io.h5sink.filter.CompressionRule} is a user's declaration, a {@link io.h5sink.filter.Filtering} is that declaration applied
 * to elements of one size, and a {@link io.h5sink.filter.Filter} is an entry in the file. A {@link io.h5sink.filter.FilterPipeline} encodes
 * and decodes the
 * chunks of one dataset, on any number of threads, each with the memory of its own {@link io.h5sink.filter.codec.Scratch}. A
 * {@link io.h5sink.filter.ChunkCoder} has the {@link io.h5sink.filter.FilterExecutor} encode chunks ahead of their writer. The
 * {@link io.h5sink.filter.FilterRegistry} knows which filters Java has.
 */
@NullMarked
package io.h5sink.filter;

import org.jspecify.annotations.NullMarked;
