/**
 * Bytes on disk: channels that an interrupt does not close, the rollback journal, and who else holds a file. The lowest room; its
 * {@link io.h5sink.storage.StorageException} says what a file refused, in all rooms above.
 */
@NullMarked
package io.h5sink.storage;

import org.jspecify.annotations.NullMarked;
