package io.h5sink;

import io.h5sink.hdf5.Hdf5File;
import io.h5sink.hdf5.Store;
import io.h5sink.hdf5.StoreMode;
import io.h5sink.schema.ChunkShape;
import io.h5sink.schema.ObjectNames;
import io.h5sink.schema.RecordSchema;
import io.h5sink.schema.SchemaViolation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;

/**
 * Writes streams to an HDF5 file: reusable, immutable and cold. Each subscription to what {@link #append} or {@link #write}
 * returns is a session of its own, which opens the file as {@link Builder#open(OpenMode)} says. Two sessions cannot write to
 * one file at the same time; the second one fails at once.
 *
 * <pre>{@code
 * Mono<WriteSummary> done = readings.as(H5Writer.<Reading>to("data.h5").group("/run1").build()::write);
 * }</pre>
 *
 * <p>A stream carries Java records, {@link H5Record}s or maps with string keys. Each component or name has a dataset, of
 * shape {@code (N,)} for scalars and {@code (N, k)} or {@code (N, k, m)} for arrays, whose shape the first record fixes:
 *
 * <table>
 * <caption>What Java types are stored as</caption>
 * <tr><th>Java</th><th>HDF5</th><th>h5py</th></tr>
 * <tr><td>byte, short, int, long</td><td>H5T_STD_I8LE … I64LE</td><td>int8 … int64</td></tr>
 * <tr><td>float, double</td><td>H5T_IEEE_F32LE, F64LE</td><td>float32, float64</td></tr>
 * <tr><td>boolean</td><td>enumeration FALSE = 0, TRUE = 1 on 1 byte</td><td>bool</td></tr>
 * <tr><td>enum</td><td>enumeration on the smallest signed integer</td><td>int8 with its names</td></tr>
 * <tr><td>char</td><td>UTF-8 string of 3 bytes</td><td>bytes, {@code asstr()}</td></tr>
 * <tr><td>String</td><td>variable-length UTF-8 string</td><td>bytes, {@code asstr()}</td></tr>
 * <tr><td>Instant</td><td>H5T_STD_I64LE, attribute {@code units} = {@code nanoseconds since 1970-01-01}</td><td>int64</td></tr>
 * <tr><td>arrays of primitives, one or two axes</td><td>the element's type, more axes</td><td>the same</td></tr>
 * </table>
 *
 * <p>Boxes count as their primitives. A null, an array of another length than the first, or a value of another type ends the
 * session with an {@link H5SchemaException}; the records before it are in the file. Later values may be of a narrower type
 * that the column holds exactly.
 *
 * @param <T> what the streams carry
 */
public final class H5Writer<T> {

    private final Settings settings;

    private H5Writer(Settings settings) {
        this.settings = settings;
    }

    /**
     * A builder for a file.
     *
     * @param file where the file is or shall be; its directory must exist
     * @param <T> what the streams carry
     * @return a builder with all defaults
     */
    public static <T> Builder<T> to(String file) {
        return to(Path.of(Objects.requireNonNull(file, "file must not be null")));
    }

    /**
     * A builder for a file.
     *
     * @param file where the file is or shall be; its directory must exist
     * @param <T> what the streams carry
     * @return a builder with all defaults
     */
    public static <T> Builder<T> to(Path file) {
        return new Builder<>(Objects.requireNonNull(file, "file must not be null"));
    }

    /**
     * A builder for a file and a type, so that lambdas in the builder have a type to work on.
     *
     * @param file where the file is or shall be; its directory must exist
     * @param type what the streams carry; used by the compiler only
     * @param <T> what the streams carry
     * @return a builder with all defaults
     */
    public static <T> Builder<T> to(String file, Class<T> type) {
        Objects.requireNonNull(type, "type must not be null");
        return to(file);
    }

