/**
 * Sessions with a file that the C library writes to, each commit all or nothing: HDF5's metadata cache writes nothing before a flush and is
 * logged, the bytes that a flush will overwrite are noted in the journal first, and the unfinished commit of a writer that died is undone.
 *
 * <p>{@link io.h5sink.jhdf5.commit.TransactionState} draws the states of a commit. {@code Preread}, {@code UndoneFile}, {@code MetadataLog}
 * and {@code DiskReservation} exist only because HDF5 does not say which bytes it will write.
 */
@NullMarked
package io.h5sink.jhdf5.commit;

import org.jspecify.annotations.NullMarked;
