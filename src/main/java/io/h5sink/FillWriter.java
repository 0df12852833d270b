package io.h5sink;

import io.h5sink.hdf5.Store;

/** Extends the dataset of a removed column by its fill value, so that it keeps the length of the others. Belongs to the HDF5 thread. */
final class FillWriter extends WrittenColumn {

    private final Store.Filled dataset;

    FillWriter(String path, Store.Filled dataset) {
        super(path, dataset.rows());
        this.dataset = dataset;
    }

    /** Writes the fill value until there are so many rows of this session. The file must be open. */
    void fill(long rows) {
        if (rows > written()) {
            dataset.fill(startRow() + rows);
            wrote(rows, 0);
        }
    }

    @Override
    void rollBack() {
        dataset.truncate(committedRows());
    }
}
