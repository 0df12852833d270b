/**
 * How the C library opens a file, and what is looked at before it does: access properties, links and paths, and the file's bytes read beside it.
 */
@NullMarked
package io.h5sink.jhdf5.file;

import org.jspecify.annotations.NullMarked;
