package io.h5sink.jhdf5;

import io.h5sink.filter.Filter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.hdf5.H5Z_class2_t;
import org.bytedeco.hdf5.H5Z_func_t;
import org.bytedeco.hdf5.global.hdf5;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;

/**
 * A filter that only the C library of this process has: the number of bytes, and behind it each byte plus the client value. Chunks that
 * begin with one byte are left out.
 */
public final class RotatingFilter extends H5Z_func_t {

    private static final int REVERSE = 0x0100;

    /** The filters that native code calls, which must stay reachable. */
    private static final Map<Integer, RotatingFilter> REGISTERED = new ConcurrentHashMap<>();

    private final int offset;
    private final byte refused;
    private final H5Z_class2_t type = new H5Z_class2_t();
    private final BytePointer name = new BytePointer("rotating");

    private RotatingFilter(Filter filter, byte refused) {
        this.offset = filter.values().get(0);
        this.refused = refused;
        type.version(hdf5.H5Z_CLASS_T_VERS)
                .id(filter.id())
                .encoder_present(1)
                .decoder_present(1)
                .name(name)
                .filter(this);
        synchronized (NativeCalls.LIBRARY) {
            hdf5.H5Zregister(type);
        }
    }

    /**
     * Gives the library a filter, for as long as the process lives.
     *
     * @param filter with one client value, which is added to each byte
     * @param refused the first byte of chunks that are left out
     */
    public static void register(Filter filter, byte refused) {
        Library.calls();
        REGISTERED.computeIfAbsent(filter.id(), id -> new RotatingFilter(filter, refused));
    }

    @Override
    @SuppressWarnings({"rawtypes", "unchecked"}) // as the binding declares it
    public long call(
            int flags, long count, IntPointer values, long bytes, SizeTPointer capacity, PointerPointer buffer) {
        Pointer given = buffer.get();
        ByteBuffer from = new BytePointer(given).capacity(bytes).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        boolean decode = (flags & REVERSE) != 0;
        if (count != 1 || values.get(0) != offset || (!decode && from.get(0) == refused)) {
            return 0;
        }
        int size = decode ? from.getInt() : from.remaining() + Integer.BYTES;
        Pointer made = hdf5.H5allocate_memory(size, false);
        ByteBuffer to = new BytePointer(made).capacity(size).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        if (!decode) {
            to.putInt(from.remaining());
        }
        while (from.hasRemaining()) {
            to.put((byte) (from.get() + (decode ? -offset : offset)));
        }
        hdf5.H5free_memory(given);
        buffer.put(0, made);
        capacity.put(0, size);
        return size;
    }
}
