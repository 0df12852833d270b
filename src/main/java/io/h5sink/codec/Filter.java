package io.h5sink.codec;

import java.util.List;

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

    /** {@code H5Z_FLAG_OPTIONAL}: a chunk may do without it, and a library that lacks it may still make the dataset. */
    public static final int OPTIONAL = 1;

    /** {@code H5Z_FILTER_DEFLATE}. */
    public static final int GZIP = 1;

    /** {@code H5Z_FILTER_SHUFFLE}. */
    public static final int SHUFFLE = 2;

    /** {@code H5Z_FILTER_FLETCHER32}. */
    public static final int FLETCHER32 = 3;

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
}
