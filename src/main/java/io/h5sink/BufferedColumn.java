package io.h5sink;

import io.h5sink.block.ColumnBlocks;
import io.h5sink.schema.Column;

/**
 * The way of one column from the records to the HDF5 thread.
 *
 * @param column the column
 * @param path where its dataset is
 * @param blocks its blocks
 * @param firstOrdinal the record that brought the column, from 1
 */
record BufferedColumn(Column column, String path, ColumnBlocks blocks, long firstOrdinal) {}
