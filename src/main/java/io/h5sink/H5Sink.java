package io.h5sink;

import io.h5sink.sink.Results;
import io.h5sink.sink.SafeSubscriber;
import io.h5sink.sink.Session;
import io.h5sink.sink.Shutdown;
import io.h5sink.sink.settings.Settings;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/**
 * A subscriber that writes what it receives to an HDF5 file.
 *
 * <pre>{@code
 * readings.subscribe(H5Sink.to("data.h5"));
 * }</pre>
 *
 * <p>A stream may carry Java records, whose components become columns of the same length; {@link H5Record}s; or maps with
 * string keys, which are treated alike. What a column stores follows from the first value: see {@link H5Writer}.
 *
 * <p>Subscribing opens the file and requests one record, whose size says how many more fit into memory. Demand never
 * exceeds that number, {@code onNext} never waits, and nothing is dropped. Whatever was received is in the file, complete and
 * closed, within {@link H5Writer.Builder#commitEvery(java.time.Duration)}. When the stream completes, fails or is disposed,
 * what was received is written and the file is closed before {@link #result()} emits. When the JVM ends, streams that run get some
 * seconds to complete, and are then disposed: {@link H5Writer.Builder#shutdownHook(boolean)}.
 *
 * <p>A sink is good for one subscription; a second one is cancelled. For streams that are subscribed to more than once there
 * is {@link H5Writer}. The methods of {@link CoreSubscriber} are for the publisher; all others may be called by any thread.
 *
 * @param <T> what the stream carries
 */
