/**
 * The lowest level of the HDF5 format: the superblock, the checksum, bytes at the addresses that the structure names, the decoding of names
 * and texts, and {@link io.h5sink.format.FormatException} for damaged structures. HDF5 File Format Specification 3.0, sections II and IV.
 *
 * <p>The packages below this one follow the levels of that specification. The types that write ({@code ExtensibleArray}, {@code
 * GlobalHeapWriter}) stand beside the types that read and the types that check; one type for each structure is still to come.
 */
@NullMarked
package io.h5sink.format;

import org.jspecify.annotations.NullMarked;
