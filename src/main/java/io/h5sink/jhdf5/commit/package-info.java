/**
 * Sessions with a file that the C library changes, each commit to which is all or nothing: the library's metadata cache is kept back and logged, what
 * a flush will overwrite is noted in the journal first, and what a writer left half done is undone.
 *
 * <p>{@link io.h5sink.jhdf5.commit.TransactionState} draws the states of a commit. {@code Preread}, {@code UndoneFile}, {@code MetadataLog} and
 * {@code DiskReservation} exist only because the library does not say what it will write.
 */
@NullMarked
package io.h5sink.jhdf5.commit;

import org.jspecify.annotations.NullMarked;
