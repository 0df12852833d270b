package io.h5sink;

import io.h5sink.access.DiskPath;
import io.h5sink.access.Threads;
import io.h5sink.source.FileFollower;
import io.h5sink.source.FollowPublisher;
import io.h5sink.source.RowCursor;
import io.h5sink.source.RowCursors;
import io.h5sink.source.RowOrigin;
import io.h5sink.source.RowPublisher;
import io.h5sink.source.SourceHandle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * Rows of a table, or of datasets of one length side by side, as streams. Streams are cold and lazy: each subscription reads from its
 * first row, a chunk at a time and when demand is there for it, at most three ahead. They publish on threads of their own, so that a
 * subscriber may block; what they have open in the file is closed at the end and when they are cancelled. Immutable.
 */
public final class H5Rows {

    /** The {@link #from} of rows without a declared begin: the first row or, if rows are followed, the end of the rows that are there. */
    private static final long UNSAID = Long.MIN_VALUE;

    private static final long FROM_END = -1;

    private final RowOrigin origin;
    private final String path;

    /**
     * The first row; -1 is the end of the rows that are there when a stream begins, -2 a row before that, and so on; or {@link #UNSAID}.
     */
    private final long from;

    private final long to;
    private final List<String> selected;

    H5Rows(RowOrigin origin, String path) {
        this(origin, path, UNSAID, Long.MAX_VALUE, List.of());
    }

    /**
     * Rows of a file that need not be there yet. Each stream of them opens the file for itself, and closes it.
     *
     * @param file its path
     * @return the rows of the datasets in its outermost group, unless {@link #in(String)} names others
     */
    public static H5Rows of(String file) {
        return of(Path.of(file));
    }

    /**
     * The same.
     *
     * @param file its path
     * @return the rows of the datasets in its outermost group, unless {@link #in(String)} names others
     */
    public static H5Rows of(Path file) {
        return of(file, Driver.sec2());
    }

    /**
     * The same, of a file that HDF5 keeps in another way.
     *
     * @param file its path
     * @param driver how HDF5 keeps it
     * @return the rows of the datasets in its outermost group, unless {@link #in(String)} names others
     * @throws IllegalArgumentException if the driver has no files of that name
     */
    public static H5Rows of(Path file, Driver driver) {
        DiskPath.mustSuit(file, driver.access());
        return new H5Rows(new RowOrigin(driver.origin(file)), "/");
    }

    /**
     * Rows of another group, or of a dataset.
     *
     * @param group its path, absolute or relative to what these are the rows of; nothing of that name need be there yet
     * @return these rows
     */
    public H5Rows in(String group) {
        return new H5Rows(origin, RowOrigin.join(path, group), from, to, selected);
    }

    private H5Rows(RowOrigin origin, String path, long from, long to, List<String> selected) {
        this.origin = origin;
        this.path = path;
        this.from = from;
        this.to = to;
        this.selected = selected;
    }
    /**
     * The rows from one on.
     *
     * @param row the first row, counted from 0, at least 0; there may be none
     * @return these rows
     * @throws IllegalArgumentException if it is negative
     */
    public H5Rows from(long row) {
        return new H5Rows(origin, path, row(row), to, selected);
    }

    /**
     * The last rows of those that are there when a stream begins, and, where they are followed, what comes.
     *
     * @param rows how many, at least 0; all if there are less
     * @return these rows
     * @throws IllegalArgumentException if it is negative
     */
    public H5Rows last(long rows) {
        return new H5Rows(origin, path, -1 - Math.min(row(rows), Long.MAX_VALUE - 1), to, selected);
    }

    /**
     * The rows before one.
     *
     * @param row the first row that is left out, counted from 0, at least 0
     * @return these rows
     * @throws IllegalArgumentException if it is negative
     */
    public H5Rows to(long row) {
        return new H5Rows(origin, path, from, row(row), selected);
    }

    private static long row(long row) {
        if (row < 0) {
            throw new IllegalArgumentException("row must not be negative, was " + row);
        }
        return row;
    }

    /**
     * Only some of the columns; the others are not read. A record type has components for these and no more.
     *
     * @param names relative to the group, or members of the table
     * @return these columns
     */
    public H5Rows select(String... names) {
        return new H5Rows(origin, path, from, to, List.of(names));
    }

    /**
     * Each row as a record. A component takes the dataset of its name in the group, or the member of the table; one that is a record
     * takes the group of its name. Types are converted as by {@link H5Slice#read(Class)}, and as a sink has written them: a missing
     * value, which is the dataset's fill value, is an empty {@code Optional}, or null where {@link H5Field#fill} is declared on the
     * component; {@link H5Field#unsigned} gives the bits back. Where the components are not in a group, but {@link Layout#TABLE} is, that
     * is read.
     *
     * @param type the record type, whose package is open to this library
     * @param <T> the record type
     * @return the stream; fails with an {@link H5SchemaException} if columns are missing, differ in length, or do not fit, and with an
     *     {@link H5ReadException} if the file cannot be read
     */
    public <T> Flux<T> records(Class<T> type) {
        mustBeRecord(type);
        return stream(reading -> RowCursors.records(reading, reading.file(), spec(), type));
    }

