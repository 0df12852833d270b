/**
 * What is written to a file between two commits: metadata that is kept back until the commit, file space that is taken and freed, the pre-images
 * of what a commit overwrites, and the mark by which a commit has the file for itself.
 */
@NullMarked
package io.h5sink.transaction;

import org.jspecify.annotations.NullMarked;
