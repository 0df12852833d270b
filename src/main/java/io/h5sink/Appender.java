package io.h5sink;

import io.h5sink.block.Room;
import io.h5sink.hdf5.Store;
import io.h5sink.hdf5.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves rows from the blocks to the file, and commits. Belongs to the HDF5 thread.
 *
 * <p>Between commits the file is closed, unless blocks fill faster than commits are due: then it stays open until the next
 * commit. A commit writes all rows of the first {@code n} records and none of later ones, so that columns of one record type
 * have the same length in every file that others see.
 */
final class Appender {

    /** What remains to be done. */
    enum Outcome {
        /** Wait for more records. */
        GO_ON,
        /** Come back after {@link #RETRY_NANOS}: someone else has the file. */
        RETRY,
        /** The session is over, and its listener was told. */
        OVER
    }

    /** How long to wait for a file that someone else has, from one try to the next. */
    static final long RETRY_NANOS = 5_000_000;

    private static final long GIVE_UP_FIRST_NANOS = 1_000_000_000L;
    private static final long GIVE_UP_NANOS = 10_000_000_000L;
    private static final Logger LOG = LoggerFactory.getLogger("io.h5sink.H5Sink");

    private final Settings settings;
    private final Path identity;
    private final Store store;
    private final Room room;
    private final Results results;
    private final List<Lane> lanes = new ArrayList<>();
    private final List<Lane> unbound = new ArrayList<>();
    private final long started = System.nanoTime();

    private boolean claimed;
    private boolean opened;
    private boolean dirty;
    private boolean commitDue;
    private long busySince = -1;
    private long cut;
    private long committed;
    private long commits;
    private volatile long written;

    /** What ended the writing before the stream ended. */
    private @Nullable Problem problem;

    /** No record from this one on is written. */
    private long limit = Long.MAX_VALUE;

    Appender(Settings settings, Room room, Results results) {
        this.settings = settings;
        this.identity = OpenFiles.identity(settings.file());
        this.store = settings.stores().get();
        this.room = room;
        this.results = results;
    }

    /** Makes a commit due. */
    void commitSoon() {
        commitDue = true;
    }

    /** Records of which all rows are written. Any thread. */
    long writtenRecords() {
        return written;
    }

    /** Does all there is to do. */
    Outcome advance(@Nullable Intake intake, @Nullable Ending ending) {
        try {
            claim();
            long received = room.received();
            cut = Math.min(received, limit);
            openFirst();
            if (intake != null) {
                bind(intake);
                write(intake);
            }
            if (ending != null || problem != null) {
                finish(intake, ending);
                return Outcome.OVER;
            }
            if (!dirty) {
                store.close();
            }
            busySince = -1;
            return Outcome.GO_ON;
        } catch (StoreException e) {
            return failed(e, ending);
        } catch (RuntimeException | Error e) {
            LOG.error("{}: writing failed", settings.file(), e);
            abandon(Problem.unexpected(e));
            return Outcome.OVER;
        }
    }

    private void claim() {
        if (!claimed) {
            if (!OpenFiles.claim(identity)) {
                throw StoreException.file("another sink in this JVM writes to it", null);
            }
            claimed = true;
        }
    }

    private void openFirst() {
        if (!opened) {
            store.open();
            opened = true;
        }
    }

    private void openAgain() {
        if (!store.isOpen()) {
            store.open();
        }
    }

    private void openToWrite() {
        openAgain();
        dirty = true;
    }

    /** Joins new lanes to their datasets, checked one and all before the first of them is written. */
    private void bind(Intake intake) {
        for (Lane lane = intake.nextFresh(); lane != null; lane = intake.nextFresh()) {
            unbound.add(lane);
        }
        while (!unbound.isEmpty()) {
            Lane lane = unbound.get(0);
            openAgain();
            try {
                lane.bind(
                        store.dataset(lane.path, lane.column.type(), settings.chunk(lane.column.type())),
                        this::openToWrite);
                if (intake.lockstep() && !lanes.isEmpty()) {
                    checkLength(lane, lanes.get(0));
                }
            } catch (StoreException e) {
                stop(Problem.of(e), lane.firstOrdinal - 1);
                return;
            }
            lanes.add(lane);
            unbound.remove(0);
        }
    }

