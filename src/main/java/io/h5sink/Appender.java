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
 * <p>Rows are written by commits only, and between commits the file is closed. A commit is due when the interval has passed,
 * when a multiple of the agreed number of records is reached, and when the blocks hold so much that the publisher would soon
 * have to wait. It writes all rows of the first {@code n} records and none of later ones, so that columns of one record type
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
    private static final Logger LOG = LoggerFactory.getLogger("io.h5sink");

    private final Settings settings;
    private final Store store;
    private final Room room;
    private final Results results;
    private final List<Lane> lanes = new ArrayList<>();
    private final List<Lane> unbound = new ArrayList<>();
    private final long started = System.nanoTime();

    private @Nullable Path claimed;
    private boolean opened;
    private volatile boolean commitDue;
    private long busySince = -1;
    private long cut;
    private volatile long committed;
    private long commits;

    /** What ended the writing before the stream ended. */
    private @Nullable Problem problem;

    /** No record from this one on is written. */
    private long limit = Long.MAX_VALUE;

    Appender(Settings settings, Room room, Results results) {
        this.settings = settings;
        this.store = settings.stores().get();
        this.room = room;
        this.results = results;
    }

    /** Makes a commit due. */
    void commitSoon() {
        commitDue = true;
    }

    /** Records that are committed. Any thread. */
    long committed() {
        return committed;
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
            store.close(); // which binding may have opened
            busySince = -1;
            return Outcome.GO_ON;
        } catch (StoreException e) {
            return failed(e, ending);
        } catch (RuntimeException | Error e) {
            LOG.error("{}: writing failed", settings.file(), e);
            abandon(Problem.unexpected(e), ending);
            return Outcome.OVER;
        }
    }

    private void claim() {
        if (claimed == null) {
            Path identity = OpenFiles.identity(settings.file());
            if (!OpenFiles.claim(identity)) {
                throw StoreException.file("another sink in this JVM writes to it", null);
            }
            claimed = identity;
        }
    }

    private void openFirst() {
        if (!opened) {
            store.open();
            settings.description().write(store);
            opened = true;
        }
    }

    private void openAgain() {
        if (!store.isOpen()) {
            store.open();
        }
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
                lane.bind(store.dataset(lane.path, lane.column.type(), settings.chunk(lane.column)), this::openAgain);
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
        if (commitDue || room.isTight()) {
            commitDue = false; // first, so that a commit that becomes due meanwhile is not forgotten
            try {
                commit(intake, cut);
            } catch (StoreException e) {
                commitDue = true;
                throw e;
            }
        }
    }

    /** Completes the file with all rows of the first records. */
    private void commit(Intake intake, long records) {
        if (records <= committed) {
            return;
        }
        long start = System.nanoTime();
        for (Lane lane : lanes) {
            room.written(lane.blocks.write(intake.rows(lane, records), lane));
        }
        store.close();
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
        settings.description().warnOfMissing(store, settings.file());
        WriteSummary summary = summary();
        release();
        Problem why = problem == null && ending != null ? ending.problem() : problem;
        Throwable error = ending == null ? null : ending.error();
        if (why != null) {
            H5Exception failure = Failures.of(why, settings.file(), committed);
            if (error != null) {
                failure.addSuppressed(error);
            }
            results.failed(failure);
        } else if (error != null) {
            results.failed(error);
        } else {
            results.completed(summary);
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
        abandon(Problem.of(e), ending);
        return Outcome.OVER;
    }

    /** Gives up: what was committed is safe, what was not is lost. */
    void abandon(Problem why, @Nullable Ending ending) {
        H5Exception failure = Failures.of(why, settings.file(), committed);
        if (ending != null && ending.error() != null) {
            failure.addSuppressed(ending.error());
        }
        for (Lane lane : lanes) {
            attempt(lane::rollBack, failure);
        }
        attempt(store::close, failure);
        release();
        results.failed(failure);
    }

    private static void attempt(Runnable task, H5Exception failure) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            failure.addSuppressed(e);
        }
    }

    private void release() {
        if (claimed != null) {
            OpenFiles.release(claimed);
            claimed = null;
        }
        lanes.clear(); // whoever keeps the sink need not keep its blocks
        unbound.clear();
    }
}
