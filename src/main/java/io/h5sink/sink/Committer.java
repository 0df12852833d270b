package io.h5sink.sink;

import io.h5sink.H5Exception;
import io.h5sink.WriteSummary;
import io.h5sink.access.OpenFiles;
import io.h5sink.access.Problem;
import io.h5sink.access.RetryPolicy;
import io.h5sink.access.Watchdog;
import io.h5sink.buffer.BlockPool;
import io.h5sink.buffer.MemoryBudget;
import io.h5sink.engine.WritableFile;
import io.h5sink.sink.column.ColumnWriters;
import io.h5sink.sink.column.Demand;
import io.h5sink.sink.column.PositionTracker;
import io.h5sink.sink.column.RecordEncoder;
import io.h5sink.sink.column.WrittenColumn;
import io.h5sink.sink.settings.Settings;
import io.h5sink.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
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
final class Committer {

    /** What remains to be done. */
    enum Outcome {
        /** Wait for more records. */
        GO_ON,
        /** Come back after {@link #pause()}: someone else has the file, or there is no room. */
        RETRY,
        /** The session has terminated, and its result is being emitted. */
        TERMINATED
    }

    private static final Logger LOG = LoggerFactory.getLogger("io.h5sink");

    private final Settings settings;
    private final CallMonitor monitor;
    private final WritableFile store;
    private final MemoryBudget budget;
    private final Results results;
    private final Demand demand;
    private final DrainLoop loop;
    private final CommitLog commits;
    private @Nullable ColumnWriters writers;

    /** Null if positions are not wanted; set by the HDF5 thread, when it is done with them. */
    private volatile @Nullable PositionTracker positions;

    private List<Path> claimed = List.of();
    private boolean opened;
    private volatile boolean commitDue;
    private final RetryPolicy retries;
    private long cut;

    /** Records that are in the file, which may still be in memory. */
    private long written;

    /** What ended the writing before the stream ended. */
    private @Nullable Problem problem;

    /** No record from this one on is written. */
    private long limit = Long.MAX_VALUE;

    /**
     * At the start.
     *
     * @param pool where the blocks of positions come from
     * @param demand is replenished while a commit is being written
     * @param loop drains the session
     */
    Committer(Settings settings, BlockPool pool, Demand demand, Results results, DrainLoop loop) {
        this.settings = settings;
        this.demand = demand;
        this.loop = loop;
        this.monitor = new CallMonitor(settings.file(), settings.limits().call(), System::nanoTime);
        this.store = new TimedFile(settings.stores(), monitor);
        this.retries = new RetryPolicy(settings.file(), settings.limits());
        this.budget = demand.budget();
        this.results = results;
        this.commits = new CommitLog(settings.file(), results);
        this.positions = settings.position() == null
                ? null
                : new PositionTracker(settings.position(), settings.blockMemory(), pool, budget, store);
    }

    /** Makes a commit due. */
    void commitSoon() {
        commitDue = true;
    }

    /** Records that are committed. Any thread. */
    long committed() {
        return commits.committed();
    }

    /** What tracks the positions of the records; null if they are not wanted. */
    @Nullable
    PositionTracker positions() {
        return positions;
    }

    /** What the calls of the store take. */
    CallMonitor monitor() {
        return monitor;
    }

    /** After {@link Outcome#RETRY}, how long to wait, in nanoseconds. */
    long pause() {
        return retries.pause();
    }

    /** Waits no more for room on the disk. Any thread. */
    void giveUp() {
        retries.giveUp();
    }

    /** After {@link Outcome#RETRY}, whether the pause is to be cut short. */
    boolean isUrgent() {
        return retries.isUrgent();
    }

    /**
     * Does all there is to do.
     *
     * @param encoder what took the records, null if there are none
     * @param received how many
     * @param termination how the session ends, null if it goes on
     */
    Outcome advance(@Nullable RecordEncoder encoder, long received, @Nullable Termination termination) {
        try {
            claim();
            cut = Math.min(received, limit);
            openFirst();
            if (encoder != null) {
                write(writers(encoder));
            }
            if (termination != null || problem != null) {
                finish(termination);
                return Outcome.TERMINATED;
            }
            store.commit(); // closes what binding may have opened
            retries.succeeded();
            return Outcome.GO_ON;
        } catch (StorageException e) {
            return failed(e, termination);
        } catch (RuntimeException | Error e) {
            LOG.error("{}: writing failed", settings.file(), e);
            abandon(Problem.unexpected(e), termination);
            return Outcome.TERMINATED;
        }
    }

    private void claim() {
        if (claimed.isEmpty()) {
            List<Path> identities = settings.access().identities(settings.file());
            if (!OpenFiles.claim(identities)) {
                throw StorageException.file("another sink in this JVM writes to it", null);
            }
            claimed = identities;
            if (monitor.hasLimit()) {
                Watchdog.add(monitor);
            }
        }
    }

    private void openFirst() {
        if (!opened) {
            store.open();
            settings.description().write(store);
            opened = true;
        }
    }

    private ColumnWriters writers(RecordEncoder encoder) {
        if (writers == null) {
            writers = encoder.writers(store, demand);
        }
        return writers;
    }

    /** Binds what the next commit may write, and nothing that comes after it: the library would make datasets of it too early. */
    private void bindNext(ColumnWriters to) {
        long every = settings.commitRecords();
        ColumnWriters.Refusal refusal = bindPositions();
        if (refusal == null) {
            refusal = to.bind(every > 0 ? Math.min(cut, (written / every + 1) * every) : cut);
        }
        if (refusal != null) {
            stop(Problem.of(refusal.why()), refusal.ordinal() - 1);
        }
    }

