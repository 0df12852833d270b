package io.h5sink.source;

import io.h5sink.H5Exception;
import io.h5sink.hdf5.DatasetInfo;
import io.h5sink.jhdf5.read.DatasetReader;
import io.h5sink.schema.ColumnType;
import io.h5sink.schema.ElementEncoder;
import io.h5sink.schema.ElementHints;
import io.h5sink.schema.ValueMismatch;
import io.h5sink.schema.ValueReader;
import io.h5sink.schema.Values;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Reads and replaces the elements of a dataset that a slice selects. Any thread; waits for the HDF5 thread. */
public final class SelectedElements {

    /** The bytes that are read in one call; sinks of this JVM can use the HDF5 thread between two calls. */
    private static final long PIECE_BYTES = 8 << 20;

    private final SourceHandle reading;
    private final DatasetInfo info;
    private final Selection selection;

    /** All elements of a dataset. */
    static SelectedElements all(SourceHandle reading, String path) {
        return new SelectedElements(reading, info(reading, path), "...");
    }

    /** The type, shape and layout of a dataset. */
    public static DatasetInfo info(SourceHandle reading, String path) {
        return reading.ask(file -> {
            try (DatasetReader dataset = file.dataset(path)) {
                return dataset.info();
            }
        });
    }

    public SelectedElements(SourceHandle reading, DatasetInfo info, String text) {
        this.reading = reading;
        this.info = info;
        this.selection = Slice.parse(text).on(info.shape());
    }

    /** The extents of the result. */
    public List<Long> shape() {
        return LongStream.of(selection.shape()).boxed().toList();
    }

    /** Reads the elements as a Java type. */
    public <T> T read(Class<T> type) {
        long[] shape = selection.shape();
        DatasetReader dataset = reading.ask(file -> reading.keep(file.dataset(info.path())));
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

    private Object read(DatasetReader dataset, Selection part, Class<?> type, @Nullable String units) {
        ColumnType element = element(dataset.info());
        try {
            ValueReader reader = Values.reader(
                    element,
                    part.extents(),
                    type,
                    new ElementHints(units, null, false, false),
                    (member, component) -> ElementHints.NONE);
            ByteBuffer stored = reading.ask(file -> dataset.read(part.start(), part.step(), part.count()));
            Object value = reader.next(stored);
            return value == null ? new Object[0] : value;
        } catch (ValueMismatch e) {
            throw mismatch(e);
        }
    }

    private ColumnType element(DatasetInfo found) {
        if (found.empty()) {
            throw mismatch(new ValueMismatch("a dataset with elements", "an empty one"));
        }
        if (found.type() == null) {
            throw reading.origin.failure(found.refused());
        }
        return found.type();
    }

    /** The least size of the values in memory, in bytes. */
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

    /** The number of indices along the first axis that are read in one call: whole chunks, if the dataset is chunked. */
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

    /** Replaces the elements in place. */
    public void write(Object value) {
        if (!reading.writable) {
            throw new IllegalStateException(
                    reading.origin.path() + " is open for reading; H5Source.update opens it for writing");
        }
        try {
            ByteBuffer elements = ElementEncoder.of(element(info), selection.extents(), value);
            reading.ask(file -> {
                try (DatasetReader dataset = file.dataset(info.path())) {
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
