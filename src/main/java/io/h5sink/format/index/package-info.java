/**
 * The chunk indexes of HDF5 File Format Specification 3.0, section VII, and the B-tree of version 1 of section III.A.1. The {@link
 * io.h5sink.format.index.ExtensibleArray} also grows and moves within a transaction.
 */
@NullMarked
package io.h5sink.format.index;

import org.jspecify.annotations.NullMarked;
