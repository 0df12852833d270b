/**
 * The writes of one commit: the cache of changed metadata, the allocation of file space, the pre-images of overwritten bytes, and the mark
 * by which a commit has the file for itself.
 */
@NullMarked
package io.h5sink.transaction;

import org.jspecify.annotations.NullMarked;
