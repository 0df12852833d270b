package io.h5sink;

import java.util.List;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;

/**
 * Rows of a table, or of datasets of one length side by side, as streams. Streams are cold and lazy: each subscription reads from its
 * first row, a chunk at a time and when demand is there for it, at most three ahead. They publish on threads of their own, so that a
 * subscriber may block; what they have open in the file is closed at the end and when they are cancelled. Immutable.
 */
public final class H5Rows {

    private final Reading reading;
    private final String path;
    private final long from;
    private final long to;
    private final List<String> selected;

    H5Rows(Reading reading, String path) {
        this(reading, path, 0, Long.MAX_VALUE, List.of());
    }

    private H5Rows(Reading reading, String path, long from, long to, List<String> selected) {
        this.reading = reading;
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
        return new H5Rows(reading, path, row(row), to, selected);
    }

    /**
     * The rows before one.
     *
     * @param row the first row that is left out, counted from 0, at least 0
     * @return these rows
     * @throws IllegalArgumentException if it is negative
     */
    public H5Rows to(long row) {
        return new H5Rows(reading, path, from, row(row), selected);
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
        return new H5Rows(reading, path, from, to, List.of(names));
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
        if (!type.isRecord()) {
            throw new IllegalArgumentException("type must be a record, was " + type.getName());
        }
        return stream(() -> RowCursor.records(reading, reading.file(), spec(), type));
    }

    /**
     * Each row as named quantities, as {@link H5Slice#read()} gives them: the members of a table, or all datasets of a group, and of
     * those in it, that have rows, without those that only label axes. A record has those that are as long.
     *
     * @return the stream
     */
    public Flux<H5Record> records() {
        return stream(() -> RowCursor.named(reading, reading.file(), spec()));
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
        return batches(() -> RowCursor.chunks(reading, reading.file(), spec(), type))
                .map(batch -> batch.iterator().next());
    }

    private RowCursor.Spec spec() {
        return new RowCursor.Spec(path, from, to, selected);
    }

    private <T> Flux<T> stream(Supplier<RowCursor<T>> opening) {
        return batches(opening).flatMapIterable(batch -> batch, 1);
    }

    private <T> Flux<Iterable<T>> batches(Supplier<RowCursor<T>> opening) {
        return Flux.from(new RowPublisher<T>(reading, opening)).publishOn(Threads.RESULTS, 1);
    }

    /** What is read, in words. */
    @Override
    public String toString() {
        return path + "[" + from + ":" + (to == Long.MAX_VALUE ? "" : to) + "]" + (selected.isEmpty() ? "" : selected);
    }
}
