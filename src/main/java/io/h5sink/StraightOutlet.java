package io.h5sink;

import io.h5sink.block.ColumnBlocks;
import io.h5sink.block.Room;
import io.h5sink.codec.ChunkCoding;
import io.h5sink.hdf5.Store;
import io.h5sink.hdf5.StoreException;
import io.h5sink.schema.Column;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Each lane goes to a dataset of its own, straight from its blocks. */
final class StraightOutlet implements Outlet {

    /** So many chunks of a column are compressed and written before those of the next one. */
    private static final int TURN = 8;

    /** What is written before it is looked again for chunks that are full. */
    private static final long NEWS_BYTES = 1 << 20;

    private final Intake intake;
    private final Settings settings;
    private final Store store;
    private final Room room;
    private final List<Lane> unbound = new ArrayList<>();
    private final List<Lane> lanes = new ArrayList<>();
    private final List<Target> targets = new ArrayList<>();
    private final List<RowCheck> checks = new ArrayList<>();
    private final Codings codings;
    private final Runnable roomMade;
    private @Nullable Continuation continuation;

    /** With what to do when blocks were written, and there is more to come. */
    StraightOutlet(Intake intake, Store store, Runnable roomMade) {
        this.intake = intake;
        this.settings = intake.settings;
        this.room = intake.room;
        this.store = store;
        this.roomMade = roomMade;
        this.codings = new Codings(settings);
    }

    @Override
    public @Nullable Refusal bind(long records) {
        for (Lane lane = intake.nextFresh(); lane != null; lane = intake.nextFresh()) {
            unbound.add(lane);
        }
        while (!unbound.isEmpty() && unbound.get(0).firstOrdinal() <= records) {
            Lane lane = unbound.get(0);
            open();
            @Nullable Target target = null;
            try {
                long rowsBefore = continuation().rowsBefore(lane.path());
                target = Targets.of(lane.path(), lane.column(), rowsBefore, settings, codings, store);
                if (intake.lockstep() && !targets.isEmpty()) {
                    checkLength(target, targets.get(0));
                }
                if (unbound.size() == 1) { // while there is still something to refuse
                    Labels.promise(intake.axes(), settings.group(), store);
                }
                lane.blocks().align(target.startRow(), target.chunkRows());
                lanes.add(lane);
                targets.add(target);
                if (target.recodes()) {
                    checks.add(new RowCheck(lane, target));
                }
            } catch (StoreException e) {
                if (target != null) {
                    target.withdraw();
                }
                return refused(lane.firstOrdinal() - 1, new Refusal(e, lane.firstOrdinal()));
            }
            unbound.remove(0);
        }
        return refused(records, null);
    }

    /** The first of some records that has a value that its dataset cannot hold, or else what is refused behind them. */
    private @Nullable Refusal refused(long records, @Nullable Refusal behind) {
        Refusal first = behind;
        for (RowCheck check : checks) {
            Refusal found = check.look(intake.rows(check.lane(), records));
            if (found != null && (first == null || found.ordinal() < first.ordinal())) {
                first = found;
            }
        }
        return first;
    }

    private Continuation continuation() {
        Continuation known = continuation;
        if (known == null) {
            List<Column> columns = unbound.stream().map(Lane::column).toList();
            known = intake.lockstep()
                    ? Continuation.of(columns, settings.group(), settings, store)
                    : Continuation.PLAIN;
            continuation = known;
        }
        return known;
    }

    /** The columns of one record type have the same length. */
    static void checkLength(Target target, Target first) {
        if (target.startRow() != first.startRow()) {
            throw StoreException.schema(
                    target.path(),
                    "a length of " + first.startRow() + ", like " + first.path(),
                    "" + target.startRow());
        }
    }

    @Override
    public void write(long records) {
        if (codings.areUsed()) {
            open();
            sample(records);
            while (writeTurn(records)) {
                roomMade.run();
            }
        } else {
            for (int i = 0; i < lanes.size(); i++) {
                write(i, records, Integer.MAX_VALUE);
            }
        }
        if (continuation != null) {
            continuation.rest().forEach(target -> target.fill(records));
        }
    }

    /** Writes some chunks of each column, and tells the workers of what came meanwhile, so that they never wait; true if there is more. */
    private boolean writeTurn(long records) {
        boolean more = false;
        long bytes = NEWS_BYTES;
        for (int i = 0; i < lanes.size(); i++) {
            if (bytes >= NEWS_BYTES) { // not for each of many columns that have little to write
                announce(room.received());
                bytes = 0;
            }
            bytes += write(i, records, TURN);
            more |= intake.rows(lanes.get(i), records) > lanes.get(i).blocks().written();
        }
        return more;
    }

    /** Writes some blocks of a column; returns their bytes. */
    private long write(int lane, long records, int most) {
        ColumnBlocks blocks = lanes.get(lane).blocks();
        long rows = intake.rows(lanes.get(lane), records);
        if (rows <= blocks.written()) {
            return 0;
        }
        open();
        long bytes = blocks.write(rows, most, targets.get(lane));
        room.written(bytes);
        return bytes;
    }

    /** Shows those rows that decide how a column is compressed. */
    private void sample(long records) {
        for (Lane lane : lanes) {
            ChunkCoding coding = codings.of(lane.column());
            if (coding.needsSample()) {
                coding.sample(lane.blocks().sample(intake.rows(lane, records)));
            }
        }
    }

    /** Has chunks compressed before they are waited for, in the order in which they will be. */
    private void announce(long records) {
        boolean more = true;
        while (more) {
            more = false;
            for (int i = 0; i < lanes.size(); i++) {
                ColumnBlocks blocks = lanes.get(i).blocks();
                Target target = targets.get(i);
                long rows = intake.rows(lanes.get(i), records);
                for (int k = 0; k < TURN && blocks.look(rows, target::announce); k++) {
                    more = true;
                }
            }
        }
    }

    @Override
    public void close() {
        codings.close();
    }

    private void open() {
        if (!store.isOpen()) {
            store.open();
        }
    }

    @Override
    public Collection<Target> targets() {
        return continuation == null ? targets : continuation.with(targets);
    }
}