    /**
     * Writes records, and emits a {@link Commit} each time that some of them have become readable in the file. Completes once
     * the records have ended and the file is closed. Cancelling cancels the records; what was received is written, and the
     * file is closed. Fails with the error of the records after those before it were written, or with an {@link H5Exception}.
     *
     * <p>If commits come faster than they are requested, the latest replaces those that wait; since commits are cumulative,
     * nothing is missed by that. Emits on a thread of its own, where a subscriber may block.
     *
     * @param records what to write
     * @return cold; each subscription subscribes to the records
     */
    public Flux<Commit> append(Publisher<? extends T> records) {
        Objects.requireNonNull(records, "records must not be null");
        return Flux.create(
                commits -> {
                    H5Sink<T> sink = sink(Context.of(commits.contextView()));
                    commits.onDispose(sink);
                    sink.commits().subscribe(commits::next, commits::error, commits::complete);
                    subscribe(records, sink);
                },
                FluxSink.OverflowStrategy.LATEST);
    }

    /**
     * Writes records, and tells what was written once the file is closed: {@code flux.as(writer::write)}. Cancelling cancels
     * the records; what was received is written, and the file is closed. Fails with the error of the records after those
     * before it were written, or with an {@link H5Exception}.
     *
     * <p>Emits on a thread of its own, where a subscriber may block.
     *
     * @param records what to write
     * @return cold; each subscription subscribes to the records
     */
    public Mono<WriteSummary> write(Publisher<? extends T> records) {
        Objects.requireNonNull(records, "records must not be null");
        return Mono.create(result -> {
            H5Sink<T> sink = sink(Context.of(result.contextView()));
            result.onCancel(sink);
            sink.result().subscribe(result::success, result::error);
            subscribe(records, sink);
        });
    }

    /**
     * A subscriber for one subscription.
     *
     * @return a fresh one
     */
    public H5Sink<T> sink() {
        return sink(Context.empty());
    }

    private H5Sink<T> sink(Context context) {
        return new H5Sink<>(settings, context);
    }

    private static <T> void subscribe(Publisher<? extends T> records, H5Sink<T> sink) {
        Flux.from(records).subscribe(sink);
    }

    /**
     * Sets up a writer. Setters check their arguments at once and return the builder. Not for several threads at a time.
     *
     * @param <T> what the streams carry
     */
    public static final class Builder<T> {

        /** 146 years, which can be added to the time of a scheduler that has run for as long. */
        private static final long MAX_NANOS = Long.MAX_VALUE / 2;

        private static final long MAX_MEMORY = 1L << 56; // so that sums do not overflow

        private final Path file;
        private OpenMode mode = OpenMode.APPEND;
        private String group = "/";
        private Layout layout = Layout.COLUMNS;
        private Columns columns = Columns.NONE;
        private int chunkRows;
        private int chunkBytes = ChunkShape.DEFAULT_BYTES;
        private Duration commitInterval = Duration.ofSeconds(1);
        private long commitRecords;
        private long memory = 64L << 20;
        private Scheduler scheduler = Threads.HDF5;
        private Function<Store, Store> storeWrapper = Function.identity();

        private Builder(Path file) {
            this.file = file;
        }

        /**
         * What a session does with a file that is there, and with one that is not. Defaults to {@link OpenMode#APPEND}.
         *
         * @param openMode the mode
         * @return this builder
         */
        public Builder<T> open(OpenMode openMode) {
            mode = Objects.requireNonNull(openMode, "openMode must not be null");
            return this;
        }

        /**
         * The group that holds the columns. It is created with the groups above it. Defaults to {@code /}.
         *
         * @param path an absolute path; a leading {@code /} may be left out
         * @return this builder
         * @throws IllegalArgumentException if a part of the path is empty, {@code .} or {@code ..}, or contains NUL or a
         *     character beyond U+FFFF
         */
        public Builder<T> group(String path) {
            try {
                group = ObjectNames.group(Objects.requireNonNull(path, "path must not be null"));
            } catch (SchemaViolation e) {
                throw new IllegalArgumentException("group: " + e.getMessage(), e);
            }
            return this;
        }

        /**
         * How the components of records are laid out. Defaults to {@link Layout#COLUMNS}. Streams of {@link H5Record}s and maps
         * have columns only.
         *
         * @param how the layout
         * @return this builder
         */
        public Builder<T> layout(Layout how) {
            layout = Objects.requireNonNull(how, "how must not be null");
            return this;
        }

