/**
 * The chunk indexes of HDF5 File Format Specification 3.0, section VII, and the B-tree of version 1 of section III.A.1. A {@link
 * io.h5sink.format.index.ChunkIndexWriter} changes an index within a transaction, in a file whose addresses and lengths have eight bytes;
 * {@link io.h5sink.format.index.ChunkIndex} and its readers take any sizes.
 */
@NullMarked
package io.h5sink.format.index;

import org.jspecify.annotations.NullMarked;
