package io.h5sink.hdf5;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bytedeco.hdf5.H5Z_class2_t;
import org.bytedeco.hdf5.H5Z_func_t;
import org.bytedeco.hdf5.global.hdf5;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;

/**
 * A filter of the C library's pipeline that unpacks, in Java. It packs nothing: when asked to, it fails, and the library stores a chunk as it
 * is. It does not say so, because the library would then make no dataset that has the filter.
 */
final class EmbeddedFilter extends H5Z_func_t {

    /** {@code H5Z_FLAG_REVERSE}: unpack. */
    private static final int REVERSE = 0x0100;

    /** What native code points to: of the function, JavaCPP itself keeps no more than a weak reference. */
    private static final List<Object> KEPT = new CopyOnWriteArrayList<>();

    private final int id;
    private final Unpacking unpacking;

    private EmbeddedFilter(int id, Unpacking unpacking) {
        this.id = id;
        this.unpacking = unpacking;
    }

    /** Registers a filter for as long as the process lives. */
    @SuppressWarnings("resource") // the library keeps them
    static void register(int id, String name, Unpacking unpacking) {
        EmbeddedFilter function = new EmbeddedFilter(id, unpacking);
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
            return (flags & REVERSE) == 0 ? 0 : unpack(count, values, bytes, capacity, buffer);
        } catch (Throwable e) {
            return 0;
        }
    }

    private long unpack(long count, IntPointer values, long bytes, SizeTPointer capacity, PointerPointer<?> buffer) {
        int[] known = new int[(int) count];
        for (int i = 0; i < known.length; i++) {
            known[i] = values.get(i);
        }
        Pointer packed = buffer.get();
        ByteBuffer from = new BytePointer(packed).capacity(bytes).asByteBuffer();
        long size = unpacking.size(from.duplicate(), known);
        if (size <= 0 || size > Integer.MAX_VALUE || size < ChunkBytes.least(id)) {
            return 0;
        }
        Pointer chunk = hdf5.H5allocate_memory(size, false);
        if (chunk == null || chunk.isNull()) {
            return 0;
        }
        try {
            unpacking.unpack(from, known, new BytePointer(chunk).capacity(size).asByteBuffer());
        } catch (Throwable e) {
            hdf5.H5free_memory(chunk);
            return 0;
        }
        hdf5.H5free_memory(packed);
        buffer.put(0, chunk);
        capacity.put(0, size);
        return size;
    }
}
