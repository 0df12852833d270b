package io.h5sink.hdf5;

import hdf.hdf5lib.exceptions.HDF5Exception;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.file.Path;

/**
 * How long the datasets of a file are that is open for SWMR writing, as it says on disk. A writer in the same process shares what the
 * library has in memory, of which some may not be committed yet.
 */
final class SourceLengths {

    private final Path file;
    private final Access access;

    SourceLengths(Path file, Access access) {
        this.file = file;
        this.access = access;
    }

    /** Takes away of what is known of a dataset the rows that are not on disk. */
    void limit(long id, SourceInfo info) throws HDF5Exception {
        if (info.maximum().length == 0 || info.maximum()[0] != -1) {
            return;
        }
        long at = Links.header(id, info.path());
        try {
            Superblock superblock = Superblock.read(access.files(file).get(0));
            if (superblock == null || !superblock.plain()) {
                return;
            }
            try (StructureBytes bytes = new StructureBytes(access.addresses(file), superblock.start())) {
                StructureHeader.Message space = StructureHeader.read(bytes, at).first(StructureHeader.DATASPACE);
                if (space != null && !space.shared() && space.open().get(0) == 2) {
                    info.shape()[0] = Math.min(info.shape()[0], space.open().getLong(4));
                }
            }
        } catch (IOException | StructureDamage | BufferUnderflowException | IndexOutOfBoundsException e) {
            throw StoreException.busy(info.path() + " is just being written: " + e.getMessage(), e);
        }
    }
}
