package io.h5sink.filter;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A filter as it stands in a dataset's creation properties, for {@code H5Pset_filter}.
 *
 * @param id the registered number
 * @param flags {@link #MANDATORY} or {@link #OPTIONAL}
 * @param values the client values
 */
public record Filter(int id, int flags, List<Integer> values) {

    /** {@code H5Z_FLAG_MANDATORY}. */
    public static final int MANDATORY = 0;

    /**
     * {@code H5Z_FLAG_OPTIONAL}: a chunk may be stored without the filter, and a library that lacks the filter may still make the dataset.
     */
    public static final int OPTIONAL = 1;

    /** {@code H5Z_FILTER_DEFLATE}. */
    public static final int GZIP = 1;

    /** {@code H5Z_FILTER_SHUFFLE}. */
    public static final int SHUFFLE = 2;

    /** {@code H5Z_FILTER_FLETCHER32}. */
    public static final int FLETCHER32 = 3;

    /** {@code H5Z_FILTER_SZIP}. */
    public static final int SZIP = 4;

    /** {@code H5Z_FILTER_NBIT}. */
    public static final int N_BIT = 5;

    /** {@code H5Z_FILTER_SCALEOFFSET}. */
    public static final int SCALE_OFFSET = 6;

    /** LZF, as registered by h5py. */
    public static final int LZF = 32000;

    /** LZ4, as registered by M. Rissi. */
    public static final int LZ4 = 32004;

    /** Zstandard, as registered by A. Masella. */
    public static final int ZSTD = 32015;

    private static final Map<Integer, String> NAMES = Map.of(
            GZIP,
            "gzip",
            SHUFFLE,
            "shuffle",
            FLETCHER32,
            "fletcher32",
            SZIP,
            "szip",
            N_BIT,
            "nbit",
            SCALE_OFFSET,
            "scaleoffset",
            LZF,
            "lzf",
            LZ4,
            "lz4",
            ZSTD,
            "zstd");

    /**
     * Copies the values.
     *
     * @param id the registered number
     * @param flags {@link #MANDATORY} or {@link #OPTIONAL}
     * @param values the client values
     */
    public Filter {
        values = List.copyOf(values);
    }

    /**
     * The filter's name.
     *
     * @return h5py's name; null for a number that is not among the constants of this class
     */
    public @Nullable String name() {
        return name(id);
    }

    /** The client values, as codecs take them. */
    int[] clientValues() {
        return values.stream().mapToInt(value -> value).toArray();
    }

    /**
     * The number and the name, for messages.
     *
     * @return for example {@code filter 4 (szip)}
     */
    public String words() {
        String name = name();
        return "filter " + id + (name == null ? "" : " (" + name + ")");
    }

    /**
     * The name of a filter.
     *
     * @param id the registered number
     * @return h5py's name; null for a number that is not among the constants of this class
     */
    public static @Nullable String name(int id) {
        return NAMES.get(id);
    }
}
