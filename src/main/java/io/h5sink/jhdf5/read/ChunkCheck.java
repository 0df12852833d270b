package io.h5sink.jhdf5.read;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.filter.FilterRegistry;
import io.h5sink.format.FormatException;
import io.h5sink.format.Superblock;
import io.h5sink.format.message.DataSelection;
import io.h5sink.hdf5.DatasetInfo;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.file.DiskView;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.driver.StoredFile;

/**
 * Decodes chunks in Java before the C library does, in a file that other programs may have damaged: HDF5 takes any output of a filter for a
 * whole chunk, however short.
 */
public final class ChunkCheck {

    private ChunkCheck() {}

    /**
     * Decodes the chunks of some rows, as they are on disk, if Java has all of the dataset's filters.
     *
     * @param file the file that the C library has open
     * @param path the path of the dataset
     * @param dataset the identifier of the dataset
     * @param first the first row
     * @param last the last row
     * @throws StorageException if a chunk is damaged
     */
    public static void rows(StoredFile file, String path, long dataset, long first, long last) throws HDF5Exception {
        try (Handle type = Handle.type(H5.H5Dget_type(dataset))) {
            DatasetInfo info = DatasetProperties.of(null, path, dataset, type.id, null, null);
            if (info.chunk() == null
                    || info.filters().isEmpty()
                    || !FilterRegistry.unknown(info.filters()).isEmpty()) {
                return;
            }
            long elementBytes = H5.H5Tget_size(type.id);
            StoredElements.mustPack(info, elementBytes);
            if (first < 0 || last < first) {
                return;
            }
            DataSelection rows = DataSelection.rows(first, last, info.shape());
            try (DiskView opened = DiskView.open(file, DiskView.key(file), false, false);
                    DiskView own = opened.of(dataset, path);
                    StoredElements storage = StoredElements.of(dataset, info, own)) {
                FormatException.naming(path, () -> {
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
