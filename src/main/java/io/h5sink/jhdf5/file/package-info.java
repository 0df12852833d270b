/**
 * The opening of files by the C library, and the checks before: file access properties, links and paths, and the file's bytes on disk read
 * by Java beside the library.
 */
@NullMarked
package io.h5sink.jhdf5.file;

import org.jspecify.annotations.NullMarked;
