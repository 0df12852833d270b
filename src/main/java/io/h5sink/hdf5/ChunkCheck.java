package io.h5sink.hdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.codec.FilterRegistry;

/**
 * Unpacks chunks before the C library does in a file that others may have damaged: the library takes whatever comes out of a filter for a
 * whole chunk.
 */
final class ChunkCheck {

    private ChunkCheck() {}

    /**
     * Unpacks the chunks of some rows, as they are on disk, if they went through filters that are known here.
     *
     * @param file as the library has opened it
     * @param path the dataset's
     * @param dataset its identifier
     * @param first the first row
     * @param last the last one
     * @throws StoreException if a chunk is damaged
     */
    static void rows(StoredFile file, String path, long dataset, long first, long last) throws HDF5Exception {
        try (Handle type = Handle.type(H5.H5Dget_type(dataset))) {
            SourceInfo info = SourceProperties.of(null, path, dataset, type.id, null, null);
            if (info.chunk() == null
                    || info.filters().isEmpty()
                    || !FilterRegistry.unknown(info.filters()).isEmpty()) {
                return;
            }
            long elementBytes = H5.H5Tget_size(type.id);
            SourceStorage.mustPack(info, elementBytes);
            if (first < 0 || last < first) {
                return;
            }
            SourceSelection rows = SourceSelection.rows(first, last, info.shape());
            try (SourceDisk opened = SourceDisk.open(file, SourceDisk.key(file), false, false);
                    SourceDisk own = opened.of(dataset, path);
                    SourceStorage storage = SourceStorage.of(dataset, info, own)) {
                StructureDamage.told(path, () -> {
                    storage.find(rows, (offset, address, size, mask) -> {
                        if (address != Superblock.UNDEFINED) {
                            storage.chunk(offset, address, size, mask, elementBytes);
                        }
                    });
                    return true;
                });
            }
        }
    }
}
