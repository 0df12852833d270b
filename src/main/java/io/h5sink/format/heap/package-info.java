/**
 * Heaps: the global heap with the values of variable length, the fractal heap with its free-space manager, and the dense storage of links
 * or attributes in a fractal heap. HDF5 File Format Specification 3.0, sections III.E, III.G and III.H.
 */
@NullMarked
package io.h5sink.format.heap;

import org.jspecify.annotations.NullMarked;
