/**
 * What every reader of an HDF5 file needs first: the superblock, the checksum, bytes at the addresses that the structure names, names and texts
 * as files have them, and {@link io.h5sink.format.FormatException} for whatever is damaged. HDF5 File Format Specification 3.0, sections II and
 * IV.
 *
 * <p>The packages below this one follow the levels of that specification. The writing types ({@code ExtensibleArray},
 * {@code GlobalHeapWriter}) stand beside those that read and those that check; one type for each structure is still to come.
 */
@NullMarked
package io.h5sink.format;

import org.jspecify.annotations.NullMarked;