    /**
     * Each row as named quantities, as {@link H5Slice#read()} gives them: the members of a table, or all datasets of a group, and of
     * those in it, that have rows, without those that only label axes. A record has those that are as long.
     *
     * @return the stream
     */
    public Flux<H5Record> records() {
        return stream(reading -> RowCursors.named(reading, reading.file(), spec()));
    }

    /**
     * A dataset by chunks of rows.
     *
     * @param type an array of as many axes as the dataset has, for example {@code double[].class}; its first extent is that of a chunk,
     *     or as many rows as are left
     * @param <A> the type of the array
     * @return the stream; fails if these are the rows of a group
     */
    public <A> Flux<A> chunks(Class<A> type) {
        return opened(reading -> batches(reading, it -> RowCursors.chunks(it, it.file(), spec(), type))
                .map(batch -> batch.iterator().next()));
    }

    /**
     * Each row as a record, as {@link #records(Class)} gives them, and then each row that is added, for as long as the stream is not
     * cancelled: by a sink of this process or of another, or by any other program. It begins at the end of what is there, unless
     * {@link #from} or {@link #last} say otherwise, and completes only where {@link #to} does.
     *
     * <p>Each row comes once, in order, and not before it is committed: with all of its columns, and, where a sink writes it, when
     * nothing can take it back. It comes within the interval of the commits and that of the looks. As many rows as are asked for are
     * given, and at most some megabytes, or one chunk, are read ahead. Nothing is open between two looks, not even if a source has
     * these rows; and a look at a file that has not changed does not open it.
     *
     * <p>Waits, and says so in the log if that takes long, for a file, group or dataset that is not there yet, whose rows then come from
     * the first on; for one that is being written, which one with {@link Sharing#EXCLUSIVE} is until its session ends; and for a
     * writer that was closed or died, until another one goes on. If another file takes the place of the one that is followed, or if that
     * gets shorter than what was given of it, this is logged as a warning, and the stream goes on with the first row of what is there
     * now, as {@code tail -F} does.
     *
     * @param type the record type, whose package is open to this library
     * @param poll the time between two looks, more than 0
     * @param <T> the record type
     * @return the stream; fails as {@link #records(Class)}, but not because columns differ in length: as many rows are given as all have;
     *     and with an {@link H5FileException} if the file stays damaged
     * @throws IllegalArgumentException if the type is no record, or the interval not positive
     */
    public <T> Flux<T> follow(Class<T> type, Duration poll) {
        mustBeRecord(type);
        return follow(type, poll, (reading, spec) -> RowCursors.records(reading, reading.file(), spec, type));
    }

    /**
     * Each row as named quantities, as {@link #records()} gives them, and then each row that is added, as by {@link #follow(Class,
     * Duration)}. As many rows are given as all datasets have; one that is shorter than the rows that were given is left out, and
     * {@link #select} leaves out what grows more slowly than the rest.
     *
     * @param poll the time between two looks, more than 0
     * @return the stream
     * @throws IllegalArgumentException if the interval is not positive
     */
    public Flux<H5Record> follow(Duration poll) {
        return follow(null, poll, (reading, spec) -> RowCursors.named(reading, reading.file(), spec));
    }

    private <T> Flux<T> follow(@Nullable Class<T> type, Duration poll, FileFollower.FollowedOpening<T> opening) {
        if (poll.isNegative() || poll.isZero()) {
            throw new IllegalArgumentException("poll must be positive, was " + poll);
        }
        RowCursor.Spec spec = new RowCursor.Spec(path, from == UNSAID ? FROM_END : from, to, selected, true);
        return Flux.from(new FollowPublisher<>(new FileFollower.Origin<>(origin, spec, type, opening), poll))
                .publishOn(Threads.RESULTS, 1)
                .flatMapIterable(batches -> batches, 1)
                .flatMapIterable(batch -> batch, 1);
    }

    private static void mustBeRecord(Class<?> type) {
        if (!type.isRecord()) {
            throw new IllegalArgumentException("type must be a record, was " + type.getName());
        }
    }

    private RowCursor.Spec spec() {
        return new RowCursor.Spec(path, from, to, selected, false);
    }

    private <T> Flux<T> stream(Function<SourceHandle, RowCursor<T>> opening) {
        return opened(reading -> batches(reading, opening).flatMapIterable(batch -> batch, 1));
    }

    private <T> Flux<T> opened(Function<SourceHandle, Flux<T>> rows) {
        SourceHandle open = origin.reading();
        return open != null
                ? rows.apply(open)
                : Flux.using(() -> SourceHandle.open(origin.file(), false), rows, SourceHandle::close);
    }

    private <T> Flux<Iterable<T>> batches(SourceHandle reading, Function<SourceHandle, RowCursor<T>> opening) {
        return Flux.from(new RowPublisher<T>(reading, () -> opening.apply(reading)))
                .publishOn(Threads.RESULTS, 1);
    }

    /** The path, the range of rows and the selected columns. */
    @Override
    public String toString() {
        return path + "[" + (from == UNSAID ? "" : from < 0 ? from + 1 : from) + ":" + (to == Long.MAX_VALUE ? "" : to)
                + "]" + (selected.isEmpty() ? "" : selected);
    }
}
