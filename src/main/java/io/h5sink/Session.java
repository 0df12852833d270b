package io.h5sink;

import io.h5sink.block.BlockPool;
import io.h5sink.block.Room;
import io.h5sink.schema.SchemaViolation;
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
 * never waits. Any thread may dispose. The HDF5 thread does all the rest, in {@link #turn}, which is never run by two
 * threads at a time.
 *
 * <p>How the session ends is decided once, by the first to set {@link #ending}. The HDF5 thread reads the ending before the
 * count of records, so that every record that was received before the ending was set is written.
 */
final class Session implements Shutdown.Running, Turns.Work, Watchdog.Watched {

    /** The upstream of a session that is over before it has one. */
    private static final Subscription NEVER = Operators.cancelledSubscription();

    private static final VarHandle ENDING;

    static {
        try {
            ENDING = MethodHandles.lookup().findVarHandle(Session.class, "ending", Ending.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Settings settings;
    private final Context context;
    private final Results results;
    private final BlockPool pool;
    private final Room room;
    private final Demand demand;
    private final AtomicReference<@Nullable Subscription> upstream = new AtomicReference<>();
    private final AtomicBoolean subscribed = new AtomicBoolean();

    /** How the session ends; a field of its own, not an AtomicReference, because it is read for each record. */
    private volatile @Nullable Ending ending;

    // Set by the publisher's thread; read by others after they have seen what it published.
    private volatile @Nullable Turns turns;
    private volatile @Nullable Intake intake;
    private volatile @Nullable Appender appender;
    private volatile boolean retrying;

    // The publisher's thread.
    private long received;
    private long nextCommitAt = Long.MAX_VALUE;

    /** No record before this one needs more than to be put into its blocks, unless it fills one. */
    private long nextAttention;

    Session(Settings settings, Context context, Results.Listener listener) {
        this.settings = settings;
        this.context = context;
        this.results = new Results(listener);
        this.pool = new BlockPool(settings.blockMemory());
        this.room = settings.route() == null
                ? new Room(settings.blockMemory())
                : new Room(settings.blockMemory(), Long.MAX_VALUE);
        this.demand = new Demand(room);
    }

    Context context() {
        return context;
    }

    /** Starts. Called by the publisher's thread, once; a session that has an upstream cancels the second one. */
    void onSubscribe(Subscription subscription) {
        Objects.requireNonNull(subscription, "the subscription must not be null");
        if (!subscribed.compareAndSet(false, true) || upstream.get() != null) {
            subscription.cancel();
            return;
        }
        Turns fresh = new Turns(settings.scheduler(), this);
        appender = new Appender(settings, room, results, this::roomMade, fresh::rejectionNow);
        turns = fresh;
        if (!upstream.compareAndSet(null, subscription)) {
            subscription.cancel();
            fresh.dispose();
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
        fresh.later(this::tick, settings.commitInterval().toNanos());
        demand.start(subscription); // before the HDF5 thread may ask for more: the first request belongs to this thread
        signal();
        if (isOver()) {
            forget(); // which it may have been before it was added
        }
    }

    /**
     * Takes a record. Called by the publisher's thread. What most records do not need is elsewhere, so that the compiler can
     * put this method into the operator that calls it.
     */
    void onNext(Object record) {
        Objects.requireNonNull(record, "a record must not be null");
        if (ending != null) {
            Operators.onNextDropped(record, context);
            return;
        }
        long ordinal = received + 1;
        boolean full;
        try {
            Intake taking = intake;
            full = (taking != null ? taking : intake(record)).accept(record, ordinal);
        } catch (Throwable e) {
            refuse(record, e, ordinal);
            return;
        }
        received = ordinal;
        if (full || ordinal >= nextAttention) {
            attend(ordinal, full);
        }
    }

    private Intake intake(Object first) {
        Intake fresh = Intakes.of(first, settings, pool, room);
        intake = fresh;
        return fresh;
    }

    private void refuse(Object record, Throwable e, long ordinal) {
        if (e instanceof OutOfMemoryError memory) {
            fail(Problem.memory(memory, pool.held(), settings.memory()));
            return;
        }
        Intake refusing = intake;
        long inStream = ordinal + room.skipped();
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
            long safe = Objects.requireNonNull(appender).committed();
            onBad.accept(record, settings.failures().badRecord(problem, settings.file(), safe));
        } catch (Throwable thrown) {
            if (end(Ending.handlerFailed(thrown))) {
                cancelUpstream();
                signal();
            }
            Exceptions.throwIfJvmFatal(thrown);
            return;
        }
        room.skip();
        replenish(received);
        nextAttention = Math.min(demand.low(), nextCommitAt);
    }

    /** Takes a record out of its blocks; what the first one fixed is open again for the next. */
    private void undo(@Nullable Intake refusing, long ordinal) {
        if (refusing == null) {
            return;
        }
        refusing.undo(ordinal);
        if (ordinal == 1) {
            intake = null;
            refusing.discard();
            room.forget();
        }
    }

    private void attend(long ordinal, boolean full) {
        replenish(ordinal);
        if (ordinal >= nextCommitAt) {
            nextCommitAt += settings.commitRecords();
            signal();
        } else if (ordinal == 1 || (full && room.isTight())) {
            signal();
        }
        nextAttention = Math.min(demand.low(), nextCommitAt);
    }

    private void replenish(long ordinal) {
        if (demand.isLow(ordinal)) {
            if (room.limit() <= ordinal) {
                signal(); // blocks that are not full may have taken the last room, and only writing them makes some
            } else {
                demand.replenish(); // before any signal, after which another thread might be slower to ask
            }
        }
    }

    /** Ends the session after what was received. Called by the publisher's thread. */
    void onComplete() {
        if (end(Ending.completed())) {
            signal();
        }
    }

    /** Ends the session after what was received, and passes the error on. Called by the publisher's thread. */
    void onError(Throwable error) {
        Objects.requireNonNull(error, "the error must not be null");
        if (end(Ending.upstreamFailed(error))) {
            signal();
        } else {
            Operators.onErrorDropped(error, context);
        }
    }

    /** Cancels the upstream and ends the session after what was received. Any thread, any number of times. */
    @Override
    public void dispose() {
        Appender writing = appender;
        if (writing != null) {
            writing.giveUp(); // also after the stream's end, where there may be no room for the last of it
        }
        if (!end(Ending.disposed())) {
            if (writing != null && !isOver()) {
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
        if (end(Ending.failed(problem))) {
            cancelUpstream();
            signal();
        }
    }

    private boolean end(Ending how) {
        return ENDING.compareAndSet(this, null, how);
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

    /** Whether the session has been told to end. Any thread. */
    @Override
    public boolean isEnding() {
        return ending != null;
    }

    /** Whether the session was told to end from outside. Any thread. */
    @Override
    public boolean isDisposed() {
        Ending how = ending;
        return how != null && how.kind() == Ending.Kind.DISPOSED;
    }

    /** Whether the file is closed for good and the outside is being told. Any thread. */
    @Override
    public boolean isOver() {
        return results.isOver();
    }

    /** Whether the calling thread would wait for itself if it waited for the result. */
    boolean mustNotWait() {
        return results.isTelling() || Objects.equals(turns == null ? null : turns.taker(), Thread.currentThread());
    }

    /** Waits until the file is closed for good. Any thread but the HDF5 thread. */
    @Override
    public boolean awaitOver(long nanos) throws InterruptedException {
        return results.awaitOver(nanos);
    }

    @Override
    public Path file() {
        return settings.file();
    }

    @Override
    public @Nullable String underway() {
        Appender writing = appender;
        return writing == null ? null : writing.watch().underway();
    }

    /** What the calls of the store take, by their kind. Any thread. */
    Map<String, CallTimes> calls() {
        Appender writing = appender;
        return writing == null ? Map.of() : writing.watch().times();
    }

    /** The upstream, once there is one. Any thread. */
    @Nullable
    Subscription upstream() {
        return upstream.get();
    }

    /** Records that are in blocks and not in the file. Any thread. */
    long buffered() {
        Appender writing = appender;
        return writing == null ? 0 : room.received() - writing.committed();
    }

    /** The records that are in blocks or in the file. Any thread. */
    @Override
    public long received() {
        return room.received();
    }

    /** The records that are committed. Any thread. */
    @Override
    public long safe() {
        Appender writing = appender;
        return writing == null ? 0 : writing.committed();
    }

    /** The bytes of all blocks, filled or free. Any thread. */
    long held() {
        return pool.held();
    }

    /** Tells the HDF5 thread that there is work. Any thread. */
    private void signal() {
        Objects.requireNonNull(turns).ask();
    }

    /** Finds out whether the scheduler still works. By the watchdog. */
    @Override
    public void look() {
        Objects.requireNonNull(turns).look();
    }

    /** Ends the session where it is. Called by the thread that found the scheduler disposed. */
    @Override
    public void rejected() {
        end(Ending.disposed());
        cancelUpstream();
    }

    /** Makes a commit due. On the HDF5 thread, each commit interval. */
    private void tick() {
        if (isOver()) {
            return;
        }
        Objects.requireNonNull(appender).commitSoon();
        Turns mine = Objects.requireNonNull(turns);
        mine.take();
        if (!isOver()) {
            mine.later(this::tick, settings.commitInterval().toNanos());
        }
    }

    /** The work of the HDF5 thread. */
    @Override
    public void turn() {
        if (isOver()) {
            return;
        }
        Appender appending = Objects.requireNonNull(appender);
        Turns mine = Objects.requireNonNull(turns);
        RejectedExecutionException rejection = mine.rejection();
        if (rejection != null) {
            appending.abandon(Problem.rejected(rejection), ending);
            over();
            return;
        }
        Ending how = ending; // before the count of records
        if (retrying && !appending.isUrgent()) {
            return; // whoever asks, the file is left alone until the pause is over
        }
        long records = room.received();
        Intake taking =
                records == 0 ? null : intake; // after the count: a first record that is skipped takes its intake along
        Appender.Outcome outcome = appending.advance(taking, records, how);
        switch (outcome) {
            case GO_ON -> roomMade();
            case RETRY -> {
                retrying = true;
                mine.later(this::retry, appending.pause());
            }
            case OVER -> {
                if (end(Ending.disposed())) { // the file ended it
                    cancelUpstream();
                }
                over();
            }
        }
    }

    /** Asks for what there is room for. On the HDF5 thread. */
    private void roomMade() {
        demand.replenishOn(Threads.OUTSIDE);
    }

    private void retry() {
        retrying = false;
        signal();
    }

    private void forget() {
        Shutdown.remove(this);
        Watchdog.remove(this);
    }

    private void over() {
        forget();
        intake = null;
        pool.clear();
        Objects.requireNonNull(turns).dispose();
    }
}
