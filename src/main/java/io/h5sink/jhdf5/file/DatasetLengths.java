package io.h5sink.jhdf5.file;

import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.format.FormatException;
import io.h5sink.format.FormatInput;
import io.h5sink.format.Superblock;
import io.h5sink.format.message.ObjectHeader;
import io.h5sink.hdf5.DatasetInfo;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.driver.StoredFile;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The lengths of a file's datasets as a reader sees them: those of the time when the reader opened the file. The C library reads a
 * dataset's header when the dataset is first used, which may be some commits later than for another dataset. In a file that is open for
 * SWMR writing, the lengths are those on disk: a writer in the same process shares HDF5's metadata in memory, which may not be committed
 * yet.
 */
public final class DatasetLengths {

    private final StoredFile file;

    /** The lengths when the file was opened, by the address of the object header; null if the file is open for SWMR writing. */
    private final @Nullable Map<Long, Long> known;

    /** The largest address of {@link #known}; a dataset behind it was made after the file was opened. */
    private final long largest;

    DatasetLengths(StoredFile file, @Nullable Map<Long, Long> known) {
        this.file = file;
        this.known = known;
        this.largest = known == null
                ? Long.MAX_VALUE
                : known.keySet().stream().mapToLong(at -> at).max().orElse(Long.MAX_VALUE);
    }

    /**
     * Shortens a dataset's shape to the length that the reader sees.
     *
     * @param id the identifier of the file
     * @param dataset the identifier of the dataset
     */
    public void limit(long id, long dataset, DatasetInfo info) throws HDF5Exception {
        if (info.maximum().length == 0 || info.maximum()[0] != -1 || Links.isElsewhere(id, dataset)) {
            return;
        }
        long at = Links.header(dataset, ".");
        if (known != null) {
            info.shape()[0] = Math.min(info.shape()[0], known.getOrDefault(at, at > largest ? 0 : Long.MAX_VALUE));
            return;
        }
        try {
            Superblock superblock = Superblock.read(file.head());
            if (superblock == null || !superblock.plain()) {
                return;
            }
            try (FormatInput bytes = new FormatInput(file.addresses(), superblock.start())) {
                ObjectHeader.Message space = ObjectHeader.read(bytes, at).first(ObjectHeader.DATASPACE);
                if (space != null && !space.shared() && space.open().get(0) == 2) {
                    info.shape()[0] = Math.min(info.shape()[0], space.open().getLong(4));
                }
            }
        } catch (IOException | FormatException | BufferUnderflowException | IndexOutOfBoundsException e) {
            throw StorageException.busy(info.path() + " is just being written: " + e.getMessage(), e);
        }
    }
}
