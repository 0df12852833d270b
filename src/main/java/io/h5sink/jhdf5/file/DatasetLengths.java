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
 * How long the datasets of a file are for one who reads it. The C library looks at a dataset when it is first asked for, which may be some
 * commits later than for another one; but all are to be seen as they were when the file was opened. In a file that is open for SWMR
 * writing they are as long as it says on disk: a writer in the same process shares what the library has in memory, of which some may not be
 * committed yet.
 */
public final class DatasetLengths {

    private final StoredFile file;

    /** What they were, by the address of their headers; null if the file is open for SWMR writing. */
    private final @Nullable Map<Long, Long> known;

    DatasetLengths(StoredFile file, @Nullable Map<Long, Long> known) {
        this.file = file;
        this.known = known;
    }

    /**
     * Takes away of what is known of a dataset the rows that are not to be seen.
     *
     * @param id the file's
     * @param dataset its own
     */
    public void limit(long id, long dataset, DatasetInfo info) throws HDF5Exception {
        if (info.maximum().length == 0 || info.maximum()[0] != -1 || Links.isElsewhere(id, dataset)) {
            return;
        }
        long at = Links.header(dataset, ".");
        if (known != null) {
            info.shape()[0] = Math.min(info.shape()[0], known.getOrDefault(at, Long.MAX_VALUE));
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
