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
 * Moves rows from the blocks to the file, and commits. Belongs to the writer thread.
 *
 * <p>Rows are written by commits only, and between commits the file is closed. A commit is due when the interval has passed, when a multiple
 * of the configured number of records is reached, and when the blocks hold so many bytes that the publisher would soon have to wait. A commit
 * writes all rows of the first {@code n} records and none of later records, so that columns of one record type have the same length in every
 * committed file.
 */
final class Committer {

    /** The state of the session after {@link #advance}. */
    enum Outcome {
        /** The session waits for more records. */
        GO_ON,
        /** The session retries after {@link #pause()}: another program has the file locked, or the disk is full. */
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

    /** Null if positions are not tracked; the writer thread sets the field to null when the session terminates. */
    private volatile @Nullable PositionTracker positions;

    private List<Path> claimed = List.of();
    private boolean opened;
    private volatile boolean commitDue;
    private final RetryPolicy retries;
    private long cut;

    /** The number of records in the file, of which the last may not be on disk yet. */
    private long written;

    /** The fault that stopped the writing before the stream ended. */
    private @Nullable Problem problem;

    /** The number of the last record that may be written. */
    private long limit = Long.MAX_VALUE;

    /**
     * A committer that has not opened the file.
     *
     * @param pool provides the blocks of positions
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

    /** The number of committed records. Any thread. */
    long committed() {
        return commits.committed();
    }

    /** The tracker of the records' positions; null if positions are not tracked. */
    @Nullable
    PositionTracker positions() {
        return positions;
    }

    /** The monitor that times the calls of the store. */
    CallMonitor monitor() {
        return monitor;
    }

    /** The pause after {@link Outcome#RETRY}, in nanoseconds. */
    long pause() {
        return retries.pause();
    }

    /** Makes a full disk end the session from now on. Any thread. */
    void giveUp() {
        retries.giveUp();
    }

    /** True if the next attempt after {@link Outcome#RETRY} must not wait for the pause's end. */
    boolean isUrgent() {
        return retries.isUrgent();
    }

    /**
     * Writes and commits the records for which a commit is due, and completes the file if the session terminates.
     *
     * @param encoder the encoder of the records, null if none was received
     * @param received the number of received records
     * @param termination the cause for which the session terminates, null if it goes on
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
            store.commit(); // closes the file that binding may have opened
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

    /** Has this session claim its file before the sessions that subscribe later. Called by the publisher's thread, before any drain. */
    void expectFile() {
        OpenFiles.expect(this, settings.stored()::identities);
    }

    private void claim() {
        if (claimed.isEmpty()) {
            List<Path> identities = settings.stored().identities();
            if (!OpenFiles.claim(this, identities)) {
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

    /** Binds the columns of the next commit to datasets, but no columns of later records: their datasets would be made too early. */
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

    /** Publishes the committed positions to this JVM, and returns them; empty if positions are not tracked. */
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

    /** Stops the writing after the given record, with a problem that the session then fails with. */
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

    /** Commits all rows of the first records, and emits the commit if the rows are safe by then. */
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

    /** Closes the file for good; all written records are safe afterwards. */
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
        retries.spaceFound();
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
        if (rejected != null) { // a disposed scheduler has interrupted the call that failed
            Problem why = Problem.rejected(rejected);
            rejected.addSuppressed(e);
            abandon(why, termination);
        } else if (e.kind() == StorageException.Kind.BUSY) {
            if (retries.busy(e, opened)) {
                return Outcome.RETRY;
            }
            abandon(Problem.busy(e, retries.waited()), termination);
        } else if (e.kind() == StorageException.Kind.FULL && retries.waitsForSpace() && (!opened || store.suspend())) {
            retries.full(e);
            return Outcome.RETRY;
        } else {
            abandon(Problem.of(e), termination);
        }
        return Outcome.TERMINATED;
    }

    /** Rolls back to the last commit and fails the session; records that were not committed are lost. */
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
                    .of(problem, settings.file(), commits.committed())); // the fault that stopped the writing before
        }
        release();
        results.failed(failure);
    }

    /** Restores the file as the last commit left it. */
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
        OpenFiles.forget(this);
        OpenFiles.release(claimed);
        claimed = List.of();
        positions = null;
        if (writers != null) {
            writers.close();
        }
        writers = null; // a reference to the sink does not keep its blocks
    }
}
