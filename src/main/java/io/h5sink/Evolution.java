package io.h5sink;

/**
 * What becomes of a group's datasets when the record type has other components than they were written with. Datasets belong to
 * the record type if they lie in a group that holds one of its columns, grow along their first axis, and are as long as the
 * columns.
 */
public enum Evolution {
    /** The stream fails before anything is written. */
    REFUSE,
    /**
     * A new component's dataset gets its declared fill value for the rows before. A dataset that has no component any more goes on
     * with the fill value that it has in the file. The stream fails where there is no such value.
     */
    BACKFILL
}