        /**
         * Declares what a column is beyond what its values tell. Overrides an {@link H5Field} on a record's component. Defaults to
         * what the component or the first value is.
         *
         * @param name the column's name relative to the group; for a component of a record within a record
         *     {@code outer/inner}
         * @param declaration changes the declaration as it is so far
         * @return this builder
         * @throws IllegalArgumentException if the name is none
         */
        public Builder<T> column(String name, UnaryOperator<ColumnSpec> declaration) {
            try {
                columns = columns.with(
                        ObjectNames.relative(Objects.requireNonNull(name, "name must not be null")), declaration);
            } catch (SchemaViolation e) {
                throw new IllegalArgumentException("column: " + e.getMessage(), e);
            }
            return this;
        }

        /**
         * The rows of a chunk, for datasets that are created. Defaults to as many as {@link #chunkBytes(int)} gives.
         *
         * @param rows at least 1
         * @return this builder
         * @throws IllegalArgumentException if it is less
         */
        public Builder<T> chunkRows(int rows) {
            chunkRows = (int) atLeast(1, rows, "rows");
            return this;
        }

        /**
         * The bytes of a chunk, for datasets that are created. A chunk has a power of two of rows that does not exceed them; a
         * row that is larger has a chunk of its own, and one that is larger than 1 MiB has several. More than 1 MiB, which is
         * what readers cache, is not used. Defaults to 128 KiB.
         *
         * @param bytes at least 1
         * @return this builder
         * @throws IllegalArgumentException if it is less
         */
        public Builder<T> chunkBytes(int bytes) {
            chunkBytes = (int) atLeast(1, bytes, "bytes");
            chunkRows = 0;
            return this;
        }

        /**
         * The longest that a received record stays uncommitted, apart from the time that a commit takes. Defaults to 1 second.
         *
         * @param interval more than 0
         * @return this builder
         * @throws IllegalArgumentException if it is not
         */
        public Builder<T> commitEvery(Duration interval) {
            if (interval.isZero() || interval.isNegative()) {
                throw new IllegalArgumentException("interval must be more than 0, was " + interval);
            }
            boolean forEver = interval.compareTo(Duration.ofNanos(MAX_NANOS)) > 0;
            commitInterval = forEver ? Duration.ofNanos(MAX_NANOS) : interval;
            return this;
        }

        /**
         * Commits also at each multiple of a number of records. Defaults to none.
         *
         * @param records at least 1
         * @return this builder
         * @throws IllegalArgumentException if it is less
         */
        public Builder<T> commitEvery(long records) {
            commitRecords = atLeast(1, records, "records");
            return this;
        }

        /**
         * The ceiling on all buffered records of a session. Demand stays below it: a slow disk slows the publisher. A single
         * record that is larger is refused. Records of varying size count as the largest one so far. Defaults to 64 MiB.
         *
         * @param bytes at least 4096
         * @return this builder
         * @throws IllegalArgumentException if it is less
         */
        public Builder<T> memory(long bytes) {
            memory = Math.min(atLeast(1 << 12, bytes, "bytes"), MAX_MEMORY);
            return this;
        }

        /**
         * Where blocks are written, one after the other. It must allow blocking. Defaults to a thread {@code h5sink} that all
         * sinks of the JVM share, because the C library does one thing at a time.
         *
         * @param hdf5 a scheduler, which is not disposed by the sink
         * @return this builder
         */
        public Builder<T> scheduler(Scheduler hdf5) {
            scheduler = Objects.requireNonNull(hdf5, "hdf5 must not be null");
            return this;
        }

        /** Puts something between the session and the file, for tests. */
        Builder<T> store(Function<Store, Store> wrapper) {
            storeWrapper = wrapper;
            return this;
        }

        /**
         * A writer with what was set so far.
         *
         * @return an immutable writer, independent of this builder
         */
        public H5Writer<T> build() {
            RecordSchema.prepare(); // here, because the publisher's thread must not wait
            StoreMode storeMode = StoreMode.valueOf(mode.name());
            Function<Store, Store> wrapper = storeWrapper;
            Path target = file;
            return new H5Writer<>(new Settings(
                    target,
                    group,
                    layout,
                    columns,
                    chunkRows,
                    chunkBytes,
                    commitInterval,
                    commitRecords,
                    memory,
                    scheduler,
                    () -> wrapper.apply(new Hdf5File(target, storeMode))));
        }

        private static long atLeast(long least, long value, String name) {
            if (value < least) {
                throw new IllegalArgumentException(name + " must be at least " + least + ", was " + value);
            }
            return value;
        }
    }
}
