/**
 * Datasets that are read, and replaced in place: by the C library, or in Java where chunks went through filters or elements lie in other files.
 */
@NullMarked
package io.h5sink.jhdf5.read;

import org.jspecify.annotations.NullMarked;
