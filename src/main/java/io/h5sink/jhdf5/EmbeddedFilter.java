package io.h5sink.jhdf5;

import io.h5sink.filter.Filter;
import io.h5sink.filter.FilterPipeline;
import io.h5sink.filter.codec.FilterCodec;
import io.h5sink.filter.codec.Scratch;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.bytedeco.hdf5.H5Z_class2_t;
import org.bytedeco.hdf5.H5Z_func_t;
import org.bytedeco.hdf5.global.hdf5;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;

/**
 * A filter of HDF5's filter pipeline whose code is Java. A filter that Java can only decode fails when HDF5 has it encode, and HDF5 then
 * stores the chunk unfiltered, as it does with a chunk that does not get smaller. All filters are registered with an encoder, because HDF5
 * makes no dataset otherwise. HDF5 calls a filter on the thread that holds the library's monitor.
 */
final class EmbeddedFilter extends H5Z_func_t {

    /** {@code H5Z_FLAG_REVERSE}: decode. */
    private static final int REVERSE = 0x0100;

    private final int id;
    private final FilterCodec codec;
    private final Scratch scratch;
    private final LongSupplier least;

    /**
     * The filter's name, which HDF5 writes into files. Native code points to the name and to {@code filter}, so that both must stay
     * reachable.
     */
    private final BytePointer name;

    private final H5Z_class2_t filter = new H5Z_class2_t();

    /**
     * Registers a filter for as long as the process lives; the caller must keep a strong reference, JavaCPP has a weak one only.
     *
     * @param least the least number of bytes that decoding must give in the running call
     */
    EmbeddedFilter(int id, FilterCodec codec, Scratch scratch, LongSupplier least) {
        this.id = id;
        this.codec = codec;
        this.scratch = scratch;
        this.least = least;
        this.name = new BytePointer(String.valueOf(Filter.name(id)));
        filter.version(hdf5.H5Z_CLASS_T_VERS)
                .id(id)
                .encoder_present(1)
                .decoder_present(1)
                .name(name)
                .filter(this);
        hdf5.H5Zregister(filter);
    }

    /** Encodes or decodes; 0 is HDF5's value for failure, because an exception must not reach native code. */
    @Override
    @SuppressWarnings({"rawtypes", "unchecked"}) // as the binding declares it
    public long call(
            int flags, long count, IntPointer values, long bytes, SizeTPointer capacity, PointerPointer buffer) {
        try {
            int[] known = new int[(int) count];
            for (int i = 0; i < known.length; i++) {
                known[i] = values.get(i);
            }
            Pointer given = buffer.get();
            ByteBuffer from = new BytePointer(given).capacity(bytes).asByteBuffer();
            return (flags & REVERSE) == 0
                    ? pack(known, given, from, capacity, buffer)
                    : unpack(known, given, from, capacity, buffer);
        } catch (Throwable e) {
            return 0;
        }
    }

    private long pack(int[] values, Pointer given, ByteBuffer from, SizeTPointer capacity, PointerPointer<?> buffer) {
        int size = from.remaining();
        List<Filter> filters = List.of(
                new Filter(id, Filter.OPTIONAL, IntStream.of(values).boxed().toList()));
        FilterPipeline pipeline = FilterPipeline.encoding(filters, size);
        return pipeline == null
                ? 0
                : replaced(
                        given,
                        size,
                        capacity,
                        buffer,
                        to -> pipeline.encode(from, to, scratch) == 0 ? to.position() : 0);
    }

    private long unpack(int[] values, Pointer given, ByteBuffer from, SizeTPointer capacity, PointerPointer<?> buffer) {
        long size = codec.decodedSize(from.duplicate(), values);
        if (size <= 0 || size > Integer.MAX_VALUE || size < least.getAsLong()) {
            return 0;
        }
        return replaced(given, size, capacity, buffer, to -> {
            codec.decode(from, values, to, scratch);
            return size;
        });
    }

    /** Replaces HDF5's buffer by the result, unless the result is empty; gives the result's number of bytes. */
    private static long replaced(
            Pointer given,
            long size,
            SizeTPointer capacity,
            PointerPointer<?> buffer,
            ToLongFunction<ByteBuffer> making) {
        Pointer made = hdf5.H5allocate_memory(size, false);
        if (made == null || made.isNull()) {
            return 0;
        }
        long bytes = 0;
        try {
            bytes = making.applyAsLong(new BytePointer(made).capacity(size).asByteBuffer());
        } finally {
            hdf5.H5free_memory(bytes > 0 ? given : made);
        }
        if (bytes > 0) {
            buffer.put(0, made);
            capacity.put(0, size);
        }
        return bytes;
    }
}
