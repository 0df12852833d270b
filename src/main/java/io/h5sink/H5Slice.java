package io.h5sink;

import io.h5sink.hdf5.SourceDataset;
import io.h5sink.hdf5.SourceInfo;
import io.h5sink.schema.ColumnType;
import io.h5sink.slice.Selection;
import io.h5sink.slice.Slice;
import io.h5sink.value.Encoder;
import io.h5sink.value.Hints;
import io.h5sink.value.ValueMismatch;
import io.h5sink.value.ValueReader;
import io.h5sink.value.Values;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A part of a dataset, which is read when that is asked for, and then only as far as it goes: of a chunked dataset, the chunks that
 * it touches. Immutable; any thread may read, and waits for the HDF5 thread.
 */
public final class H5Slice {

    /** What is read in one call; sinks of this JVM come in between. */
    private static final long PIECE_BYTES = 8 << 20;

    private final Reading reading;
    private final SourceInfo info;
    private final Selection selection;

    H5Slice(Reading reading, SourceInfo info, String text) {
        this.reading = reading;
        this.info = info;
        this.selection = Slice.parse(text).on(info.shape());
    }

    /**
     * The extents of the result: an axis for each that is not named by a single index.
     *
     * @return empty for a single element
     */
    public List<Long> shape() {
        return LongStream.of(selection.shape()).boxed().toList();
    }

    /**
     * Reads it as the Java type that holds all values of the stored one: the narrowest number (uint64 is a {@code BigInteger}, float16
     * a {@code float}; of floats of other formats, the nearest that {@code float} or {@code double} has), {@code boolean}, {@code String} for strings, enumerations and the paths that references have, {@code Map} for
     * compounds, {@code byte[]} for what is opaque; arrays of them by the shape, with one axis more for sequences of variable length.
     * Text whose bytes are not UTF-8 is read as Latin-1 (ISO 8859-1).
     *
     * @return an array, or a box for a single element
     * @throws H5SchemaException if Java has no value for the stored type
     * @throws H5ReadException if it cannot be read, or there is no memory for it
     */
    public Object read() {
        return read(Object.class);
    }

    /**
     * Reads it as a Java type: as {@code astype} in h5py, but checked. Integers become other integers and floats if none changes its
     * value, floats become integers if they are some; a double that becomes a float is rounded, but not to infinity. Strings become
     * {@code String}, {@code byte[]}, {@code char} or {@code UUID}; names of an enumeration a {@code String} or Java's enum constants
     * of the same names; numbers with the attribute {@code units}, as CF has it ({@code hours since 2024-01-01}), become
     * {@code Instant}, {@code LocalDate} and so on, fractions to the nearest nanosecond; without one they are integers of nanoseconds and days since
     * 1970; compounds become records whose components are members.
     *
     * @param type for example {@code double[][].class}, of as many axes as {@link #shape}, plus one for sequences
     * @param <T> the Java type
     * @return the values
     * @throws H5SchemaException if the Java type does not hold them
     * @throws H5ReadException if they cannot be read
     */
    public <T> T read(Class<T> type) {
        long[] shape = selection.shape();
        SourceDataset dataset = reading.ask(file -> reading.keep(file.dataset(info.path())));
        try {
            int rows = shape.length == 0 ? 0 : pieceRows(shape);
            reading.mustFit(bytes(shape), info.path(), "shape " + shape());
            String units = reading.ask(file -> file.units(info.path()));
            if (!type.isArray() || shape.length == 0 || shape[0] <= rows) {
                return Casts.to(type, read(dataset, selection, type, units));
            }
            Object whole = Array.newInstance(type.getComponentType(), Math.toIntExact(shape[0]));
            for (long row = 0; row < shape[0]; row += rows) {
                int count = (int) Math.min(rows, shape[0] - row);
                Object piece = read(dataset, selection.part(firstAxis(), row, count), type, units);
                System.arraycopy(piece, 0, whole, (int) row, count);
            }
            return type.cast(whole);
        } catch (ArithmeticException e) {
            throw tooLarge();
        } catch (OutOfMemoryError e) {
            throw reading.tooLarge(e, info.path(), "shape " + shape());
        } finally {
            reading.ask(file -> {
                reading.close(dataset);
                return true;
            });
        }
    }

