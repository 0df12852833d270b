package io.h5sink;

import io.h5sink.access.Problem;
import io.h5sink.access.Threads;
import io.h5sink.sink.Backlog;
import io.h5sink.sink.SafeSubscriber;
import io.h5sink.sink.Shutdown;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Logs values by name to an HDF5 file, from any number of threads, platform or virtual.
 *
 * <pre>{@code
 * try (H5Log log = H5Log.to("train.h5")) {
 *     log.log("loss", 0.31);
 * }
 * }</pre>
 *
 * <p>A name is a dataset, made when it first appears; it gets a row each time, unless it is declared {@link ColumnSpec#latest()}. Values
 * of one thread are in the file in the order in which it logged them. {@link #log} returns as soon as the value has a place in memory; it is
 * in the file within {@link H5Writer.Builder#commitEvery(java.time.Duration)}, or after {@link #flush()}, or {@link #close()}. Arrays are
 * not copied: they must not change before that.
 *
 * <p>Up to {@value #CAPACITY} values wait for the disk, beside those that have a place in the sink's own
 * {@linkplain H5Writer.Builder#memory memory}. Where none is free, {@link WhenFull} says what to do; by default the caller waits, first
 * come, first served.
 *
 * <p>A value that its name does not take ends the log, as a bad record ends any stream, unless {@link H5Writer.Builder#onBadRecord} says
 * to go on without. When the log has ended, for that or another reason, each call reports it.
 *
 * <p>A log that nobody has closed is closed when the JVM ends, and everything that was logged is written, within the times of
 * {@link H5Writer.Builder#shutdownHook(boolean)}.
 */
public final class H5Log implements AutoCloseable {

    /** The default number of values that wait at most. */
    public static final int CAPACITY = 8192;

    private static final Logger LOG = LoggerFactory.getLogger("io.h5sink");

    private final Path file;
    private final WhenFull whenFull;
    private final H5Sink<H5Record> sink;
    private final Backlog<H5Record> backlog;
    private final Shutdown.@Nullable Running atEnd;

    /** Emits after this log has noted the end of its stream. */
    private final Mono<WriteSummary> result;

    /** The records that are committed, and whether no more will be. */
    private volatile long safe;

    private volatile boolean over;

    /** Why the stream failed; null if it has not. */
    private volatile @Nullable Throwable failure;

    private H5Log(Path file, Consumer<H5Writer.Builder<H5Record>> configure, int capacity, WhenFull whenFull) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be at least 1, was " + capacity);
        }
        this.file = file;
        this.whenFull = Objects.requireNonNull(whenFull, "whenFull must not be null");
        this.sink = H5Sink.to(file, configure);
        this.backlog = new Backlog<>(capacity, whenFull, Threads.OUTSIDE, sink);
        sink.commits().subscribe(this::committed, error -> {});
        sink.onSubscribe(backlog);
        this.atEnd = sink.leaveTo(session -> new AtEnd(session, this::complete, backlog::accepted));
        this.result = sink.result()
                .doOnSuccess(this::completed)
                .doOnError(this::failed)
                .cache();
        result.subscribe(summary -> {}, error -> {});
    }

    /**
     * A log to a file, with the defaults of {@link H5Writer.Builder}. One that exists is gone on with.
     *
     * @param file where the file is or shall be; its directory must exist
     * @return an open log
     */
    public static H5Log to(String file) {
        return to(file, builder -> {});
    }

    /**
     * A log to a file, with the defaults of {@link H5Writer.Builder}. One that exists is gone on with.
     *
     * @param file where the file is or shall be; its directory must exist
     * @return an open log
     */
    public static H5Log to(Path file) {
        return to(file, builder -> {});
    }

    /**
     * A configured log to a file.
     *
     * @param file where the file is or shall be; its directory must exist
     * @param configure sets what differs from the defaults
     * @return an open log
     */
    public static H5Log to(String file, Consumer<H5Writer.Builder<H5Record>> configure) {
        return to(Path.of(Objects.requireNonNull(file, "file must not be null")), configure);
    }

    /**
     * A configured log to a file.
     *
     * @param file where the file is or shall be; its directory must exist
     * @param configure sets what differs from the defaults
     * @return an open log
     */
    public static H5Log to(Path file, Consumer<H5Writer.Builder<H5Record>> configure) {
        return to(file, configure, CAPACITY, WhenFull.WAIT);
    }

    /**
     * A configured log to a file, of a size of its own.
     *
     * @param file where the file is or shall be; its directory must exist
     * @param configure sets what differs from the defaults
     * @param capacity how many values wait at most, at least 1; {@value #CAPACITY} by default
     * @param whenFull what becomes of others; {@link WhenFull#WAIT} by default
     * @return an open log
     * @throws IllegalArgumentException if the capacity is less than 1
     */
    public static H5Log to(Path file, Consumer<H5Writer.Builder<H5Record>> configure, int capacity, WhenFull whenFull) {
        return new H5Log(Objects.requireNonNull(file, "file must not be null"), configure, capacity, whenFull);
    }

    /**
     * Logs a value. Any thread.
     *
     * @param name the path of its dataset
     * @param value anything that can be stored ({@linkplain io.h5sink the table}); the first one of a name fixes its type and shape
     * @throws H5Exception if the log is closed, or has failed, also while this waited: with the reason
     * @throws IllegalStateException if the log is full: see {@link WhenFull}
     */
    public void log(String name, Object value) {
        log(H5Record.of(name, value));
    }

    /**
     * Logs several values that are committed together: {@code log.log(H5Record.of("loss", 0.31).and("step", 7))}. Any thread.
     *
     * @param values the values by name; they count as one
     * @throws H5Exception if the log is closed, or has failed, also while this waited: with the reason
     * @throws IllegalStateException if the log is full: see {@link WhenFull}
     */
    public void log(H5Record values) {
        backlog.put(Objects.requireNonNull(values, "values must not be null"));
    }

    /**
     * Waits until everything that was logged before is committed, which the next commit does. Any thread that may block.
     *
     * @throws H5Exception if the log has failed
     * @throws IllegalStateException on a thread that must not wait, or that is interrupted
     */
    public void flush() {
        mustMayWait("flush()");
        try {
            backlog.awaitProcessed(new Supplier<>() {
                private long received = -1;

                @Override
                public Boolean get() {
                    received = received < 0 ? sink.received() : received; // of which those that were left out are none
                    return over || safe >= received;
                }
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted before everything was committed", e);
        }
        throwFailure();
    }

    /**
     * Takes no more values, and returns at once; {@link #result()} emits when those that were taken are written. Who waits gets an
     * {@link H5Exception}. Any thread, any number of times.
     */
    public void complete() {
        backlog.close(() -> H5Failures.FAILURES.of(Problem.logClosed(), file, safe));
    }

    /**
     * Takes no more values, and waits until those that were taken are written and the file is closed. Any thread that may block, any number of
     * times.
     *
     * @throws H5Exception if the log has failed
     * @throws IllegalStateException on a thread that must not wait, such as those of {@code Schedulers.parallel()}; the log is completed
     *     nevertheless, and {@link #result()} emits when it is
     */
    @Override
    public void close() {
        complete();
        mustMayWait("close()");
        try {
            result.block();
        } catch (RuntimeException e) {
            if (failure == null) {
                throw e; // interrupted
            }
        }
        throwFailure();
    }

    /**
     * What was written, once the log is complete; fails with an {@link H5Exception} if it could not be written. Emits on a thread of its own,
     * where a subscriber may block.
     *
     * @return the result, for any number of subscribers, now or later
     */
    public Mono<WriteSummary> result() {
        return result.transform(SafeSubscriber::each);
    }

    /**
     * The commits as they happen: {@link H5Sink#commits()}.
     *
     * @return hot, for any number of subscribers
     */
    public Flux<Commit> commits() {
        return sink.commits();
    }

    /**
     * How often the log was full: as {@link WhenFull} says, so many calls waited or failed, or so many values were dropped. Any thread.
     *
     * @return a count since the log was opened
     */
    public long overflows() {
        return backlog.overflows();
    }

    private void mustMayWait(String call) {
        if (sink.mustNotWait()) {
            throw new IllegalStateException(call + " waits for the file, which the thread "
                    + Thread.currentThread().getName() + " must not");
        }
    }

    private void throwFailure() {
        Throwable why = failure;
        if (why != null) {
            throw H5Failures.again(why, file, safe);
        }
    }

    private void committed(Commit commit) {
        safe = commit.records();
        backlog.progress();
    }

    private void completed(WriteSummary summary) {
        safe = summary.records();
        end(() -> H5Failures.FAILURES.of(Problem.logClosed(), file, safe));
        long overflows = backlog.overflows();
        if (overflows > 0 && (whenFull == WhenFull.DROP_OLDEST || whenFull == WhenFull.DROP_NEWEST)) {
            LOG.warn("{}: {} values were dropped, because the log was full", file, overflows);
        }
    }

    private void failed(Throwable error) {
        failure = error;
        LOG.error("{}: the log has ended: {}", file, error.getMessage());
        end(() -> H5Failures.again(error, file, safe));
    }

    private void end(Supplier<H5Exception> why) {
        if (atEnd != null) {
            Shutdown.remove(atEnd);
        }
        over = true;
        backlog.terminate(why);
    }

    /** Ends a log when the JVM ends: completes the log first. */
    private record AtEnd(Shutdown.Running session, Runnable complete, LongSupplier accepted)
            implements Shutdown.Running {

        @Override
        public void dispose() {
            complete.run();
        }

        @Override
        public boolean drains() {
            return true;
        }

        @Override
        public boolean isTerminating() {
            return session.isTerminating();
        }

        @Override
        public boolean isDisposed() {
            return session.isDisposed();
        }

        @Override
        public boolean awaitTermination(long nanos) throws InterruptedException {
            return session.awaitTermination(nanos);
        }

        @Override
        public Path file() {
            return session.file();
        }

        @Override
        public long received() {
            return accepted.getAsLong();
        }

        @Override
        public long safe() {
            return session.safe();
        }

        @Override
        public @Nullable String underway() {
            return session.underway();
        }
    }
}
