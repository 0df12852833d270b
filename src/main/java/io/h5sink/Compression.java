package io.h5sink;

import io.h5sink.filter.CompressionRule;
import io.h5sink.filter.codec.Method;
import org.jspecify.annotations.Nullable;

/**
 * How the chunks of a dataset are compressed, for {@code H5Writer.Builder.compression}. Immutable: each method gives a new one.
 *
 * <pre>{@code
 * Compression.gzip(1)
 * Compression.zstd(3).fletcher32(true)
 * }</pre>
 *
 * <table>
 * <caption>What reads it, and what it needs</caption>
 * <tr><th>Compression</th><th>HDF5 filter</th><th>Readers</th><th>Library beside this one</th></tr>
 * <tr><td>{@link #gzip}</td><td>1</td><td>every HDF5</td><td>none; with com.intel.gkl:gkl level 1 is several times as fast</td></tr>
 * <tr><td>{@link #lzf}</td><td>32000</td><td>{@link H5Source}, h5py, PyTables (as a plugin), jHDF</td><td>none</td></tr>
 * <tr><td>{@link #zstd}</td><td>32015</td><td>{@link H5Source}; with a plugin, such as Python's hdf5plugin</td><td>com.github.luben:zstd-jni</td></tr>
 * <tr><td>{@link #lz4}</td><td>32004</td><td>{@link H5Source}, jHDF; with a plugin, such as Python's hdf5plugin</td><td>at.yawk.lz4:lz4-java</td></tr>
 * </table>
 *
 * <p>A chunk that does not get smaller is stored as it is. Variable-length strings and sequences are not in chunks, and stay as
 * they are.
 */
public final class Compression {

    private static final Compression NONE = new Compression(CompressionRule.NONE);
    private static final Compression LZF = new Compression(CompressionRule.of(Method.LZF, 0));
    private static final Compression LZ4 = new Compression(CompressionRule.of(Method.LZ4, 0));
    private static final Compression AUTO = new Compression(CompressionRule.AUTO);

    private final CompressionRule rule;

    private Compression(CompressionRule rule) {
        this.rule = rule;
    }

    /**
     * Chunks as they are.
     *
     * @return no compression
     */
    public static Compression none() {
        return NONE;
    }

    /**
     * zlib's deflate, which every HDF5 reads. Level 1 is Intel's ISA-L where {@code com.intel.gkl:gkl} is on the class path and
     * works on this machine (x86-64 with Linux or macOS), which is about ten times as fast and comes within a few percent of the size
     * of zlib's level 1. All else is the JDK's.
     *
     * @param level from 1, fast, to 9, small
     * @return a compression
     * @throws IllegalArgumentException if there is no such level
     */
    public static Compression gzip(int level) {
        if (level < 1 || level > 9) {
            throw new IllegalArgumentException("level must be from 1 to 9, was " + level);
        }
        return new Compression(CompressionRule.of(Method.GZIP, level));
    }

    /**
     * LZF, which h5py brings along: fast, and less small than gzip.
     *
     * @return a compression
     */
    public static Compression lzf() {
        return LZF;
    }

    /**
     * Zstandard: smaller than gzip and much faster, but its readers need a plugin.
     *
     * @param level from 1, fast, to 22, small; 3 is usual
     * @return a compression
     * @throws IllegalArgumentException if there is no such level
     */
    public static Compression zstd(int level) {
        return new Compression(CompressionRule.of(Method.ZSTD, level));
    }

    /**
     * LZ4: the fastest, but its readers need a plugin.
     *
     * @return a compression
     */
    public static Compression lz4() {
        return LZ4;
    }

    /**
     * For each column what suits it, by its first values, of what every HDF5 reads. Up to four slices of 16 KiB from the first
     * block, evenly spread, are deflated with and without shuffle. If neither is at least 5% smaller, the column is not compressed;
     * else by {@code gzip(1)}, with shuffle if that is no worse, unless {@link #shuffle} says. Fewer than 256 bytes are taken for
     * compressible, and shuffled where elements have more than one byte.
     *
     * @return a compression
     */
    public static Compression auto() {
        return AUTO;
    }

    /**
     * Whether bytes are sorted by their place in the element before they are compressed, which makes most numbers smaller and faster
     * to compress. Has no effect without a compression. Defaults to true for elements of more than one byte, as is good practice
     * (h5py leaves it out unless it is asked for); for {@link #auto} to what the sample says.
     *
     * @param shuffle whether to
     * @return a new compression
     */
    public Compression shuffle(boolean shuffle) {
        return new Compression(rule.withShuffle(shuffle));
    }

    /**
     * Whether each chunk has a checksum, Fletcher-32, that HDF5 verifies when it reads. Defaults to false.
     *
     * @param fletcher32 whether to
     * @return a new compression
     */
    public Compression fletcher32(boolean fletcher32) {
        return new Compression(rule.withFletcher32(fletcher32));
    }

    /** The rule that was declared. */
    CompressionRule rule() {
        return rule;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Compression that && rule.equals(that.rule);
    }

    @Override
    public int hashCode() {
        return rule.hashCode();
    }

    /** The calls that make this, for example {@code gzip(1).fletcher32(true)}. */
    @Override
    public String toString() {
        return rule.toString();
    }
}
