package io.h5sink.sink;

import io.h5sink.CallTimes;
import io.h5sink.H5SchemaException;
import io.h5sink.WriteSummary;
import io.h5sink.access.Problem;
import io.h5sink.access.Threads;
import io.h5sink.access.Watchdog;
import io.h5sink.buffer.BlockPool;
import io.h5sink.buffer.MemoryBudget;
import io.h5sink.schema.SchemaViolation;
import io.h5sink.sink.column.Demand;
import io.h5sink.sink.column.RecordEncoder;
import io.h5sink.sink.column.RecordEncoders;
import io.h5sink.sink.settings.Settings;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.Exceptions;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One stream on its way into one file.
 *
 * <p>Three threads meet here. The publisher's thread signals, one signal after the other: it puts records into blocks and
 * never waits. Any thread may dispose. The HDF5 thread does all the rest, in {@link #drain}, which is never run by two
 * threads at a time.
 *
 * <p>How the session ends is decided once, by the first to set {@link #termination}. The HDF5 thread reads it before the
 * count of records, so that every record that was received before it was set is written.
 */
public final class Session implements Shutdown.Running, DrainLoop.DrainTask, Watchdog.Watched {

    /** The upstream of a session that is disposed before it has one. */
    private static final Subscription NEVER = Operators.cancelledSubscription();

    private static final VarHandle TERMINATION;

    static {
        try {
            TERMINATION = MethodHandles.lookup().findVarHandle(Session.class, "termination", Termination.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Settings settings;
    private final Context context;
    private final Results results;
    private final BlockPool pool;
    private final MemoryBudget budget;
    private final Demand demand;
    private final AtomicReference<@Nullable Subscription> upstream = new AtomicReference<>();
    private final AtomicBoolean subscribed = new AtomicBoolean();

    /** How the session ends; a field of its own, not an AtomicReference, because it is read for each record. */
    private volatile @Nullable Termination termination;

    // Set by the publisher's thread; read by others after they have seen what it published.
    private volatile @Nullable DrainLoop loop;
    private volatile @Nullable RecordEncoder encoder;
    private volatile @Nullable Committer committer;
    private volatile boolean retrying;

    // The publisher's thread.
    private long received;
    private long nextCommitAt = Long.MAX_VALUE;

    /** No record before this one needs more than to be put into its blocks, unless it fills one. */
    private long nextAttention;

    public Session(Settings settings, Context context, Results.Listener listener) {
        this.settings = settings;
        this.context = context;
        this.results = new Results(listener);
        this.pool = new BlockPool(settings.blockMemory());
        this.budget = settings.route() == null
                ? new MemoryBudget(settings.blockMemory())
                : new MemoryBudget(settings.blockMemory(), Long.MAX_VALUE);
        this.demand = new Demand(budget);
    }

    public Context context() {
        return context;
    }

    /** Starts. Called by the publisher's thread, once; a session that has an upstream cancels the second one. */
    public void onSubscribe(Subscription subscription) {
        Objects.requireNonNull(subscription, "the subscription must not be null");
        if (!subscribed.compareAndSet(false, true) || upstream.get() != null) {
            subscription.cancel();
            return;
        }
        DrainLoop newLoop = new DrainLoop(settings.scheduler(), this);
        committer = new Committer(settings, pool, demand, results, newLoop);
        loop = newLoop;
        if (!upstream.compareAndSet(null, subscription)) {
            subscription.cancel();
            newLoop.dispose();
            return;
        }
        if (settings.shutdownHook()) {
            Shutdown.add(this);
        }
        if (settings.scheduler() != Threads.HDF5) {
            Watchdog.add(this); // a scheduler that others may dispose
        }
        if (settings.commitRecords() > 0) {
            nextCommitAt = settings.commitRecords();
        }
        newLoop.scheduleTask(this::tick, settings.commitInterval().toNanos());
        demand.start(subscription); // before the HDF5 thread may ask for more: the first request belongs to this thread
        signal();
        if (isTerminated()) {
            forget(); // which it may have been before it was added
        }
    }

    /**
     * Takes a record. Called by the publisher's thread. What most records do not need is elsewhere, so that the compiler can
     * put this method into the operator that calls it.
     */
    public void onNext(Object record) {
        Objects.requireNonNull(record, "a record must not be null");
        if (termination != null) {
            Operators.onNextDropped(record, context);
            return;
        }
        long ordinal = received + 1;
        boolean full;
        try {
            RecordEncoder encoding = encoder;
            full = (encoding != null ? encoding : encoder(record)).encode(record, ordinal);
        } catch (Throwable e) {
            refuse(record, e, ordinal);
            return;
        }
        received = ordinal;
        if (full || ordinal >= nextAttention) {
            attend(ordinal, full);
        }
    }

    private RecordEncoder encoder(Object first) {
        RecordEncoder made = RecordEncoders.of(
                first, settings, pool, budget, Objects.requireNonNull(committer).positions());
        encoder = made;
        return made;
    }

    private void refuse(Object record, Throwable e, long ordinal) {
        if (e instanceof OutOfMemoryError memory) {
            fail(Problem.memory(memory, pool.held(), settings.memory()));
            return;
        }
        RecordEncoder refusing = encoder;
        long inStream = ordinal + budget.skipped();
        Problem problem = e instanceof SchemaViolation violation
                ? Problem.of(violation, refusing == null ? settings.group() : refusing.group(), inStream)
                : Problem.of(e, inStream);
        BiConsumer<Object, H5SchemaException> onBad = settings.onBadRecord();
        if (onBad == null || Exceptions.isJvmFatal(e)) {
            fail(problem);
            Exceptions.throwIfJvmFatal(e);
            return;
        }
        undo(refusing, ordinal);
        try {
            long safe = Objects.requireNonNull(committer).committed();
            onBad.accept(record, settings.failures().badRecord(problem, settings.file(), safe));
        } catch (Throwable thrown) {
            if (terminate(Termination.handlerFailed(thrown))) {
                cancelUpstream();
                signal();
            }
            Exceptions.throwIfJvmFatal(thrown);
            return;
        }
        budget.skip();
        replenish(received);
        nextAttention = Math.min(demand.low(), nextCommitAt);
    }

    /** Takes a record out of its blocks; what the first one fixed is open again for the next. */
    private void undo(@Nullable RecordEncoder refusing, long ordinal) {
        if (refusing == null) {
            return;
        }
        refusing.undo(ordinal);
        if (ordinal == 1) {
            encoder = null;
            refusing.discard();
            budget.forget();
        }
    }

    private void attend(long ordinal, boolean full) {
        replenish(ordinal);
        if (ordinal >= nextCommitAt) {
            nextCommitAt += settings.commitRecords();
            signal();
        } else if (ordinal == 1 || (full && budget.isTight())) {
            signal();
        }
        nextAttention = Math.min(demand.low(), nextCommitAt);
    }

    private void replenish(long ordinal) {
        if (demand.isLow(ordinal)) {
            if (budget.limit() <= ordinal) {
                signal(); // blocks that are not full may have taken the last room, and only writing them makes some
            } else {
                demand.replenish(); // before any signal, after which another thread might be slower to ask
            }
        }
    }

    /** Ends the session after what was received. Called by the publisher's thread. */
    public void onComplete() {
        if (terminate(Termination.completed())) {
            signal();
        }
    }

    /** Ends the session after what was received, and passes the error on. Called by the publisher's thread. */
    public void onError(Throwable error) {
        Objects.requireNonNull(error, "the error must not be null");
        if (terminate(Termination.upstreamFailed(error))) {
            signal();
        } else {
            Operators.onErrorDropped(error, context);
        }
    }

    /** Cancels the upstream and ends the session after what was received. Any thread, any number of times. */
    @Override
    public void dispose() {
        Committer writing = committer;
        if (writing != null) {
            writing.giveUp(); // also after the stream's end, where there may be no room for the last of it
        }
        if (!terminate(Termination.disposed())) {
            if (writing != null && !isTerminated()) {
                signal();
            }
            return;
        }
        Subscription subscription = upstream.getAndSet(NEVER);
        if (subscription == null) {
            results.completed(new WriteSummary(settings.file(), 0, 0, Map.of(), 0, 0, Duration.ZERO));
            return;
        }
        demand.stop();
        cancel(subscription);
        signal();
    }

    /** Ends the session at the records before a bad one. Called by the publisher's thread. */
    private void fail(Problem problem) {
        if (terminate(Termination.failed(problem))) {
            cancelUpstream();
            signal();
        }
    }

    private boolean terminate(Termination how) {
        return TERMINATION.compareAndSet(this, null, how);
    }

    private void cancelUpstream() {
        demand.stop();
        Subscription subscription = upstream.get();
        if (subscription != null) {
            cancel(subscription);
        }
    }

    /** Cancels, and goes on with what comes after that, whatever the publisher does. */
    private void cancel(Subscription subscription) {
        try {
            subscription.cancel();
        } catch (Throwable e) {
            Operators.onErrorDropped(e, context);
        }
    }

    /** Whether the session terminates or has terminated. Any thread. */
    @Override
    public boolean isTerminating() {
        return termination != null;
    }

    /** Whether the user has disposed the session. Any thread. */
    @Override
    public boolean isDisposed() {
        Termination how = termination;
        return how != null && how.kind() == Termination.Kind.DISPOSED;
    }

    /** Whether the file is closed for good, and the results are being emitted. Any thread. */
    @Override
    public boolean isTerminated() {
        return results.isTerminated();
    }

    /** Whether the calling thread would wait for itself if it waited for the result. */
    public boolean mustNotWait() {
        return results.isEmitting() || Objects.equals(loop == null ? null : loop.drainer(), Thread.currentThread());
    }

    /** Waits until the file is closed for good. Any thread but the HDF5 thread. */
    @Override
    public boolean awaitTermination(long nanos) throws InterruptedException {
        return results.awaitTermination(nanos);
    }

    @Override
    public Path file() {
        return settings.file();
    }

    @Override
    public @Nullable String underway() {
        Committer writing = committer;
        return writing == null ? null : writing.monitor().underway();
    }

    /** What the calls of the store take, by their kind. Any thread. */
    public Map<String, CallTimes> calls() {
        Committer writing = committer;
        return writing == null ? Map.of() : writing.monitor().times();
    }

    /** The upstream, once there is one. Any thread. */
    @Nullable
    public Subscription upstream() {
        return upstream.get();
    }

    /** Records that are in blocks and not in the file. Any thread. */
    public long buffered() {
        Committer writing = committer;
        return writing == null ? 0 : budget.received() - writing.committed();
    }

    /** The records that are in blocks or in the file. Any thread. */
    @Override
    public long received() {
        return budget.received();
    }

    /** The records that are committed. Any thread. */
    @Override
    public long safe() {
        Committer writing = committer;
        return writing == null ? 0 : writing.committed();
    }

    /** The bytes of all blocks, filled or free. Any thread. */
    public long held() {
        return pool.held();
    }

    /** Schedules a drain on the HDF5 thread. Any thread. */
    private void signal() {
        Objects.requireNonNull(loop).schedule();
    }

    /** Finds out whether the scheduler still works. By the watchdog. */
    @Override
    public void look() {
        Objects.requireNonNull(loop).checkScheduler();
    }

    /** Ends the session where it is. Called by the thread that found the scheduler disposed. */
    @Override
    public void rejected() {
        terminate(Termination.disposed());
        cancelUpstream();
    }

    /** Makes a commit due. On the HDF5 thread, each commit interval. */
    private void tick() {
        if (isTerminated()) {
            return;
        }
        Objects.requireNonNull(committer).commitSoon();
        DrainLoop drains = Objects.requireNonNull(loop);
        drains.drain();
        if (!isTerminated()) {
            drains.scheduleTask(this::tick, settings.commitInterval().toNanos());
        }
    }

    /** The work of the HDF5 thread. */
    @Override
    public void drain() {
        if (isTerminated()) {
            return;
        }
        Committer mine = Objects.requireNonNull(committer);
        DrainLoop drains = Objects.requireNonNull(loop);
        RejectedExecutionException rejection = drains.rejection();
        if (rejection != null) {
            mine.abandon(Problem.rejected(rejection), termination);
            close();
            return;
        }
        Termination how = termination; // before the count of records
        if (retrying && !mine.isUrgent()) {
            return; // whoever asks, the file is left alone until the pause is over
        }
        long records = budget.received();
        RecordEncoder encoding = records == 0
                ? null
                : encoder; // after the count: a first record that is skipped takes its encoder along
        Committer.Outcome outcome = mine.advance(encoding, records, how);
        switch (outcome) {
            case GO_ON -> demand.replenishOn(Threads.OUTSIDE);
            case RETRY -> {
                retrying = true;
                drains.scheduleTask(this::retry, mine.pause());
            }
            case TERMINATED -> {
                if (terminate(Termination.disposed())) { // the file ended it
                    cancelUpstream();
                }
                close();
            }
        }
    }

    private void retry() {
        retrying = false;
        signal();
    }

    private void forget() {
        Shutdown.remove(this);
        Watchdog.remove(this);
    }

    private void close() {
        forget();
        encoder = null;
        pool.clear();
        Objects.requireNonNull(loop).dispose();
    }
}