    private static void checkLength(Lane lane, Lane first) {
        if (lane.startRow() != first.startRow()) {
            throw StoreException.schema(
                    lane.path, "a length of " + first.startRow() + ", like " + first.path, "" + lane.startRow());
        }
    }

    /** Writes no record after the given one, and ends. */
    private void stop(Problem why, long lastRecord) {
        problem = why;
        limit = lastRecord;
        cut = Math.min(room.received(), limit); // the records before it were received by now
    }

    private void write(Intake intake) {
        long every = settings.commitRecords();
        if (every > 0) {
            for (long at = (committed / every + 1) * every; at <= cut; at += every) {
                commit(intake, at);
            }
        }
        if (commitDue) {
            commit(intake, cut);
            commitDue = false;
        } else {
            flow(intake, cut, false);
            if (room.limit() <= room.received()) { // what waits in blocks that are not full takes the last room
                flow(intake, cut, true);
            }
        }
    }

    private void flow(Intake intake, long records, boolean partial) {
        for (Lane lane : lanes) {
            long rows = intake.rows(lane, records);
            if (rows > lane.blocks.written()) {
                room.written(lane.blocks.write(rows, partial, lane));
            }
        }
        if (partial) {
            written = records;
        }
    }

    /** Completes the file with all rows of the first records. */
    private void commit(Intake intake, long records) {
        if (records <= committed) {
            return;
        }
        long start = System.nanoTime();
        flow(intake, records, true);
        store.close();
        dirty = false;
        committed = records;
        commits++;
        Map<String, Long> grown = new LinkedHashMap<>();
        for (Lane lane : lanes) {
            if (lane.commit()) {
                grown.put(lane.path, lane.rows());
            }
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        results.committed(
                new Commit(settings.file(), commits, records, Collections.unmodifiableMap(grown), bytes(), took));
    }

    private void finish(@Nullable Intake intake, @Nullable Ending ending) {
        if (intake != null) {
            commit(intake, cut);
        }
        store.close();
        release();
        Problem why = problem == null && ending != null ? ending.problem() : problem;
        if (why != null) {
            results.failed(Failures.of(why, settings.file(), committed));
        } else if (ending != null && ending.error() != null) {
            results.failed(ending.error());
        } else {
            results.completed(summary());
        }
    }

    private WriteSummary summary() {
        Map<String, Long> rows = new LinkedHashMap<>();
        for (Lane lane : lanes) {
            rows.put(lane.path, lane.rows());
        }
        Duration took = Duration.ofNanos(System.nanoTime() - started);
        return new WriteSummary(settings.file(), committed, Collections.unmodifiableMap(rows), bytes(), commits, took);
    }

    private long bytes() {
        long bytes = 0;
        for (Lane lane : lanes) {
            bytes += lane.bytes();
        }
        return bytes;
    }

    private Outcome failed(StoreException e, @Nullable Ending ending) {
        if (e.kind() == StoreException.Kind.BUSY) {
            long now = System.nanoTime();
            if (busySince < 0) {
                busySince = now;
                LOG.debug("{}: waiting, because {}", settings.file(), e.getMessage());
            }
            if (now - busySince < (opened ? GIVE_UP_NANOS : GIVE_UP_FIRST_NANOS)) {
                return Outcome.RETRY;
            }
        }
        H5Exception failure = abandon(Problem.of(e));
        if (ending != null && ending.error() != null) {
            failure.addSuppressed(ending.error());
        }
        return Outcome.OVER;
    }

    /** Gives up: what was committed is safe, what was not is lost. */
    H5Exception abandon(Problem why) {
        H5Exception failure = Failures.of(why, settings.file(), committed);
        try {
            store.close();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
        release();
        results.failed(failure);
        return failure;
    }

    private void release() {
        if (claimed) {
            OpenFiles.release(identity);
            claimed = false;
        }
    }
}