public final class H5Sink<T> implements CoreSubscriber<T>, Scannable, Disposable, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("io.h5sink");

    private final Session session;
    private final Sinks.One<WriteSummary> result = Sinks.one();
    private final Sinks.Many<Commit> commits = Sinks.many().replay().latest();

    H5Sink(Settings settings, Context context) {
        session = new Session(settings, context, new Signals(settings.file(), result, commits));
    }

    /**
     * A sink to a file, with the defaults of {@link H5Writer.Builder}.
     *
     * @param file where the file is or shall be; its directory must exist
     * @param <T> what the stream carries
     * @return a sink for one subscription
     */
    public static <T> H5Sink<T> to(String file) {
        return H5Writer.<T>to(file).build().sink();
    }

    /**
     * A sink to a file, with the defaults of {@link H5Writer.Builder}.
     *
     * @param file where the file is or shall be; its directory must exist
     * @param <T> what the stream carries
     * @return a sink for one subscription
     */
    public static <T> H5Sink<T> to(Path file) {
        return H5Writer.<T>to(file).build().sink();
    }

    /**
     * A configured sink to a file.
     *
     * @param file where the file is or shall be; its directory must exist
     * @param configure sets what differs from the defaults
     * @param <T> what the stream carries
     * @return a sink for one subscription
     */
    public static <T> H5Sink<T> to(String file, Consumer<H5Writer.Builder<T>> configure) {
        return to(Path.of(file), configure);
    }

    /**
     * A configured sink to a file.
     *
     * @param file where the file is or shall be; its directory must exist
     * @param configure sets what differs from the defaults
     * @param <T> what the stream carries
     * @return a sink for one subscription
     */
    public static <T> H5Sink<T> to(Path file, Consumer<H5Writer.Builder<T>> configure) {
        H5Writer.Builder<T> builder = H5Writer.to(file);
        configure.accept(builder);
        return builder.build().sink();
    }

    /**
     * What was written, once the file is closed: after completion and after {@link #dispose()}. Fails with the upstream's
     * error after that was what ended the stream, and with an {@link H5Exception} if a record could not be stored or the file
     * could not be written. Subscribing does not start anything, and cancelling does not stop anything.
     *
     * <p>Emits on a thread of its own, where a subscriber may block.
     *
     * @return the result, for any number of subscribers, now or later
     */
    public Mono<WriteSummary> result() {
        return result.asMono().transform(SafeSubscriber::each);
    }

    /**
     * The commits as they happen, from the latest one on; then the same end as {@link #result()}. A subscriber that is too
     * slow misses commits, but not the latest; since commits are cumulative, it misses nothing by that. One that throws ends
     * its own subscription, and neither the writing nor those of others.
     *
     * <p>Emits on a thread of its own, where a subscriber may block.
     *
     * @return hot, for any number of subscribers
     */
    public Flux<Commit> commits() {
        return commits.asFlux().onBackpressureLatest().transform(SafeSubscriber::each);
    }

    /**
     * How long the calls on the file have taken, by their kind: {@code open}, {@code find} (looks for a dataset),
     * {@code describe} (attributes, groups and strings), {@code write}, {@code truncate}, {@code commit} and {@code close}. Kinds
     * of which no call has returned are left out.
     *
     * @return a snapshot
     */
    public Map<String, CallTimes> calls() {
        return session.calls();
    }

    /**
     * Cancels the upstream; what was received is written, and the file is closed. Returns at once; {@link #result()} emits when
     * it is done. Does nothing if the stream has ended, or was disposed before. A sink that was never subscribed leaves the
     * file alone.
     */
    @Override
    public void dispose() {
        session.dispose();
    }

    /**
     * Disposes on subscription, and completes once the file is closed.
     *
     * @return fails as {@link #result()} does
     */
    public Mono<Void> disposeGracefully() {
        return Mono.defer(() -> {
            dispose();
            return result().then();
        });
    }

    /**
     * Ends the stream and waits until the file is complete: the upstream is cancelled, what was received is written, and the file is
     * closed. For {@code try}-with-resources, and as the destroy method of a bean. If the stream has ended, or was disposed, only
     * waits; any number of times, with the same outcome. What the upstream still has and was not asked for stays there: to have it
     * written, let the upstream complete and wait for {@link #result()} first.
     *
     * <p>Blocks: any thread that may. On a thread that must not, such as those of {@code Schedulers.parallel()}, and on one that the
     * result waits for, such as that of a subscriber of {@link #commits()}, the stream is ended, but not waited for.
     *
     * @throws H5Exception if the stream has failed as {@link #result()} reports; or the error of the upstream, wrapped as by
     *     {@link Mono#block()} if it is a checked one
     * @throws IllegalStateException on a thread that must not wait; {@link #disposeGracefully()} is for those
     */
    @Override
    public void close() {
        if (mustNotWait()) {
            dispose();
            throw new IllegalStateException("close() waits for the file, which the thread "
                    + Thread.currentThread().getName() + " must not; disposeGracefully() says when it is complete");
        }
        disposeGracefully().block();
    }

    /**
     * Whether the stream has ended or was disposed.
     *
     * @return true also while what was received is still being written
     */
    @Override
    public boolean isDisposed() {
        return session.isTerminating();
    }

    /** Whether the calling thread must not wait for the result. */
    boolean mustNotWait() {
        return Schedulers.isInNonBlockingThread() || session.mustNotWait();
    }

    /** The records that are in blocks or in the file. */
    long received() {
        return session.received();
    }

    /**
     * Lets a successor, instead of this sink's session, end the stream when the JVM ends; null if no session is registered for that, as
     * after its end.
     */
    Shutdown.@Nullable Running leaveTo(Function<Shutdown.Running, Shutdown.Running> successor) {
        if (!Shutdown.isRunning(session)) {
            return null;
        }
        Shutdown.Running ending = successor.apply(session);
        Shutdown.add(ending);
        Shutdown.remove(session);
        return ending;
    }

    @Override
    public Context currentContext() {
        return session.context();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        session.onSubscribe(subscription);
    }

    @Override
    public void onNext(T record) {
        session.onNext(record);
    }

    @Override
    public void onError(Throwable error) {
        session.onError(error);
    }

    @Override
    public void onComplete() {
        session.onComplete();
    }

    @Override
    @SuppressWarnings("rawtypes") // as declared by Scannable
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.PARENT) {
            return session.upstream();
        }
        if (key == Attr.TERMINATED) {
            return session.isTerminated();
        }
        if (key == Attr.CANCELLED) {
            return session.isDisposed();
        }
        if (key == Attr.LARGE_BUFFERED) {
            return session.buffered();
        }
        if (key == Attr.RUN_STYLE) {
            return Attr.RunStyle.ASYNC;
        }
        return null;
    }

    /** Passes a session's results on to the subscribers. */
    private record Signals(Path file, Sinks.One<WriteSummary> result, Sinks.Many<Commit> commits)
            implements Results.Listener {

        @Override
        public void committed(Commit commit) {
            commits.emitNext(commit, Sinks.EmitFailureHandler.FAIL_FAST);
        }

        @Override
        public void completed(WriteSummary summary) {
            result.tryEmitValue(summary).orThrow();
            commits.tryEmitComplete().orThrow();
        }

        @Override
        public void failed(Throwable error) {
            if (result.currentSubscriberCount() == 0 && commits.currentSubscriberCount() == 0) {
                LOG.error("{}: the stream failed", file, error);
            }
            result.tryEmitError(error).orThrow();
            commits.tryEmitError(error).orThrow();
        }
    }
}
