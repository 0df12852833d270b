/**
 * B-trees of version 2, and the symbol tables of groups of the old format, which are B-trees of version 1: HDF5 File Format Specification
 * 3.0, sections III.A to III.C.
 */
@NullMarked
package io.h5sink.format.btree;

import org.jspecify.annotations.NullMarked;
