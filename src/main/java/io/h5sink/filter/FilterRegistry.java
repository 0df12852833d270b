package io.h5sink.filter;

import io.h5sink.filter.codec.ChunkEncoder;
import io.h5sink.filter.codec.Compressor;
import io.h5sink.filter.codec.FilterCodec;
import io.h5sink.filter.codec.Fletcher32;
import io.h5sink.filter.codec.Gzip;
import io.h5sink.filter.codec.IsaL;
import io.h5sink.filter.codec.Lz4;
import io.h5sink.filter.codec.Lzf;
import io.h5sink.filter.codec.Method;
import io.h5sink.filter.codec.MissingCodecException;
import io.h5sink.filter.codec.NBit;
import io.h5sink.filter.codec.ScaleOffset;
import io.h5sink.filter.codec.Scratch;
import io.h5sink.filter.codec.Shuffle;
import io.h5sink.filter.codec.Zstd;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToLongBiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The filters that Java has, by their registered numbers. The library behind a compression is looked for and tried once in a process, when
 * that compression is first asked for.
 */
public final class FilterRegistry {

    /** A compressor, or the failure to load its library. */
    private record FoundFilter(
            @Nullable Compressor compressor, @Nullable Throwable failure) {

        /** Takes a lambda, not a reference to a constructor, which would be linked, and fail, before this method begins. */
        static FoundFilter by(Supplier<Compressor> make) {
            try {
                return new FoundFilter(make.get(), null);
            } catch (RuntimeException | LinkageError e) {
                return new FoundFilter(null, e);
            }
        }
    }

    private static final class IsaLHolder {
        static final FoundFilter FOUND = FoundFilter.by(() -> new IsaL());
    }

    private static final class ZstdHolder {
        static final FoundFilter FOUND = FoundFilter.by(() -> new Zstd(1));
    }

    private static final class Lz4Holder {
        static final FoundFilter FOUND = FoundFilter.by(() -> new Lz4());
    }

    private interface Decoder {
        void decode(ByteBuffer stored, int[] values, ByteBuffer chunk, Scratch scratch);
    }

    private interface FilterCheck {
        void check(int[] values, long bytes);
    }

    /** The decoder of a filter that is no compressor. */
    private record Functions(ToLongBiFunction<ByteBuffer, int[]> size, Decoder decoder, FilterCheck check)
            implements FilterCodec {

        @Override
        public long decodedSize(ByteBuffer stored, int[] values) {
            return size.applyAsLong(stored, values);
        }

        @Override
        public void decode(ByteBuffer stored, int[] values, ByteBuffer chunk, Scratch scratch) {
            decoder.decode(stored, values, chunk, scratch);
        }

        @Override
        public void check(int[] values, long bytes) {
            check.check(values, bytes);
        }
    }

    private static final ChunkEncoder SHUFFLING = (chunk, values, out, scratch) -> {
        if (values.length != 1 || values[0] == 0) {
            return false; // nor does HDF5, which gives types of variable length no size
        }
        Shuffle.encode(chunk, out, Shuffle.elementBytes(values), scratch);
        return true;
    };

    private static final ChunkEncoder CHECKSUM = (chunk, values, out, scratch) -> {
        int since = out.position();
        out.put(chunk);
        Fletcher32.append(out, since, scratch);
        return true;
    };

    private static final ChunkEncoder N_BIT_PACKING = (chunk, values, out, scratch) -> NBit.encode(chunk, values, out);

    private static final ChunkEncoder SCALE_OFFSET_PACKING = (chunk, values, out, scratch) -> {
        ScaleOffset.encode(chunk, values, out);
        return true;
    };

    private static final FilterCheck ANY_SIZE = (values, bytes) -> {};

    private static final FilterCodec SHUFFLE = new Functions(
            (stored, values) -> stored.remaining(),
            (stored, values, chunk, scratch) -> Shuffle.decode(stored, chunk, Shuffle.elementBytes(values), scratch),
            ANY_SIZE);

    private static final FilterCodec FLETCHER32 = new Functions(
            (stored, values) -> Math.max(0, stored.remaining() - Fletcher32.BYTES),
            (stored, values, chunk, scratch) -> {
                Fletcher32.strip(stored, scratch);
                chunk.put(stored);
            },
            ANY_SIZE);

