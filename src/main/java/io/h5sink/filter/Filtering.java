package io.h5sink.filter;

import io.h5sink.filter.codec.Method;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The filters of a dataset's chunks, in this order: shuffle, compression, checksum.
 *
 * @param method the compression
 * @param level its level, 0 for a method without levels
 * @param shuffle whether, before compression, the bytes of all elements are sorted by their place in the element
 * @param fletcher32 whether a checksum follows each chunk
 */
public record Filtering(Method method, int level, boolean shuffle, boolean fletcher32) {

    /** No filters. */
    public static final Filtering PLAIN = new Filtering(Method.NONE, 0, false, false);

    /** The revision of the LZF filter that h5py 3 writes; {@link #LIBLZF_VERSION} is that of liblzf. */
    private static final int LZF_FILTER_REVISION = 4;

    private static final int LIBLZF_VERSION = 0x105;

    private static final int DEFAULT_GZIP = 6;
    private static final int DEFAULT_ZSTD = 3;

    /**
     * Checks the level.
     *
     * @param method the compression
     * @param level its level
     * @param shuffle whether chunks are shuffled
     * @param fletcher32 whether chunks have a checksum
     * @throws IllegalArgumentException if the method has no such level
     */
    public Filtering {
        method.checkLevel(level);
    }

    /**
     * The filtering of an existing dataset.
     *
     * @param filters in order, as its creation properties have them
     * @return the filtering, or null if only HDF5's own pipeline knows one of the filters, or their order
     */
    public static @Nullable Filtering of(List<Filter> filters) {
        int next = 0;
        boolean shuffle = next < filters.size() && filters.get(next).id() == Filter.SHUFFLE;
        next += shuffle ? 1 : 0;
        Method method = next < filters.size() ? method(filters.get(next).id()) : Method.NONE;
        int level = 0;
        if (method != Method.NONE) {
            List<Integer> values = filters.get(next++).values();
            level = switch (method) {
                case GZIP -> values.isEmpty() ? DEFAULT_GZIP : Math.min(Math.max(values.get(0), 0), 9);
                case ZSTD -> values.isEmpty() ? DEFAULT_ZSTD : Math.min(Math.max(values.get(0), 1), 22);
                default -> 0;
            };
        }
        boolean fletcher32 = next < filters.size() && filters.get(next).id() == Filter.FLETCHER32;
        next += fletcher32 ? 1 : 0;
        return next == filters.size() ? new Filtering(method, level, shuffle, fletcher32) : null;
    }

    private static Method method(int id) {
        return switch (id) {
            case Filter.GZIP -> Method.GZIP;
            case Filter.LZF -> Method.LZF;
            case Filter.ZSTD -> Method.ZSTD;
            case Filter.LZ4 -> Method.LZ4;
            default -> Method.NONE;
        };
    }

    /**
     * The filters in the order in which they are to be set, with the flags and values that h5py gives them.
     *
     * @param elementBytes the size of an element's type, at least 1
     * @param chunkBytes the size of a raw chunk, at least 1
     * @return none to three filters
     */
    public List<Filter> filters(int elementBytes, int chunkBytes) {
        List<Filter> filters = new ArrayList<>(3);
        if (shuffle) {
            filters.add(new Filter(Filter.SHUFFLE, Filter.OPTIONAL, List.of(elementBytes)));
        }
        switch (method) {
            case NONE -> {}
            case GZIP -> filters.add(new Filter(Filter.GZIP, Filter.OPTIONAL, List.of(level)));
            case LZF ->
                filters.add(new Filter(
                        Filter.LZF, Filter.OPTIONAL, List.of(LZF_FILTER_REVISION, LIBLZF_VERSION, chunkBytes)));
            case ZSTD -> filters.add(new Filter(Filter.ZSTD, Filter.OPTIONAL, List.of(level)));
            // Blocks of 0 bytes stand for the filter's own size, 1 GiB, or the chunk.
            case LZ4 -> filters.add(new Filter(Filter.LZ4, Filter.OPTIONAL, List.of(0)));
        }
        if (fletcher32) {
            filters.add(new Filter(Filter.FLETCHER32, Filter.MANDATORY, List.of()));
        }
        return List.copyOf(filters);
    }
}
