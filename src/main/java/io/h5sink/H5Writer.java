package io.h5sink;

import io.h5sink.engine.WritableFile;
import io.h5sink.schema.RecordSchema;
import io.h5sink.sink.FileRecovery;
import io.h5sink.sink.LastPositions;
import io.h5sink.sink.SafeSubscriber;
import io.h5sink.sink.settings.Settings;
import io.h5sink.sink.settings.SettingsDraft;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;
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
 * <p>A stream carries Java records, {@link H5Record}s or maps with string keys. Each component or name has a dataset; the
 * {@linkplain io.h5sink package} has the table of what is stored as what.
 *
 * @param <T> what the streams carry
 */
public final class H5Writer<T> {

    private final Settings settings;

    private H5Writer(Settings settings) {
        this.settings = settings;
    }

    /**
     * A builder for a file, which can be named after its {@link Builder#metadata(String, Map) metadata}:
     * <code>run-{hash}.h5</code>.
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
     * <p>Two sinks of one JVM never write to one file, whatever names they know it by: links of both kinds, other ways to write its path. Sinks
     * of two processes are kept apart by the journal beside the file, whose name is that of the file: behind symbolic links, but not of hard
     * links. What is no ordinary file on disk, such as a named pipe or a device, is refused by the session.
     *
     * @param file where the file is or shall be, on disk; its directory must exist
     * @param <T> what the streams carry
     * @return a builder with all defaults, whose {@code build()} throws {@link IllegalArgumentException} if the path is one of another file
     *     system
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
     * Puts a file right whose writer died, and checks that all of it can be read. A session does the first of these when it opens a
     * file to append to it; this is for files that nobody will append to. Rows that were not committed are taken away: the file is
     * then as the last commit left it. Blocks. Any thread, but not one of a non-blocking scheduler.
     *
     * <p>What a writer of h5sink was about to overwrite when it died is beside the file, in {@code <file>.journal}; it must stay
     * together with the file until then. A file that another program has left marked as open for writing is unmarked if all of it
     * can be read without the mark, and otherwise left as it is.
     *
     * @param file a file that was written with {@link Driver#sec2()} or {@link Driver#stdio()}
     * @return what was found and done
     * @throws H5FileException if a writer has the file open, if it does not exist, or if it cannot be put right, and is then as it was
     */
    public static RecoveryReport recover(Path file) {
        return FileRecovery.run(Objects.requireNonNull(file, "file must not be null"), H5Failures.FAILURES);
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
        return Flux.<Commit>create(
                        commits -> {
                            H5Sink<T> sink = sink(Context.of(commits.contextView()));
                            commits.onDispose(sink);
                            sink.commits().subscribe(commits::next, commits::error, commits::complete);
                            subscribe(records, sink);
                        },
                        FluxSink.OverflowStrategy.LATEST)
                .transform(SafeSubscriber::each);
    }