    private ColumnWriters.@Nullable Refusal bindPositions() {
        PositionTracker tracker = positions;
        if (tracker == null || tracker.isBound()) {
            return null;
        }
        ColumnWriters.Refusal refusal = tracker.bind();
        if (refusal == null) {
            publishPositions();
        }
        return refusal;
    }

    /** Publishes the committed positions to this JVM; empty if they are not wanted. */
    private Map<String, Long> publishPositions() {
        PositionTracker tracker = positions;
        if (tracker == null) {
            return Map.of();
        }
        OpenFiles.publish(claimed, tracker.committed());
        return tracker.committed();
    }

    private Collection<? extends WrittenColumn> columns() {
        return writers == null ? List.of() : writers.all();
    }

    /** Writes no record after the given one, and ends. */
    private void stop(Problem why, long lastRecord) {
        problem = why;
        limit = lastRecord;
        cut = Math.min(budget.received(), limit); // the records before it were received by now
    }

    private void write(ColumnWriters to) {
        long every = settings.commitRecords();
        bindNext(to);
        if (every > 0) {
            for (long at = (written / every + 1) * every; at <= cut; at += every) {
                commit(to, at);
                bindNext(to);
            }
        }
        if (commitDue || budget.isTight()) {
            commitDue = false; // first, so that a commit that becomes due meanwhile is not forgotten
            try {
                commit(to, cut);
            } catch (StorageException e) {
                commitDue = true;
                throw e;
            }
        }
    }

    /** Completes the file with all rows of the first records, and emits a commit if that makes them safe. */
    private void commit(ColumnWriters to, long records) {
        if (records <= written) {
            return;
        }
        long start = System.nanoTime();
        PositionTracker tracker = positions;
        to.write(records);
        if (tracker != null) {
            tracker.write(records);
        }
        boolean safe = store.commit();
        written = records;
        if (tracker != null) {
            tracker.commit();
        }
        for (WrittenColumn column : to.all()) {
            if (column.commit()) {
                commits.grew(column);
            }
        }
        commits.tookSince(start);
        if (safe) {
            commits.emit(written, publishPositions(), columns());
        }
    }

    /** Closes the file for good, which makes safe what was in memory. */
    private void closeLast() {
        long start = System.nanoTime();
        store.close();
        ByteBuffer image = store.image();
        Consumer<? super ByteBuffer> receiver = settings.image();
        if (image != null && receiver != null) {
            results.handOver(
                    () -> receiver.accept(image), e -> settings.failures().of(Problem.image(e), settings.file(), 0));
        }
        if (commits.committed() < written) {
            commits.tookSince(start);
            commits.emit(written, publishPositions(), columns());
        }
    }

    private void finish(@Nullable Termination termination) {
        if (writers != null) {
            commit(writers, cut);
        }
        closeLast();
        settings.description().warnOfMissing(store, settings.file());
        retries.roomFound();
        WriteSummary summary = commits.summary(budget.skipped(), columns());
        release();
        Problem why = problem == null && termination != null ? termination.problem() : problem;
        Throwable error = termination == null ? null : termination.error();
        if (why != null) {
            H5Exception failure = settings.failures().of(why, settings.file(), commits.committed());
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

    private Outcome failed(StorageException e, @Nullable Termination termination) {
        RejectedExecutionException rejected = loop.rejectionNow();
        if (rejected != null) { // and has interrupted the call that failed
            Problem why = Problem.rejected(rejected);
            rejected.addSuppressed(e);
            abandon(why, termination);
        } else if (e.kind() == StorageException.Kind.BUSY) {
            if (retries.busy(e, opened)) {
                return Outcome.RETRY;
            }
            abandon(Problem.busy(e, retries.waited()), termination);
        } else if (e.kind() == StorageException.Kind.FULL && retries.waitsForRoom() && (!opened || store.suspend())) {
            retries.full(e);
            return Outcome.RETRY;
        } else {
            abandon(Problem.of(e), termination);
        }
        return Outcome.TERMINATED;
    }

    /** Gives up: what was committed is safe, what was not is lost. */
    void abandon(Problem why, @Nullable Termination termination) {
        List<Throwable> also = new ArrayList<>();
        rollBack(also);
        H5Exception failure = settings.failures().of(why, settings.file(), commits.committed());
        if (termination != null && termination.error() != null) {
            failure.addSuppressed(termination.error());
        }
        also.forEach(failure::addSuppressed);
        if (problem != null && !problem.equals(why)) {
            failure.addSuppressed(settings.failures()
                    .of(problem, settings.file(), commits.committed())); // what had ended the writing before
        }
        release();
        results.failed(failure);
    }

    /** Leaves the file as the last commit left it. */
    private void rollBack(List<Throwable> failures) {
        try {
            if (store.abandon()) {
                return;
            }
        } catch (RuntimeException | Error e) {
            failures.add(e);
            return;
        }
        for (WrittenColumn column : columns()) {
            attempt(column::rollBack, failures);
        }
        PositionTracker tracker = positions;
        if (tracker != null) {
            attempt(tracker::rollBack, failures);
        }
        attempt(store.isOpen() ? this::closeLast : store::close, failures);
    }

    private static void attempt(Runnable task, List<Throwable> failures) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            failures.add(e);
        }
    }

    private void release() {
        Watchdog.remove(monitor);
        OpenFiles.release(claimed);
        claimed = List.of();
        positions = null;
        if (writers != null) {
            writers.close();
        }
        writers = null; // whoever keeps the sink need not keep its blocks
    }
}
