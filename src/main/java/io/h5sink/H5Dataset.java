package io.h5sink;

import io.h5sink.filter.Filter;
import io.h5sink.hdf5.DatasetInfo;
import io.h5sink.jhdf5.read.DatasetReader;
import io.h5sink.schema.ElementHints;
import io.h5sink.schema.ValueMismatch;
import io.h5sink.schema.Values;
import io.h5sink.source.RowOrigin;
import io.h5sink.source.SelectedElements;
import io.h5sink.source.SourceHandle;
import io.h5sink.source.StoredAttributes;
import io.h5sink.source.TypeNames;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A dataset of an open {@link H5Source}, as it was when it was looked up. Immutable; any thread may ask, and waits for the HDF5
 * thread where the file must be read.
 */
public final class H5Dataset {

    /** Filters whose first client value is a compression level. */
    private static final Set<String> LEVELLED = Set.of("gzip", "zstd");

    private final SourceHandle reading;
    private final DatasetInfo info;

    H5Dataset(SourceHandle reading, String path) {
        this.reading = reading;
        this.info = SelectedElements.info(reading, path);
    }

    /**
     * Where it is.
     *
     * @return an absolute path
     */
    public String path() {
        return info.path();
    }

    /**
     * Which dataset it is, as {@link H5Group#identity()}.
     *
     * @return the same for all paths that lead to it
     */
    public Object identity() {
        return reading.ask(file -> file.identity(info.path()));
    }

    /**
     * Its extents.
     *
     * @return an extent for each axis; empty for a scalar, and for {@code h5py.Empty}
     */
    public List<Long> shape() {
        return LongStream.of(info.shape()).boxed().toList();
    }

    /**
     * The number of axes.
     *
     * @return 0 for a scalar
     */
    public int ndim() {
        return info.shape().length;
    }

    /**
     * The number of elements.
     *
     * @return the product of the shape, {@code Long.MAX_VALUE} if it is larger; 0 for {@code h5py.Empty}
     */
    public long size() {
        if (info.empty() || LongStream.of(info.shape()).anyMatch(extent -> extent == 0)) {
            return 0;
        }
        return LongStream.of(info.shape())
                .reduce(1, (size, extent) -> size > Long.MAX_VALUE / extent ? Long.MAX_VALUE : size * extent);
    }

    /**
     * The type of the elements, in NumPy's words.
     *
     * @return for example {@code float64}, {@code variable-length UTF-8 string}, {@code reference}, {@code compound{time: int64, value: float32}}; in the
     *     words of h5dump if Java has no value for it
     */
    public String type() {
        return TypeNames.of(info.typeText(), info.type());
    }

    /**
     * The size of its elements in the file.
     *
     * @return bytes, without the index of chunks and what has a variable length
     */
    public long bytes() {
        return info.bytes();
    }

    /**
     * The extents of a chunk.
     *
     * @return an extent for each axis; empty if the dataset is not chunked
     */
    public List<Long> chunks() {
        long[] chunk = info.chunk();
        return chunk == null ? List.of() : LongStream.of(chunk).boxed().toList();
    }

    /**
     * Hands over where the chunks are that are stored: of a large dataset of which little was ever written, these may be few. Where there are none,
     * elements have the fill value.
     *
     * @param taker gets the indices of the first element of each chunk, in no order that is promised; is called on the thread {@code h5sink},
     *     and must not block
     * @throws H5ReadException if the index of chunks is damaged
     */
    public void storedChunks(Consumer<long[]> taker) {
        reading.ask(file -> {
            try (DatasetReader dataset = file.dataset(info.path())) {
                dataset.chunks(taker);
            }
            return true;
        });
    }

    /**
     * The files that a virtual dataset takes its elements from. What comes from one that is not there has the fill value.
     *
     * @return their names as the dataset has them, {@code .} for the file that it lies in, with whether they are there; empty if it is not
     *     virtual
     */
    public Map<String, Boolean> sources() {
        return reading.ask(file -> {
            try (DatasetReader dataset = file.dataset(info.path())) {
                return dataset.sources();
            }
        });
    }

    /**
     * The filters of its chunks, in order.
     *
     * @return for example {@code ["shuffle", "gzip 6"]}
     */
    public List<String> filters() {
        return info.filters().stream().map(H5Dataset::name).toList();
    }

    private static String name(Filter filter) {
        String name = filter.name();
        if (name == null) {
            return "filter " + filter.id();
        }
        return LEVELLED.contains(name) && !filter.values().isEmpty()
                ? name + " " + filter.values().get(0)
                : name;
    }

    /**
     * The value of elements that were never written.
     *
     * @return as {@link H5Slice#read()} gives an element; null if such elements have no defined value
     */
    public @Nullable Object fillValue() {
        if (info.fill() == null || info.type() == null) {
            return null;
        }
        try {
            return Values.reader(
                            info.type(),
                            List.of(),
                            Object.class,
                            ElementHints.NONE,
                            (member, component) -> ElementHints.NONE)
                    .next(info.fill().duplicate().order(info.fill().order()));
        } catch (ValueMismatch e) {
            throw reading.mismatch(e, info.path(), -1);
        }
    }

    /**
     * Its attributes.
     *
     * @return as they are now
     */
    public H5Attributes attributes() {
        return new H5Attributes(new StoredAttributes(reading, info.path()));
    }

    /**
     * A part of it, in NumPy's notation.
     *
     * <pre>{@code
     * dataset.slice(":2, ..., :2").read(double[][].class)
     * }</pre>
     *
     * @param slice {@code start:stop:step}, single indices, which drop their axis, and one {@code ...}; negative ones count from the
     *     end, and steps are at least 1, as for h5py
     * @return the part, which is not read yet
     * @throws IllegalArgumentException if it is no slice of this shape, in h5py's words
     */
    public H5Slice slice(String slice) {
        return new H5Slice(new SelectedElements(reading, info, slice));
    }

    /**
     * All of it.
     *
     * @return as {@link H5Slice#read()}
     */
    public Object read() {
        return slice("...").read();
    }

    /**
     * All of it.
     *
     * @param type the Java type
     * @param <T> the Java type
     * @return as {@link H5Slice#read(Class)}
     */
    public <T> T read(Class<T> type) {
        return slice("...").read(type);
    }

    /**
     * Its rows, as a stream: of records if it is a table, whose elements are compounds.
     *
     * @return all of them
     */
    public H5Rows rows() {
        return new H5Rows(new RowOrigin(reading), info.path());
    }

    /** The path and the type. */
    @Override
    public String toString() {
        return info.path() + " " + type() + shape();
    }
}
