/**
 * The lowest level of the HDF5 format: the superblock, the checksum, bytes at the addresses that the structure names, the decoding of names
 * and texts, and {@link io.h5sink.format.FormatException} for damaged structures. HDF5 File Format Specification 3.0, sections II and IV.
 *
 * <p>The packages below this one follow the levels of that specification. Each structure is one type that decodes and encodes it. A tree or
 * heap of several blocks has two more: one that reads and checks a file, such as {@code BTreeV2}, and one that changes the file in a commit,
 * such as {@code BTreeV2Writer}.
 */
@NullMarked
package io.h5sink.format;

import org.jspecify.annotations.NullMarked;
