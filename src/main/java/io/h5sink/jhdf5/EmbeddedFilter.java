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
 * A filter of the C library's pipeline, in Java. A filter that Java only decodes fails when the library asks it to encode, and the library
 * stores the chunk as it is, as a chunk that does not get smaller. All claim to encode, because the library makes no dataset otherwise.
 * Called by the thread that has the library.
 */
final class EmbeddedFilter extends H5Z_func_t {

    /** {@code H5Z_FLAG_REVERSE}: unpack. */
    private static final int REVERSE = 0x0100;

    private final int id;
    private final FilterCodec codec;
    private final Scratch scratch;
    private final LongSupplier least;

    /** What native code points to besides this: the name, which the library writes into files, and what describes the filter. */
    private final BytePointer name;

    private final H5Z_class2_t filter = new H5Z_class2_t();

    /**
     * Registers a filter for as long as the process lives; JavaCPP itself keeps no more than a weak reference.
     *
     * @param least what must come out of the filter in the call that is running
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

    /** Nothing must be thrown into the library; 0 is failure. */
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

    /** Puts what was made of the given bytes in their place, unless that is nothing; how many bytes it has. */
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
