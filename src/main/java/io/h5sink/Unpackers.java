package io.h5sink;

import io.h5sink.codec.ChunkCodec;
import io.h5sink.codec.Filter;
import io.h5sink.codec.Filtering;
import io.h5sink.codec.Method;
import io.h5sink.codec.MissingCodecException;
import io.h5sink.codec.NBit;
import io.h5sink.codec.ScaleOffset;
import io.h5sink.codec.Scratch;
import io.h5sink.hdf5.Library;
import io.h5sink.hdf5.Packing;
import io.h5sink.hdf5.SourceFilters;
import io.h5sink.hdf5.StoreException;
import io.h5sink.hdf5.Unpacking;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ObjLongConsumer;
import java.util.function.ToLongBiFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Gives the codecs of this library to the room that reads files, and to HDF5 those that it lacks. */
final class Unpackers {

    /** Zstandard Compression Format (RFC 8878), section 3.1.1. */
    private static final int ZSTD_MAGIC = 0xFD2FB528;

    private static boolean offered;

    private Unpackers() {}

    /**
     * Does it once.
     *
     * @throws StoreException each time, if there is no HDF5
     */
    static synchronized void offer() {
        Library.require();
        if (!offered) {
            offered = true;
            Scratch scratch = new Scratch();
            Filtering shuffle = new Filtering(Method.NONE, 0, true, false);
            Filtering checksum = new Filtering(Method.NONE, 0, false, true);
            offer(Filter.SHUFFLE, "shuffle", shuffle, scratch, (packed, values) -> packed.remaining(), null);
            offer(Filter.FLETCHER32, "fletcher32", checksum, scratch, (packed, values) -> packed.remaining() - 4, null);
            offer(Filter.LZF, Method.LZF, scratch, (packed, values) -> values.length > 2 ? values[2] : -1);
            offer(
                    Filter.LZ4,
                    Method.LZ4,
                    scratch,
                    (packed, values) -> packed.remaining() < 12
                            ? -1
                            : packed.order(ByteOrder.BIG_ENDIAN).getLong(packed.position()));
            offer(Filter.ZSTD, Method.ZSTD, scratch, (packed, values) -> zstdSize(packed));
            offer(Filter.N_BIT, "nbit", NBit::size, NBit::decode, NBit::check, null);
            offer(Filter.SCALE_OFFSET, "scaleoffset", ScaleOffset::size, ScaleOffset::decode, ScaleOffset::check, null);
        }
    }

    private static void offer(int filter, Method method, Scratch scratch, ToLongBiFunction<ByteBuffer, int[]> size) {
        Filtering filtering = new Filtering(method, method == Method.ZSTD ? 1 : 0, false, false);
        try {
            ChunkCodec.of(filtering, 1, 1); // loads the codec
        } catch (MissingCodecException e) {
            return; // a dataset that needs it will say so
        }
        Packing packing = (chunk, values, packed) -> {
            List<Filter> filters = List.of(new Filter(
                    filter, Filter.OPTIONAL, IntStream.of(values).boxed().toList()));
            ChunkCodec codec =
                    ChunkCodec.of(Objects.requireNonNull(Filtering.of(filters)), 1, Math.max(1, chunk.remaining()));
            synchronized (scratch) {
                return codec.encode(chunk, packed, scratch) == 0;
            }
        };
        offer(filter, method.name().toLowerCase(Locale.ROOT), filtering, scratch, size, packing);
    }

    private static void offer(
            int filter,
            String name,
            Filtering filtering,
            Scratch scratch,
            ToLongBiFunction<ByteBuffer, int[]> size,
            @Nullable Packing packing) {
        Decoder decoder = (packed, values, chunk) -> {
            int elementBytes = filtering.shuffle() && values.length > 0 ? Math.max(1, values[0]) : 1;
            synchronized (scratch) { // which all share: sources, sinks of any scheduler, and HDF5 itself
                ChunkCodec.of(filtering, elementBytes, Math.max(1, chunk.remaining()))
                        .decode(packed, 0, chunk, scratch);
            }
        };
        offer(filter, name, size, decoder, (values, bytes) -> {}, packing);
    }

    private interface Decoder {
        void decode(ByteBuffer packed, int[] values, ByteBuffer chunk);
    }

    private static void offer(
            int filter,
            String name,
            ToLongBiFunction<ByteBuffer, int[]> size,
            Decoder decoder,
            ObjLongConsumer<int[]> check,
            @Nullable Packing packing) {
        Unpacking unpacking = new Unpacking() {
            @Override
            public long size(ByteBuffer packed, int[] values) {
                return size.applyAsLong(packed, values);
            }

            @Override
            public void unpack(ByteBuffer packed, int[] values, ByteBuffer chunk) {
                decoder.decode(packed, values, chunk);
            }

            @Override
            public void check(int[] values, long bytes) {
                check.accept(values, bytes);
            }
        };
        SourceFilters.offer(filter, name, unpacking, packing);
    }

    /** The content size in a frame's header, which the writers of HDF5 chunks always put there. */
    private static long zstdSize(ByteBuffer packed) {
        ByteBuffer frame = packed.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (frame.remaining() < 9 || frame.getInt() != ZSTD_MAGIC) {
            return -1;
        }
        int descriptor = frame.get();
        boolean single = (descriptor & 0x20) != 0;
        int dictionary = new int[] {0, 1, 2, 4}[descriptor & 3];
        frame.position(frame.position() + (single ? 0 : 1) + dictionary);
        return switch ((descriptor >> 6) & 3) {
            case 0 -> single ? frame.get() & 0xFF : -1;
            case 1 -> (frame.getShort() & 0xFFFF) + 256;
            case 2 -> frame.getInt() & 0xFFFF_FFFFL;
            default -> frame.getLong();
        };
    }
}
