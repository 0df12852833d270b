package io.h5sink;

import io.h5sink.hdf5.Store;

/** Tracks the positions of records beside what another encoder does with them. */
final class PositionedEncoder extends RecordEncoder {

    private final RecordEncoder columns;
    private final PositionTracker positions;
    private final String group;

    /** Whether the last record got as far as the columns. */
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
    boolean encode(Object record, long ordinal) {
        passedOn = false;
        positions.put(record, ordinal); // before the record is counted
        passedOn = true;
        return columns.encode(record, ordinal);
    }

    @Override
    void undo(long ordinal) {
        positions.undo(ordinal);
        columns.undo(ordinal);
    }

    @Override
    void discard() {
        positions.discard();
        columns.discard();
    }

    @Override
    String group() {
        return passedOn ? columns.group() : group;
    }

    @Override
    ColumnWriters writers(Store store, Demand demand) {
        return columns.writers(store, demand);
    }
}
