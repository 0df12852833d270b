package io.h5sink;

/** Takes the positions of records beside what another intake takes of them. */
final class PositionedEncoder extends RecordEncoder {

    private final RecordEncoder inner;
    private final PositionLane lane;

    /** Whether the last record got as far as the other intake. */
    private boolean passedOn;

    PositionedEncoder(RecordEncoder inner, SourcePosition position) {
        super(inner.settings, inner.pool, inner.budget);
        this.inner = inner;
        this.lane = new PositionLane(position, settings.blockMemory(), pool);
    }

    @Override
    boolean encode(Object record, long ordinal) {
        passedOn = false;
        lane.put(record, ordinal); // before the other one counts the record
        passedOn = true;
        return inner.encode(record, ordinal);
    }

    @Override
    void undo(long ordinal) {
        lane.undo(ordinal);
        inner.undo(ordinal);
    }

    @Override
    void discard() {
        lane.discard();
        inner.discard();
    }

    @Override
    String group() {
        return passedOn ? inner.group() : super.group();
    }

    @Override
    RecordEncoder columns() {
        return inner;
    }

    @Override
    PositionLane positions() {
        return lane;
    }

    @Override
    long rows(BufferedColumn column, long records) {
        return inner.rows(column, records);
    }

    @Override
    boolean lockstep() {
        return inner.lockstep();
    }
}
