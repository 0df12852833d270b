package io.h5sink.sink.column;

import io.h5sink.engine.WritableFile;

/** Tracks the positions of records, and passes the records on to another encoder. */
final class PositionedEncoder extends RecordEncoder {

    private final RecordEncoder columns;
    private final PositionTracker positions;
    private final String group;

    /** True if the last record was passed on to the other encoder. */
    private boolean passedOn;

    /**
     * Puts a tracker before an encoder.
     *
     * @param group the group of a record that the tracker refuses
     */
    PositionedEncoder(RecordEncoder columns, PositionTracker positions, String group) {
        this.columns = columns;
        this.positions = positions;
        this.group = group;
    }

    @Override
    public boolean encode(Object record, long ordinal) {
        passedOn = false;
        positions.put(record, ordinal); // before the record is counted
        passedOn = true;
        return columns.encode(record, ordinal);
    }

    @Override
    public void undo(long ordinal) {
        positions.undo(ordinal);
        columns.undo(ordinal);
    }

    @Override
    public void discard() {
        positions.discard();
        columns.discard();
    }

    @Override
    public String group() {
        return passedOn ? columns.group() : group;
    }

    @Override
    public ColumnWriters writers(WritableFile store, Demand demand) {
        return columns.writers(store, demand);
    }
}
