package io.h5sink.jhdf5;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.Buffer;
import java.nio.ByteBuffer;

/** The address of a direct buffer, and bytes at an address, by means of the JVM, without native code of this library. */
final class Memory {

    private static final MethodHandle ADDRESS_OF;

    /** Before Java 22, reads the byte at an address; since Java 22, gives a buffer of all bytes from an address on. */
    private static final MethodHandle READ;

    /** The length of the longest array on any JVM, which is also the longest buffer. */
    private static final int MAX_BUFFER = Integer.MAX_VALUE - 8;

    private static final boolean SEGMENTS = Runtime.version().feature() >= 22;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            if (SEGMENTS) { // final since Java 22 (JEP 454)
                Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
                MethodHandle ofBuffer =
                        lookup.findStatic(segment, "ofBuffer", MethodType.methodType(segment, Buffer.class));
                MethodHandle address = lookup.findVirtual(segment, "address", MethodType.methodType(long.class));
                ADDRESS_OF = MethodHandles.filterReturnValue(ofBuffer, address)
                        .asType(MethodType.methodType(long.class, ByteBuffer.class));
                MethodHandle ofAddress =
                        lookup.findStatic(segment, "ofAddress", MethodType.methodType(segment, long.class));
                MethodHandle reinterpret = MethodHandles.insertArguments(
                        MethodHandles.lookup()
                                .findVirtual(segment, "reinterpret", MethodType.methodType(segment, long.class)),
                        1,
                        (long) MAX_BUFFER);
                MethodHandle asBuffer =
                        lookup.findVirtual(segment, "asByteBuffer", MethodType.methodType(ByteBuffer.class));
                READ = MethodHandles.filterReturnValue(
                        MethodHandles.filterReturnValue(ofAddress, reinterpret), asBuffer);
            } else { // older JVMs have no other way
                Class<?> type = Class.forName("sun.misc.Unsafe");
                Field instance = type.getDeclaredField("theUnsafe");
                instance.setAccessible(true);
                Object unsafe = instance.get(null);
                long offset = (long) type.getMethod("objectFieldOffset", Field.class)
                        .invoke(unsafe, Buffer.class.getDeclaredField("address"));
                MethodHandle getLong = lookup.findVirtual(
                                type, "getLong", MethodType.methodType(long.class, Object.class, long.class))
                        .bindTo(unsafe);
                ADDRESS_OF = MethodHandles.insertArguments(getLong, 1, offset)
                        .asType(MethodType.methodType(long.class, ByteBuffer.class));
                READ = lookup.findVirtual(type, "getByte", MethodType.methodType(byte.class, long.class))
                        .bindTo(unsafe);
            }
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private Memory() {}

    /** The address of a direct buffer's first byte. */
    static long address(ByteBuffer direct) {
        ByteBuffer whole = direct.duplicate().clear();
        try {
            return (long) ADDRESS_OF.invokeExact(whole);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** The bytes of the C string at an address, without the NUL that ends it. */
    static byte[] textAt(long address) {
        try {
            if (SEGMENTS) {
                ByteBuffer from = (ByteBuffer) READ.invokeExact(address);
                byte[] text = new byte[length(from)];
                from.get(text);
                return text;
            }
            int length = 0;
            while ((byte) READ.invokeExact(address + length) != 0) {
                length++;
            }
            byte[] text = new byte[length];
            for (int i = 0; i < length; i++) {
                text[i] = (byte) READ.invokeExact(address + i);
            }
            return text;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Bytes at an address. */
    static byte[] bytesAt(long address, int count) {
        byte[] bytes = new byte[count];
        try {
            if (SEGMENTS) {
                ByteBuffer from = (ByteBuffer) READ.invokeExact(address);
                from.get(bytes);
            } else {
                for (int i = 0; i < count; i++) {
                    bytes[i] = (byte) READ.invokeExact(address + i);
                }
            }
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        return bytes;
    }

    private static int length(ByteBuffer from) {
        int length = 0;
        while (from.get(length) != 0) {
            length++;
        }
        return length;
    }
}
