package io.h5sink.sink;

import io.h5sink.CallTimes;
import io.h5sink.access.Watchdog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Times the calls of one session on its file, and logs a call that does not return. The writer thread makes the calls, one after the other; any
 * thread may read the times. A stuck call is only logged, because a call of the C library cannot be aborted.
 */
final class CallMonitor implements Watchdog.Watched {

    /** Kinds of calls, as reports name them. */
    enum Kind {
        /** Opens the file. */
        OPEN,
        /** Finds a dataset, and compares its type with the column's. */
        FIND,
        /** Writes an attribute, a group or a string, or reads one. */
        DESCRIBE,
        /** Writes rows. */
        WRITE,
        /** Truncates a dataset. */
        TRUNCATE,
        /** Commits the file. */
        COMMIT,
        /** Commits the file and closes it for good. */
        CLOSE;

        private final String word = name().toLowerCase(Locale.ROOT);
    }

    /** The calls of one kind that have returned; times in nanoseconds. */
    private record Sum(long calls, long last, long total, long longest) {

        static final Sum NONE = new Sum(0, 0, 0, 0);

        Sum and(long nanos) {
            return new Sum(calls + 1, nanos, total + nanos, Math.max(longest, nanos));
        }

        CallTimes times() {
            return new CallTimes(
                    calls, Duration.ofNanos(last), Duration.ofNanos(total / calls), Duration.ofNanos(longest));
        }
    }

    /** A call that has not returned. */
    private static final class Call {

        final Kind kind;
        final @Nullable String object;
        final long since;
        final Thread thread = Thread.currentThread();

        /** True once a warning was logged. Written by the watchdog. */
        volatile boolean warned;

        volatile boolean reported;

        Call(Kind kind, @Nullable String object, long since) {
            this.kind = kind;
            this.object = object;
            this.since = since;
        }

        @Override
        public String toString() {
            return object == null ? kind.word : kind.word + " " + object;
        }
    }

    private static final long WARN_PART = 10;
    private static final Logger LOG = LoggerFactory.getLogger("io.h5sink");

    private final Path file;
    private final long limit;
    private final LongSupplier clock;
    private final AtomicReference<@Nullable Call> inFlight = new AtomicReference<>();
    private final Map<Kind, AtomicReference<Sum>> sums = new EnumMap<>(Kind.class);

    /**
     * A monitor that has timed no call.
     *
     * @param file the file that log messages name
     * @param limit the duration from which on a call is reported as stuck; 0 for none
     * @param clock the time in nanoseconds
     */
    CallMonitor(Path file, Duration limit, LongSupplier clock) {
        this.file = file;
        this.limit = limit.toNanos();
        this.clock = clock;
        for (Kind kind : Kind.values()) {
            sums.put(kind, new AtomicReference<>(Sum.NONE));
        }
    }

    @Override
    public Path file() {
        return file;
    }

    /** True if calls can be reported as stuck. */
    boolean hasLimit() {
        return limit > 0;
    }

    /** Makes a call. On the writer thread. */
    void run(Kind kind, @Nullable String object, Runnable call) {
        Call mine = begin(kind, object);
        try {
            call.run();
        } finally {
            end(mine);
        }
    }

    /** Makes a call that returns a value. On the writer thread. */
    <R extends @Nullable Object> R get(Kind kind, @Nullable String object, Supplier<R> call) {
        Call mine = begin(kind, object);
        try {
            return call.get();
        } finally {
            end(mine);
        }
    }

    private Call begin(Kind kind, @Nullable String object) {
        Call call = new Call(kind, object, clock.getAsLong());
        inFlight.lazySet(call); // it is enough if the watchdog sees it soon
        return call;
    }

    private void end(Call call) {
        long nanos = clock.getAsLong() - call.since;
        inFlight.lazySet(null);
        AtomicReference<Sum> sum = Objects.requireNonNull(sums.get(call.kind));
        sum.lazySet(sum.getPlain().and(nanos));
        if (call.warned) {
            LOG.warn("{}: {} has returned after {}", file, call, Duration.ofNanos(nanos));
        }
    }

    /** The durations of calls that have returned, by their kind. Any thread. */
    Map<String, CallTimes> times() {
        Map<String, CallTimes> named = new LinkedHashMap<>();
        sums.forEach((kind, sum) -> {
            Sum now = Objects.requireNonNull(sum.get()); // never null, which NullAway cannot know
            if (now.calls > 0) {
                named.put(kind.word, now.times());
            }
        });
        return Collections.unmodifiableMap(named);
    }

    /** The call that has not returned and its duration so far, in words; null if no call is in flight. Any thread. */
    @Nullable
    String underway() {
        Call call = inFlight.get();
        return call == null ? null : call + " for " + Duration.ofNanos(clock.getAsLong() - call.since);
    }

    /** Logs the call in flight once it has reached a tenth of the limit, and again at the limit. Called by one thread at a time. */
    @Override
    public void look() {
        Call call = inFlight.get();
        if (call == null || limit == 0) {
            return;
        }
        long nanos = clock.getAsLong() - call.since;
        if (nanos >= limit && !call.reported) {
            call.reported = true;
            call.warned = true;
            LOG.error(
                    "{}: {} is stuck: it has not returned for {}, and the thread {} waits for it; watchdog({})",
                    file,
                    call,
                    Duration.ofNanos(nanos),
                    call.thread.getName(),
                    Duration.ofNanos(limit));
        } else if (nanos >= limit / WARN_PART && !call.warned) {
            call.warned = true;
            LOG.warn("{}: {} has not returned for {}", file, call, Duration.ofNanos(nanos));
        }
    }
}
