package io.h5sink.hdf5;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToLongFunction;
import org.bytedeco.hdf5.H5Z_class2_t;
import org.bytedeco.hdf5.H5Z_func_t;
import org.bytedeco.hdf5.global.hdf5;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.jspecify.annotations.Nullable;

/**
 * A filter of the C library's pipeline, in Java. One that packs nothing fails when asked to, and the library stores the chunk as it is, as it
 * does with one that does not get smaller. That filter does not say so, because the library would then make no dataset that has it.
 */
final class EmbeddedFilter extends H5Z_func_t {

    /** {@code H5Z_FLAG_REVERSE}: unpack. */
    private static final int REVERSE = 0x0100;

    /** What native code points to: of the function, JavaCPP itself keeps no more than a weak reference. */
    private static final List<Object> KEPT = new CopyOnWriteArrayList<>();

    private final int id;
    private final Unpacking unpacking;
    private final @Nullable Packing packing;

    private EmbeddedFilter(int id, Unpacking unpacking, @Nullable Packing packing) {
        this.id = id;
        this.unpacking = unpacking;
        this.packing = packing;
    }

    /** Registers a filter for as long as the process lives. */
    @SuppressWarnings("resource") // the library keeps them
    static void register(int id, String name, Unpacking unpacking, @Nullable Packing packing) {
        EmbeddedFilter function = new EmbeddedFilter(id, unpacking, packing);
        BytePointer text = new BytePointer(name); // which the library writes into files
        H5Z_class2_t filter = new H5Z_class2_t();
        filter.version(hdf5.H5Z_CLASS_T_VERS)
                .id(id)
                .encoder_present(1)
                .decoder_present(1)
                .name(text)
                .filter(function);
        KEPT.add(text);
        KEPT.add(filter);
        KEPT.add(function);
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
        return packing == null
                ? 0
                : replaced(given, size, capacity, buffer, to -> packing.pack(from, values, to) ? to.position() : 0);
    }

    private long unpack(int[] values, Pointer given, ByteBuffer from, SizeTPointer capacity, PointerPointer<?> buffer) {
        long size = unpacking.size(from.duplicate(), values);
        if (size <= 0 || size > Integer.MAX_VALUE || size < ChunkBytes.least(id)) {
            return 0;
        }
        return replaced(given, size, capacity, buffer, to -> {
            unpacking.unpack(from, values, to);
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