    /**
     * Writes records, and emits what was written once the file is closed: {@code flux.as(writer::write)}. Cancelling cancels
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
        return Mono.<WriteSummary>create(result -> {
                    H5Sink<T> sink = sink(Context.of(result.contextView()));
                    result.onCancel(sink);
                    sink.result().subscribe(result::success, result::error);
                    subscribe(records, sink);
                })
                .transform(SafeSubscriber::each);
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

    /**
     * Where to go on in the source: for each partition the offset of the last record that is committed, as it is stored in the file
     * with the rows of the same commit. The source resumes behind it, at the offset that comes next, and each record is in the file
     * exactly once, however the writer ended. Partitions of earlier sessions count, too. The file is read, whatever
     * {@link Builder#open(OpenMode)} says; {@link OpenMode#TRUNCATE} empties it when the session begins.
     *
     * <pre>{@code
     * Map<String, Long> positions = writer.positions();
     * Flux<Reading> readings = source.from(positions.getOrDefault("", -1L) + 1);
     * }</pre>
     *
     * <p>If a writer has died within a commit, that is undone first, as {@link OpenMode#APPEND} would. While a session of this JVM with
     * positions writes to the file, these are the positions of its last commit. While another process does, the file is read as its last
     * commit left it; a commit that is on the way is waited for, up to a second. Blocks: not for threads that must not.
     *
     * @return by partition, which is the empty string for {@link Builder#position(ToLongFunction)}; empty if the file has no positions,
     *     or there is no file
     * @throws H5Exception if the file cannot be read, as it is while another process has it open and lets nobody in, or if there is
     *     something else in the place of the positions
     */
    public Map<String, Long> positions() {
        return LastPositions.of(settings);
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

        private final SettingsDraft draft;

        private Builder(Path file) {
            draft = new SettingsDraft(file);
        }

        /**
         * What a session does with a file that is there, and with one that is not. Defaults to {@link OpenMode#APPEND}.
         *
         * @param openMode the mode
         * @return this builder
         */
        public Builder<T> open(OpenMode openMode) {
            draft.mode(openMode);
            return this;
        }

        /**
         * The group that holds the columns. It is created with the groups above it. Soft and external links to groups are followed;
         * what an external link leads to, in another file, HDF5 writes without a journal. Defaults to {@code /}.
         *
         * @param path an absolute path; a leading {@code /} may be left out
         * @return this builder
         * @throws IllegalArgumentException if a part of the path is empty, {@code .} or {@code ..}, or contains NUL
         */
        public Builder<T> group(String path) {
            draft.group(path);
            return this;
        }

        /**
         * The group of each record, which is created with its columns when the first record goes there. All records have the
         * same columns, whose shapes the first record fixes; each group has its own length. Called by the publisher's thread,
         * once for each record. Defaults to none: all records go to {@link #group(String)}.
         *
         * <p>A route costs memory for a few objects, not for blocks; a commit writes to each dataset of all routes that got
         * records, so that many routes with few records each want long commit intervals or much {@link #memory(long)}.
         *
         * @param toGroup gives a path relative to {@link #group(String)}, where {@code /} is that group itself; a path that
         *     is null, or has an empty part, {@code .} or {@code ..}, or NUL, makes the record a bad one
         * @return this builder
         */
        public Builder<T> route(Function<? super T, String> toGroup) {
            draft.route(toGroup);
            return this;
        }

        /**
         * Where each record comes from: a source's partition, and an offset in it. With each commit the file keeps, for each partition,
         * the offset of the last record that is committed, last in the order of the stream, so that {@link H5Writer#positions()} says
         * where to resume, at the next offset, and nothing is lost or doubled. Partitions of earlier sessions keep theirs. A record
         * that is skipped as a bad one does not count. Called by the publisher's thread, once for each record.
         *
         * <pre>{@code
         * .positions(message -> message.topic() + "-" + message.partition(), message -> message.offset())
         * }</pre>
         *
         * <p>They are in the dataset {@code /.h5sink/positions}, a row for each partition; the {@linkplain io.h5sink package} says how to
         * read it. A record counts 12 bytes more in {@link #memory(long)}. Defaults to none: nothing is stored, and nothing done for a
         * record.
         *
         * @param partition gives the name of the partition, at most 512 bytes in UTF-8 and without NUL; up to 100000 of them. A name
         *     that is null or anything else makes the record a bad one, and so does a function that throws
         * @param offset gives the offset, which need not grow
         * @return this builder
         */
        public Builder<T> positions(Function<? super T, String> partition, ToLongFunction<? super T> offset) {
            draft.positions(partition, offset);
            return this;
        }

        /**
         * As {@link #positions}, of a source that has one partition, whose name is the empty string.
         *
         * @param offset gives the offset
         * @return this builder
         */
        public Builder<T> position(ToLongFunction<? super T> offset) {
            draft.position(offset);
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
            draft.layout(how);
            return this;
        }

        /**
         * Declares what a column is beyond what its values say. Overrides an {@link H5Field} on a record's component. Defaults to
         * what the component or the first value is.
         *
         * @param name the column's name relative to the group; for a component of a record within a record
         *     {@code outer/inner}
         * @param declaration changes the declaration as it is so far
         * @return this builder
         * @throws IllegalArgumentException if the name is none
         */
        public Builder<T> column(String name, UnaryOperator<ColumnSpec> declaration) {
            draft.column(name, ColumnSpec.plain(declaration));
            return this;
        }

        /**
         * The column that labels the rows of the others. It becomes their HDF5 dimension scale, by which
         * {@code xarray.open_dataset("data.h5", engine="h5netcdf")} and netCDF see a data set with coordinates; with
         * {@link #route}, each group is one. All columns have all their axes labelled then, since netCDF refuses files where
         * some have not: further axes by {@link ColumnSpec#axis}, or else as dimensions without coordinates. Labels are made
         * together with the datasets.
         *
         * <p>A file that another program made, or that was written without an axis, gets labels where datasets have none;
         * labels that are there stay as they are.
         *
         * <p>Streams of {@link H5Record}s and maps, whose columns have lengths of their own, and {@link Layout#TABLE}, which has
         * but one, are not labelled; nor are columns stored as {@link Ragged#OFFSETS}, which lie in groups of their own, and the
         * data set without them opens as before.
         *
         * <p>Defaults to the only component that is an {@link java.time.Instant}, {@code LocalDateTime}, {@code ZonedDateTime},
         * {@code OffsetDateTime} or {@code LocalDate}, if there is exactly one; otherwise to none: nothing is labelled, and
         * nothing added to the file. Components of records within the record do not count.
         *
         * @param column the name of a component with one value a row
         * @return this builder
         * @throws IllegalArgumentException if the name is none, or that of a component of a record within the record, whose group
         *     netCDF does not search for the axes of others
         */
        public Builder<T> axis(String column) {
            draft.axis(column);
            return this;
        }

        /**
         * How the chunks of datasets are compressed that are created; those that are there keep what they have. Chunks are compressed
         * on {@code h5sink-codec} threads, which all sinks share: as many as there are processors, or as the system property {@code
         * h5sink.codec.threads} says. A chunk that is partly full stays as it is until it is full, or until the session ends. Rows of
         * variable length and last values are not compressed. Defaults to {@link Compression#none()}.
         *
         * <p>In a file with an object of another program that only HDF5 can extend, HDF5
         * compresses: on one thread, and a chunk anew with each commit. The embedded HDF5 is given all codecs; a JHDF5 that lacks one is
         * refused before a row is written.
         *
         * @param how the compression, for columns that do not declare their own
         * @return this builder
         * @throws IllegalArgumentException if it needs a library that is not there, or that does not work here
         */
        public Builder<T> compression(Compression how) {
            draft.compression(how.rule());
            return this;
        }

        /**
         * The rows of a chunk, for datasets that are created. A chunk of 4 GiB or more, which HDF5 has not, is refused: by {@link #build()}
         * where declarations give the size, and otherwise with the first record, before anything is written. Defaults to as many as
         * {@link #chunkBytes(int)} gives.
         *
         * @param rows at least 1
         * @return this builder
         * @throws IllegalArgumentException if it is less
         */
        public Builder<T> chunkRows(int rows) {
            draft.chunkRows(rows);
            return this;
        }

        /**
         * The bytes of a chunk, for datasets that are created. A chunk has a power of two of rows that does not exceed them; a
         * row that is larger has a chunk of its own, and one that is larger than 1 MiB has several. More than 1 MiB, which is
         * what readers cache, is not used. Defaults to 128 KiB, and with {@link #route} to 8 KiB.
         *
         * @param bytes at least 1
         * @return this builder
         * @throws IllegalArgumentException if it is less
         */
        public Builder<T> chunkBytes(int bytes) {
            draft.chunkBytes(bytes);
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
            draft.commitInterval(interval);
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
            draft.commitRecords(records);
            return this;
        }

        /**
         * The ceiling on all buffered records of a session. Demand stays below it: a slow disk slows the publisher. A single
         * record that is larger is refused. Records of varying size count as the largest one so far. Defaults to 64 MiB, or
         * half of the largest heap where that is less: the JDK lets as much memory be used outside the heap, unless an option
         * says otherwise.
         *
         * @param bytes at least 4096
         * @return this builder
         * @throws IllegalArgumentException if it is less
         */
        public Builder<T> memory(long bytes) {
            draft.memory(bytes);
            return this;
        }

        /**
         * What becomes of a group's datasets when the record type has other components than they were written with: one more, for
         * which there is no dataset, or one less. With {@link #route} each group is compared on its own. A {@link Layout#TABLE},
         * whose components are one dataset, is always refused if they changed, and so is a component whose type or shape did;
         * {@link H5Record}s and maps may name anything at any time. Defaults to {@link Evolution#REFUSE}.
         *
         * @param how what to do
         * @return this builder
         */
        public Builder<T> evolve(Evolution how) {
            draft.evolution(how);
            return this;
        }

        /**
         * Skips records that cannot be stored, and reports each of them: the stream goes on, and the file has exactly the other
         * records. Bad is what would have ended the stream with an {@link H5SchemaException} because of the record itself: a value
         * that its column does not take, a route that is none, a size beyond {@link #memory(long)}, an accessor that throws. An
         * object in the file that does not fit ends the stream all the same. A bad record fixes no shape, and makes no dataset and
         * no group. Defaults to none: a bad record ends the stream.
         *
         * @param handler called by the publisher's thread, once for each bad record, with the exception that would have ended the
         *     stream, whose message counts the records as they were received, with those that were skipped; must not block. What
         *     it throws ends the stream: what was received before is written, and {@link H5Sink#result()} fails with it
         * @return this builder
         */
        public Builder<T> onBadRecord(BiConsumer<? super T, H5SchemaException> handler) {
            draft.onBadRecord(handler);
            return this;
        }

        /**
         * The longest that a call on the file should take. One that takes a tenth of it is logged as a warning, and one that
         * takes all of it as an error, with the call, the file and the time; calls are looked at ten times a second. A call that
         * is stuck, on a network disk that is gone or a failing one, can only be reported, not broken: the publisher is held by
         * backpressure, {@link H5Sink#dispose()} returns at once, {@link H5Sink#result()} waits for the call, the call's thread
         * of the {@link #scheduler} serves no other sink, and the end of the JVM waits for 10 seconds. Defaults to 30 seconds,
         * as long as Linux gives a disk for one command.
         *
         * @param limit 0 for none
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder<T> watchdog(Duration limit) {
            draft.callLimit(limit);
            return this;
        }

        /**
         * How long to wait for a file that another program has open for writing, or, where JHDF5 writes, has locked. The publisher is held
         * by backpressure meanwhile, the file is tried again after pauses that grow from 5 to 250 milliseconds, and a wait of more
         * than half a second is logged, as is its end. When the limit is reached, the session fails with an
         * {@link H5FileException}. When a session opens its file for the first time it waits for at most a second, because
         * then it is often a writer that died which has left it like that. Defaults to 10 seconds.
         *
         * @param limit the sum of the pauses; 0 to fail at once
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder<T> patience(Duration limit) {
            draft.busyLimit(limit);
            return this;
        }

        /**
         * Waits for disk space where a commit finds none, because the disk is full, or a quota or the limit on the size of a file is
         * reached. The commit is tried again after each pause, for as long as it takes. Meanwhile the publisher is held by
         * backpressure, the file is as the last commit left it, with some more bytes behind its end, and others can read but
         * not write to it; where JHDF5 writes, whose lock stays, they cannot read either. The wait is logged once, as is its end.
         * {@link H5Sink#dispose()} ends it: if there is still none, the session fails. Defaults to none: the session fails with an
         * {@link H5WriteException}, and the file is as the last commit left it.
         *
         * @param retry the pause; 0 for none
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder<T> onFull(Duration retry) {
            draft.fullPause(retry);
            return this;
        }

        /**
         * Who can open the file while a session writes to it. Defaults to {@link Sharing#RELEASE}.
         *
         * @param mode the mode
         * @return this builder
         */
        public Builder<T> sharing(Sharing mode) {
            draft.sharing(mode);
            return this;
        }

        /**
         * What a commit survives. Defaults to {@link Durability#FLUSH}.
         *
         * @param what the death of the process, or the loss of power
         * @return this builder
         */
        public Builder<T> durability(Durability what) {
            draft.durability(what);
            return this;
        }

        /**
         * How HDF5 keeps the file: in pieces, in two files, in memory. Defaults to {@link Driver#sec2()}.
         *
         * @param fileDriver the driver
         * @return this builder
         * @throws IllegalArgumentException if the file's name does not suit the driver
         */
        public Builder<T> driver(Driver fileDriver) {
            Objects.requireNonNull(fileDriver, "fileDriver must not be null");
            draft.driver(fileDriver.access(), fileDriver.image());
            return this;
        }

        /**
         * Where blocks are written, one after the other for each sink. It must allow blocking. Defaults to daemon threads
         * {@code h5sink-writer-N} that all sinks of the JVM share, as many as processors, and at least 2; idle ones end.
         *
         * <p>If it takes no more work before the stream has ended, because the application has disposed it, or the executor behind
         * it, or all of Reactor's, the session fails within a second with an {@link H5WriteException} whose cause is a
         * {@link java.util.concurrent.RejectedExecutionException}; the file is as the last commit left it.
         *
         * @param writers a scheduler, which is not disposed by the sink
         * @return this builder
         */
        public Builder<T> scheduler(Scheduler writers) {
            draft.scheduler(writers);
            return this;
        }

        /**
         * Whether the JVM's end ends a session that runs. Defaults to true: when the JVM ends, by a signal such as SIGTERM, by
         * {@link System#exit} or because {@code main} has returned, its end is held up for sessions, for up to 10 seconds. First a
         * session waits for its stream to complete by itself: for up to 2 seconds, or, while another shutdown hook or any other thread
         * that is no daemon runs (but for the one of {@code main}), for up to 8, because it may be a server that answers what it has
         * accepted. That nothing arrives does not cut this short, because a request that is being answered has sent nothing yet,
         * either. Then the upstream is cancelled, what was received is written, and the file is completed. A stream that was cut
         * off, or a file that is not complete after 10 seconds, is logged with the records that were received and those that are
         * safe. Instead of 10 seconds, the system property {@code h5sink.shutdown.seconds} gives another number to all sessions, and the
         * other times in proportion.
         *
         * <p>With false the JVM's end does nothing: whoever ends the application, such as a container that drains for longer, lets the
         * stream complete or calls {@link H5Sink#close()}, and waits for that. A session that nobody ends loses then what was not
         * committed.
         *
         * <p>A session that begins while the JVM is ending is waited for like others as long as any of those is not over, and
         * otherwise by nobody but whoever closes it.
         *
         * @param whether whether the session is ended
         * @return this builder
         */
        public Builder<T> shutdownHook(boolean whether) {
            draft.shutdownHook(whether);
            return this;
        }

        /**
         * Gives an object an attribute, in place of one that it has by that name, whatever that one's type and shape. It is
         * there as soon as the file is, or, if its object is made later, as soon as that is; at the end a warning is logged
         * about objects that never were. An attribute that has the value already is not written again. The last word about an
         * attribute counts. Defaults to none.
         *
         * <p>In h5py the value is what it would be if it were set there: a number of the same width; a {@code bool}; a
         * {@code str} (variable-length UTF-8) for strings and characters, for an {@link java.time.Instant} in ISO 8601
         * ({@code 2024-05-01T12:00:00Z}) and for the name of an enum constant; an array of these, of up to 32 axes, for an array
         * of primitives, boxes or strings and for a {@link java.util.List}. Numbers of different types become the narrowest type
         * that holds all; an empty list is an array of float64.
         *
         * <p>Values of more than 64 KiB, not counting the characters of strings, fit on all objects that h5sink makes. On an
         * object that another program has made in HDF5's oldest format, as h5py does by default, such a value ends
         * the session with an {@link H5WriteException}.
         *
         * @param object the path of a group or dataset: absolute if it begins with {@code /}, which by itself is the file's
         *     root; otherwise relative to {@link #group(String)}, which is the empty string
         * @param name the attribute's name
         * @param value the value; may be changed afterwards
         * @return this builder
         * @throws IllegalArgumentException if the path is none that {@link #group(String)} takes, if the name is empty, longer
         *     than 32768 bytes or contains NUL, or if the value is or holds null or anything that
         *     is not listed, is ragged or mixes kinds, or holds a string with NUL or half of a surrogate pair
         */
        public Builder<T> attribute(String object, String name, Object value) {
            draft.description().attribute(object, name, value);
            return this;
        }

        /**
         * Stores nested metadata as JSON in a dataset of one string, in place of the string that such a dataset has: in h5py,
         * {@code json.loads(file["meta"][()])}. It is there as soon as the file is. Defaults to none.
         *
         * <p>The text has one form for each value, whatever the order of the map: that of Python's
         * {@code json.dumps(metadata, sort_keys=True, separators=(",", ":"))}. An {@link java.time.Instant} is a string in ISO
         * 8601, an enum constant its name, a {@code float} is widened to the same {@code double}, and NaN and infinities are
         * {@code NaN}, {@code Infinity} and {@code -Infinity}, which Python reads and strict readers of JSON do not.
         *
         * <p>A file name with <code>{hash}</code> in it, as in <code>H5Writer.to("run-{hash}.h5")</code>, gets there the first 8
         * hexadecimal digits of the SHA-256 of this text. Where {@link #metadata} and {@link #metadataTree} are called for
         * several paths, it is that of the JSON object that has all the metadata by absolute path, in the same form. Directories
         * keep their names. {@link WriteSummary#file()} has the name.
         *
         * @param dataset its path: absolute if it begins with {@code /}, otherwise relative to {@link #group(String)}
         * @param metadata strings to nulls, booleans, numbers, strings, characters, instants, enum constants, and arrays, lists,
         *     maps and records of such, at most 256 deep; may be changed afterwards
         * @return this builder
         * @throws IllegalArgumentException if the path is none, or if the metadata holds anything else
         */
        public Builder<T> metadata(String dataset, Map<String, ?> metadata) {
            draft.description().metadata(dataset, metadata);
            return this;
        }

        /**
         * As {@link #metadata(String, Map)}, with the components of a record as members.
         *
         * @param dataset its path: absolute if it begins with {@code /}, otherwise relative to {@link #group(String)}
         * @param metadata a record
         * @return this builder
         * @throws IllegalArgumentException if the path is none, or if the metadata holds what JSON cannot
         */
        public Builder<T> metadata(String dataset, Record metadata) {
            draft.description().metadata(dataset, metadata);
            return this;
        }

        /**
         * Stores nested metadata as a tree of groups: maps and records are groups, and what is in them is an attribute of
         * theirs, as {@link #attribute} writes it. Attributes that the groups have besides stay as they are. Counts for
         * <code>{hash}</code> as {@link #metadata(String, Map)} does. Defaults to none.
         *
         * @param group the path of the outermost group, as for {@link #attribute}
         * @param metadata attributes, and maps and records of them; may be changed afterwards
         * @return this builder
         * @throws IllegalArgumentException if the path is none, if a name is not one of an attribute or a group, or if the
         *     metadata holds what an attribute cannot, such as null or a list of maps
         */
        public Builder<T> metadataTree(String group, Map<String, ?> metadata) {
            draft.description().tree(group, metadata);
            return this;
        }

        /**
         * As {@link #metadataTree(String, Map)}, with the components of a record as members.
         *
         * @param group the path of the outermost group, as for {@link #attribute}
         * @param metadata a record
         * @return this builder
         * @throws IllegalArgumentException as {@link #metadataTree(String, Map)}
         */
        public Builder<T> metadataTree(String group, Record metadata) {
            draft.description().tree(group, metadata);
            return this;
        }

        /** Puts something between the session and the file, for tests. */
        Builder<T> store(Function<WritableFile, WritableFile> wrapper) {
            draft.store(wrapper);
            return this;
        }

        /**
         * A writer with what was set so far.
         *
         * @return an immutable writer, independent of this builder
         * @throws IllegalStateException if the file's name contains <code>{hash}</code> and there is no metadata, or if
         *     {@link Sharing#SWMR} is asked of a driver that has not got it, or if chunks are said to have 4 GiB or more
         */
        public H5Writer<T> build() {
            RecordSchema.prepare(); // here, because the publisher's thread must not wait
            return new H5Writer<>(draft.settings(H5Failures.FAILURES, H5Record::forEach));
        }
    }
}
