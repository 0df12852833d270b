/**
 * Bytes on disk: channels that an interrupt does not close, the rollback journal, and the programs that hold a file. This is the lowest
 * package; its {@link io.h5sink.storage.StorageException} reports failures of a file to all packages above.
 */
@NullMarked
package io.h5sink.storage;

import org.jspecify.annotations.NullMarked;
