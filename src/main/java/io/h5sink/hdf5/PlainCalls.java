package io.h5sink.hdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.exceptions.HDF5Exception;
import java.lang.reflect.Field;
import java.nio.Buffer;
import java.nio.ByteBuffer;

/**
 * Any provider of {@code hdf.hdf5lib}, which is how JHDF5 is used: data goes through a {@code byte[]}, which is copied
 * rather than pinned, because a stalled disk under a pinned array would stop the garbage collector.
 */
final class PlainCalls implements NativeCalls {

    private byte[] scratch = new byte[0];

    @Override
    public String provider() {
        return "JHDF5";
    }

    @Override
    public void write(long dataset, long memoryType, long memorySpace, long fileSpace, ByteBuffer data)
            throws HDF5Exception {
        synchronized (LIBRARY) {
            try {
                H5.H5Dwrite(dataset, memoryType, memorySpace, fileSpace, 0, bytes(data), false);
            } catch (HDF5Exception e) {
                throw new HDF5Exception("H5Dwrite: " + ErrorStack.reason(e));
            }
        }
    }

    @Override
    public void writeAttribute(long attribute, long memoryType, ByteBuffer data) throws HDF5Exception {
        synchronized (LIBRARY) {
            H5.H5Awrite(attribute, memoryType, bytes(data));
        }
    }

    private byte[] bytes(ByteBuffer data) {
        if (scratch.length < data.remaining()) {
            scratch = new byte[data.remaining()];
        }
        data.get(data.position(), scratch, 0, data.remaining());
        return scratch;
    }

    @Override
    public long address(ByteBuffer direct) {
        return Addresses.INSTANCE.of(direct);
    }

    @Override
    public boolean disableFileLocking(long fileAccess) {
        return false;
    }

    @Override
    public boolean tellsImages() {
        return false;
    }

    @Override
    public ByteBuffer image(long file) {
        throw new UnsupportedOperationException(provider() + " has no H5Fget_file_image");
    }

    /** How a JVM tells the address of a direct buffer without native code. */
    private interface Addresses {

        Addresses INSTANCE = Runtime.version().feature() >= 22 ? viaMemorySegment() : viaUnsafe();

        long of(ByteBuffer direct);

        /** {@code MemorySegment.ofBuffer(direct).address()}, final since Java 22 (JEP 454). */
        private static Addresses viaMemorySegment() {
            try {
                Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
                var ofBuffer = segment.getMethod("ofBuffer", Buffer.class);
                var address = segment.getMethod("address");
                return direct -> {
                    try {
                        return (long) address.invoke(
                                ofBuffer.invoke(null, direct.duplicate().clear()));
                    } catch (ReflectiveOperationException e) {
                        throw new IllegalStateException(e);
                    }
                };
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        /** The field {@code Buffer.address}; before Java 22 there is no other way. */
        private static Addresses viaUnsafe() {
            try {
                Class<?> type = Class.forName("sun.misc.Unsafe");
                Field instance = type.getDeclaredField("theUnsafe");
                instance.setAccessible(true);
                Object unsafe = instance.get(null);
                var getLong = type.getMethod("getLong", Object.class, long.class);
                long offset = (long) type.getMethod("objectFieldOffset", Field.class)
                        .invoke(unsafe, Buffer.class.getDeclaredField("address"));
                return direct -> {
                    try {
                        return (long) getLong.invoke(unsafe, direct, offset);
                    } catch (ReflectiveOperationException e) {
                        throw new IllegalStateException(e);
                    }
                };
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }
    }
}
