package io.h5sink.sink.column;

import io.h5sink.engine.WritableFile;
import io.h5sink.schema.SchemaViolation;

/**
 * Puts the records of a session into blocks. The publisher's thread calls all methods but {@link #writers}. An abstract class and no interface,
 * because calls of class methods are cheaper, and each record is a call.
 */
public abstract class RecordEncoder {

    /**
     * Puts one record into its blocks and counts it.
     *
     * @param ordinal the number of the record, one more than that of the last counted record
     * @return true if the writer thread should drain: a block is full, or a column is new
     * @throws SchemaViolation if the record cannot be stored; it is then left out whole, and not counted
     */
    public abstract boolean encode(Object record, long ordinal);

    /**
     * Removes the rows of a refused record.
     *
     * @param ordinal the number of the refused record, which the next record gets
     */
    public abstract void undo(long ordinal);

    /** Returns all blocks to the pool, after the first record was refused. */
    public abstract void discard();

    /** The group of the last encoded or refused record. */
    public abstract String group();

    /**
     * The writers of the columns. Called by the writer thread, once.
     *
     * @param store the file with the datasets of the columns
     * @param demand is replenished while a commit is being written
     */
    public abstract ColumnWriters writers(WritableFile store, Demand demand);
}
