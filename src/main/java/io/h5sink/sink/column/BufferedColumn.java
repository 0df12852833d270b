package io.h5sink.sink.column;

import io.h5sink.buffer.ColumnBlocks;
import io.h5sink.schema.Column;

/**
 * A column with its blocks, which the publisher's thread hands to the writer thread.
 *
 * @param column the column
 * @param path the path of the column's dataset
 * @param blocks the blocks of the column's rows
 * @param ordered true if blocks store the record number of each row, because not every record has a row in the column
 * @param firstOrdinal the number of the first record with the column, from 1
 */
record BufferedColumn(Column column, String path, ColumnBlocks blocks, boolean ordered, long firstOrdinal) {

    /** The number of rows of the first records. Called by the writer thread. */
    long rows(long records) {
        return ordered ? blocks.rowsUpTo(records) : records;
    }
}
