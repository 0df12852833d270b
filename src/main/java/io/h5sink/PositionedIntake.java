package io.h5sink;

/** Takes the positions of records beside what another intake takes of them. */
final class PositionedIntake extends Intake {

    private final Intake inner;
    private final PositionLane lane;

    /** Whether the last record got as far as the other intake. */
    private boolean passedOn;

    PositionedIntake(Intake inner, SourcePosition position) {
        super(inner.settings, inner.pool, inner.room);
        this.inner = inner;
        this.lane = new PositionLane(position, settings.blockMemory(), pool);
    }

    @Override
    boolean accept(Object record, long ordinal) {
        passedOn = false;
        lane.put(record, ordinal); // before the other one counts the record
        passedOn = true;
        return inner.accept(record, ordinal);
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
    Intake columns() {
        return inner;
    }

    @Override
    PositionLane positions() {
        return lane;
    }

    @Override
    long rows(Lane column, long records) {
        return inner.rows(column, records);
    }

    @Override
    boolean lockstep() {
        return inner.lockstep();
    }
}
