package io.h5sink.sink.column;

import io.h5sink.buffer.ColumnBlocks;
import io.h5sink.schema.Column;

/**
 * A column on its way from the records to the HDF5 thread.
 *
 * @param column the column
 * @param path where its dataset is
 * @param blocks its blocks
 * @param ordered whether its rows keep the numbers of their records, because not every record has one
 * @param firstOrdinal the record that brought the column, from 1
 */
record BufferedColumn(Column column, String path, ColumnBlocks blocks, boolean ordered, long firstOrdinal) {

    /** How many rows came with the first records. Called by the HDF5 thread. */
    long rows(long records) {
        return ordered ? blocks.rowsUpTo(records) : records;
    }
}