    private Object read(SourceDataset dataset, Selection part, Class<?> type, @Nullable String units) {
        ColumnType element = element(dataset.info());
        try {
            ValueReader reader = Values.reader(
                    element,
                    Extents.of(part.shape()),
                    type,
                    new Hints(units, null, false, false),
                    (member, component) -> Hints.NONE);
            ByteBuffer stored = reading.ask(file -> dataset.read(part.start(), part.step(), part.count()));
            Object value = reader.next(stored);
            return value == null ? new Object[0] : value;
        } catch (ValueMismatch e) {
            throw mismatch(e);
        }
    }

    private ColumnType element(SourceInfo found) {
        if (found.empty()) {
            throw mismatch(new ValueMismatch("a dataset with elements", "an empty one"));
        }
        if (found.type() == null) {
            throw reading.origin.failure(found.refused());
        }
        return found.type();
    }

    /** What the values take at least, in bytes. */
    private long bytes(long[] shape) {
        ColumnType type = info.type();
        long bytes = type == null ? 1 : Math.max(1, type.one().elementBytes());
        for (long extent : shape) {
            bytes = extent == 0 ? 0 : bytes > Long.MAX_VALUE / extent ? Long.MAX_VALUE : bytes * extent;
        }
        return bytes;
    }

    private int firstAxis() {
        int axis = 0;
        while (selection.dropped()[axis]) {
            axis++;
        }
        return axis;
    }

    /** How many indices of the first axis go into a piece: whole chunks, if there are some. */
    private int pieceRows(long[] shape) {
        long row = 8;
        for (int axis = 1; axis < shape.length; axis++) {
            row = Math.multiplyExact(row, Math.max(1, shape[axis]));
        }
        long rows = Math.max(1, PIECE_BYTES / row);
        long[] chunk = info.chunk();
        if (chunk != null && selection.step()[firstAxis()] == 1) {
            long extent = chunk[firstAxis()];
            rows = Math.max(extent, rows / extent * extent);
        }
        return (int) Math.min(rows, Integer.MAX_VALUE);
    }

    /**
     * Replaces the elements, in place, and flushes the file. There is no journal: a process that dies within leaves a file that is
     * marked as open for writing. So does one
     * in which writing fails, for example on a full disk: nothing more is read or written then, and the source cannot be closed.
     * A damaged chunk of which some elements are to stay is found before anything is changed.
     *
     * @param value an array of this shape, or one element for all: numbers, checked as by {@link #read(Class)}, booleans, names of an
     *     enumeration, and strings of fixed length
     * @throws H5SchemaException if the value does not fit, or elements have no fixed size
     * @throws H5ReadException if they cannot be written, or a chunk is damaged
     * @throws IllegalStateException if the source was not opened by {@link H5Source#update}
     */
    public void write(Object value) {
        if (!reading.writable) {
            throw new IllegalStateException(
                    reading.origin.file() + " is open for reading; H5Source.update opens it for writing");
        }
        try {
            ByteBuffer elements = Encoder.of(element(info), Extents.of(selection.shape()), value);
            reading.ask(file -> {
                try (SourceDataset dataset = file.dataset(info.path())) {
                    dataset.write(selection.start(), selection.step(), selection.count(), elements);
                }
                return true;
            });
        } catch (ValueMismatch e) {
            throw mismatch(e);
        } catch (ArithmeticException e) {
            throw tooLarge();
        }
    }

    private H5Exception tooLarge() {
        return mismatch(new ValueMismatch("an array of less than 2³¹ elements along each axis", "shape " + shape()));
    }

    private H5Exception mismatch(ValueMismatch e) {
        return reading.mismatch(e, info.path(), -1);
    }
}
