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
 * The subscription of one sink to one stream, which writes the stream's records into one file.
 *
 * <p>Three threads meet in a session. The publisher's thread emits signals, one after the other: {@link #onNext} puts records into blocks and
 * never waits. Any thread may dispose. The writer thread opens, writes and commits the file, in {@link #drain}, which never runs on two threads
 * at a time.
 *
 * <p>The first thread that sets {@link #termination} decides how the session terminates. The writer thread reads {@code termination} before the
 * count of records, so that every record that was received before the decision is written.
 */
public final class Session implements Shutdown.Running, DrainLoop.DrainTask, Watchdog.Watched {

    /** The upstream of a session that is disposed before onSubscribe. */
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

    /** The cause for which the session terminates, or null; a plain field and no AtomicReference, because onNext reads the field for each record. */
    private volatile @Nullable Termination termination;

    // Set by the publisher's thread; other threads read them after a count or a drain that the publisher's thread
    // published later.
    private volatile @Nullable DrainLoop loop;
    private volatile @Nullable RecordEncoder encoder;
    private volatile @Nullable Committer committer;
    private volatile boolean retrying;

    /** True if a commit interval has passed and no drain has noticed. */
    private volatile boolean ticked;

    // The publisher's thread.
    private long received;
    private long nextCommitAt = Long.MAX_VALUE;

    /** The number of the next record after which demand and commits are checked, unless a record before fills a block. */
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

    /** Starts the session. Called by the publisher's thread, once; a second subscription is cancelled. */
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
        if (settings.scheduler() != Threads.WRITERS) {
            Watchdog.add(this); // the user may dispose a scheduler of their own
        } else {
            committer.expectFile(); // its drains may be overtaken by those of others
        }
        if (settings.commitRecords() > 0) {
            nextCommitAt = settings.commitRecords();
        }
        newLoop.scheduleTask(this::tick, settings.commitInterval().toNanos());
        demand.start(
                subscription); // before the writer thread may ask for more: the first request belongs to this thread
        signal();
        if (isTerminated()) {
            forget(); // the session may have terminated before Shutdown and Watchdog got it
        }
    }

    /**
     * Encodes a record into blocks. Called by the publisher's thread. Steps that few records need are methods of their own, so that the JIT
     * compiler can inline this method into the operator that calls it.
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

    /** Removes a refused record from its blocks; if the record is the first, also the encoder that was made for its type. */
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
                signal(); // blocks that are not full may use the rest of the budget, and only writing them frees any
            } else {
                demand.replenish(); // before any signal, after which another thread might be slower to request
            }
        }
    }

    /** Terminates the session after the received records. Called by the publisher's thread. */
    public void onComplete() {
        if (terminate(Termination.completed())) {
            signal();
        }
    }

    /** Terminates the session after the received records, with the error. Called by the publisher's thread. */
    public void onError(Throwable error) {
        Objects.requireNonNull(error, "the error must not be null");
        if (terminate(Termination.upstreamFailed(error))) {
            signal();
        } else {
            Operators.onErrorDropped(error, context);
        }
    }

    /** Cancels the upstream and terminates the session after the received records. Any thread, any number of times. */
    @Override
    public void dispose() {
        Committer writing = committer;
        if (writing != null) {
            writing.giveUp(); // also after the stream's end, when a full disk may delay the last commit
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

    /** Terminates the session after the records before a bad one. Called by the publisher's thread. */
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

    /** Cancels a subscription; an exception of the publisher goes to Reactor's hook for dropped errors. */
    private void cancel(Subscription subscription) {
        try {
            subscription.cancel();
        } catch (Throwable e) {
            Operators.onErrorDropped(e, context);
        }
    }

    /** True if the session terminates or has terminated. Any thread. */
    @Override
    public boolean isTerminating() {
        return termination != null;
    }

    /** True if the user has disposed the session. Any thread. */
    @Override
    public boolean isDisposed() {
        Termination how = termination;
        return how != null && how.kind() == Termination.Kind.DISPOSED;
    }

    /** True if the file is closed for good, and the results are being emitted. Any thread. */
    @Override
    public boolean isTerminated() {
        return results.isTerminated();
    }

    /** True if the calling thread emits results or drains, and so would wait for itself if it waited for the result. */
    public boolean mustNotWait() {
        return results.isEmitting() || Objects.equals(loop == null ? null : loop.drainer(), Thread.currentThread());
    }

    /** Waits until the file is closed for good. Any thread but the writer thread. */
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

    /** The durations of the calls of the store, by their kind. Any thread. */
    public Map<String, CallTimes> calls() {
        Committer writing = committer;
        return writing == null ? Map.of() : writing.monitor().times();
    }

    /** The upstream, or null before onSubscribe. Any thread. */
    @Nullable
    public Subscription upstream() {
        return upstream.get();
    }

    /** The number of records in blocks that are not committed. Any thread. */
    public long buffered() {
        Committer writing = committer;
        return writing == null ? 0 : budget.received() - writing.committed();
    }

    /** The number of records in blocks or in the file. Any thread. */
    @Override
    public long received() {
        return budget.received();
    }

    /** The number of committed records. Any thread. */
    @Override
    public long safe() {
        Committer writing = committer;
        return writing == null ? 0 : writing.committed();
    }

    /** The bytes of all blocks, filled or free. Any thread. */
    public long held() {
        return pool.held();
    }

    /** Schedules a drain on the writer thread. Any thread. */
    private void signal() {
        Objects.requireNonNull(loop).schedule();
    }

    /** Finds out whether the scheduler still accepts tasks. Called by the watchdog. */
    @Override
    public void look() {
        Objects.requireNonNull(loop).checkScheduler();
    }

    /** Terminates the session at its last commit. Called by the thread that found the scheduler disposed. */
    @Override
    public void rejected() {
        terminate(Termination.disposed());
        cancelUpstream();
    }

    /** Makes a commit due. On any thread of the scheduler, each commit interval. */
    private void tick() {
        ticked = true;
        signal();
    }

    /** Writes, commits and completes the file as far as possible. On the writer thread. */
    @Override
    public void drain() {
        if (isTerminated()) {
            return;
        }
        Committer mine = Objects.requireNonNull(committer);
        DrainLoop drains = Objects.requireNonNull(loop);
        boolean tick = ticked;
        if (tick) {
            ticked = false;
            mine.commitSoon();
        }
        advance(mine, drains);
        if (tick && !isTerminated()) { // the interval counts from the end of a commit
            drains.scheduleTask(this::tick, settings.commitInterval().toNanos());
        }
    }

    private void advance(Committer mine, DrainLoop drains) {
        RejectedExecutionException rejection = drains.rejection();
        if (rejection != null) {
            mine.abandon(Problem.rejected(rejection), termination);
            close();
            return;
        }
        Termination how = termination; // before the count of records
        if (retrying && !mine.isUrgent()) {
            return; // no drain touches the file before the pause has passed
        }
        long records = budget.received();
        RecordEncoder encoding = records == 0
                ? null
                : encoder; // after the count: undo() removes the encoder of a first record that is skipped
        Committer.Outcome outcome = mine.advance(encoding, records, how);
        switch (outcome) {
            case GO_ON -> demand.replenishOn(Threads.OUTSIDE);
            case RETRY -> {
                retrying = true;
                drains.scheduleTask(this::retry, mine.pause());
            }
            case TERMINATED -> {
                if (terminate(Termination.disposed())) { // a failure of the file terminated the session
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
