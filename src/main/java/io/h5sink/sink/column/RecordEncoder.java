package io.h5sink.sink.column;

import io.h5sink.engine.WritableFile;
import io.h5sink.schema.SchemaViolation;

/**
 * Puts the records of a session into blocks. The publisher's thread calls all methods but {@link #writers}. A class and no interface,
 * because calls of its methods are cheaper, and there is one for each record.
 */
public abstract class RecordEncoder {

    /**
     * Puts one record into its blocks and counts it.
     *
     * @param ordinal the number that the record gets, one more than the last that was counted
     * @return whether there is work for the HDF5 thread: a block is full, or a column is new
     * @throws SchemaViolation if the record cannot be stored; it is then left out whole, and not counted
     */
    public abstract boolean encode(Object record, long ordinal);

    /**
     * Takes back what is left of a record that was refused.
     *
     * @param ordinal the number that the record would have got, which the next one gets
     */
    public abstract void undo(long ordinal);

    /** Gives all blocks back, of an encoder whose first record was refused. */
    public abstract void discard();

    /** The group that the record belongs to which was taken last, or refused. */
    public abstract String group();

    /**
     * What writes the columns of the records. Called by the HDF5 thread, once.
     *
     * @param store where their datasets are
     * @param demand is replenished while a commit is being written
     */
    public abstract ColumnWriters writers(WritableFile store, Demand demand);
}
