package io.h5sink.sink.column;

import io.h5sink.engine.WritableFile;

/** Extends the dataset of a removed column by its fill value, so that it keeps the length of the others. Belongs to the writer thread. */
final class FillWriter extends WrittenColumn {

    private final WritableFile.Filled dataset;

    FillWriter(String path, WritableFile.Filled dataset) {
        super(path, dataset.rows());
        this.dataset = dataset;
    }

    /** Writes the fill value until the dataset has the given number of rows of this session. The file must be open. */
    void fill(long rows) {
        if (rows > written()) {
            dataset.fill(startRow() + rows);
            wrote(rows, 0);
        }
    }

    @Override
    public void rollBack() {
        dataset.truncate(committedRows());
    }
}