    private static final FilterCodec N_BIT = new Functions(
            NBit::size, (stored, values, chunk, scratch) -> NBit.decode(stored, values, chunk), NBit::check);

    private static final FilterCodec SCALE_OFFSET = new Functions(
            ScaleOffset::size,
            (stored, values, chunk, scratch) -> ScaleOffset.decode(stored, values, chunk),
            ScaleOffset::check);

    private FilterRegistry() {}

    /**
     * Looks for a filter.
     *
     * @param filter the filter's registered number
     * @return null if Java does not have the filter, or lacks the library behind it
     */
    public static @Nullable FilterCodec find(int filter) {
        return switch (filter) {
            case Filter.GZIP -> new Gzip(0);
            case Filter.SHUFFLE -> SHUFFLE;
            case Filter.FLETCHER32 -> FLETCHER32;
            case Filter.N_BIT -> N_BIT;
            case Filter.SCALE_OFFSET -> SCALE_OFFSET;
            case Filter.LZF -> new Lzf();
            case Filter.LZ4 -> Lz4Holder.FOUND.compressor;
            case Filter.ZSTD -> ZstdHolder.FOUND.compressor;
            default -> null;
        };
    }

    /**
     * Looks for the encoder of a filter. A compressor leaves out chunks that it does not make smaller.
     *
     * @param filter as the dataset has the filter
     * @return null if Java does not have the filter
     * @throws MissingCodecException if the library behind the filter is missing or does not work here
     */
    static @Nullable ChunkEncoder encoder(Filter filter) {
        return switch (filter.id()) {
            case Filter.SHUFFLE -> SHUFFLING;
            case Filter.FLETCHER32 -> CHECKSUM;
            case Filter.N_BIT -> N_BIT_PACKING;
            case Filter.SCALE_OFFSET -> SCALE_OFFSET_PACKING;
            default -> compressing(Filtering.of(List.of(filter)));
        };
    }

    private static @Nullable ChunkEncoder compressing(@Nullable Filtering filtering) {
        Compressor compressor = filtering == null ? null : compressor(filtering.method(), filtering.level());
        if (compressor == null) {
            return null;
        }
        return (chunk, values, out, scratch) -> smaller(compressor, chunk, out, scratch);
    }

    private static boolean smaller(Compressor compressor, ByteBuffer chunk, ByteBuffer out, Scratch scratch) {
        if (!chunk.hasRemaining()) {
            return false;
        }
        int limit = out.limit();
        out.limit(out.position() + chunk.remaining() - 1);
        boolean smaller = compressor.encode(chunk, out, scratch);
        out.limit(limit);
        return smaller;
    }

    /**
     * The filters of a chunk that Java does not have.
     *
     * @param filters any
     * @return their registered numbers
     */
    public static List<Integer> unknown(List<Filter> filters) {
        return filters.stream().map(Filter::id).filter(id -> find(id) == null).toList();
    }

    /**
     * The compressor of a method, or null for none.
     *
     * @throws MissingCodecException if its library is missing or does not work here
     */
    static @Nullable Compressor compressor(Method method, int level) {
        return switch (method) {
            case NONE -> null;
            // ISA-L comes within a few percent of the size of zlib's level 1, but not of that of a higher level.
            case GZIP -> {
                Compressor isaL = level == 1 ? IsaLHolder.FOUND.compressor : null;
                yield isaL != null ? isaL : new Gzip(level);
            }
            case LZF -> new Lzf();
            case ZSTD -> {
                require(ZstdHolder.FOUND, "zstd", "com.github.luben:zstd-jni");
                yield new Zstd(level);
            }
            case LZ4 -> require(Lz4Holder.FOUND, "lz4", "at.yawk.lz4:lz4-java");
        };
    }

    private static Compressor require(FoundFilter found, String method, String artifact) {
        Compressor compressor = found.compressor;
        if (compressor == null) {
            Throwable failure = found.failure;
            String message = failure instanceof NoClassDefFoundError
                    ? "compression " + method + " needs the library " + artifact + ": add it to the dependencies"
                    : "compression " + method + ": the library " + artifact + " does not work here: " + failure;
            throw new MissingCodecException(message, failure);
        }
        return compressor;
    }
}
