package io.h5sink.jhdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.exceptions.HDF5Exception;
import java.io.ByteArrayOutputStream;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Passes strings of variable length between Java and the C library. HDF5 takes and gives pointers to strings; Java has the strings one
 * after the other, as UTF-8 that ends with NUL.
 */
public final class Texts {

    /** A call of HDF5 that reads pointers from a direct buffer, or writes pointers to it. */
    public interface TextCall {
        void with(ByteBuffer pointers) throws HDF5Exception;
    }

    private Texts() {}

    /** Writes strings through a call that takes pointers to them. */
    public static void write(ByteBuffer utf8, TextCall write) throws HDF5Exception {
        ByteBuffer text = direct(utf8);
        int count = 0;
        for (int i = 0; i < text.limit(); i++) {
            count += text.get(i) == 0 ? 1 : 0;
        }
        long address = Library.calls().address(text);
        ByteBuffer pointers = ByteBuffer.allocateDirect(count * Long.BYTES).order(ByteOrder.nativeOrder());
        int start = 0;
        while (pointers.hasRemaining()) {
            pointers.putLong(address + start);
            while (text.get(start) != 0) {
                start++;
            }
            start++;
        }
        try {
            write.with(pointers.flip());
        } finally {
            Reference.reachabilityFence(text);
        }
    }

    /** Reads strings through a call that fills a buffer with pointers to them. */
    public static ByteBuffer read(long type, long space, TextCall read) throws HDF5Exception {
        NativeCalls calls = Library.calls();
        int bytes = Math.toIntExact(H5.H5Sget_simple_extent_npoints(space) * Long.BYTES);
        ByteBuffer pointers = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
        read.with(pointers);
        ByteArrayOutputStream utf8 = new ByteArrayOutputStream();
        for (int i = 0; i < bytes; i += Long.BYTES) {
            long address = pointers.getLong(i);
            if (address != 0) { // HDF5 reads the empty string as a null pointer
                utf8.writeBytes(calls.textAt(address));
            }
            utf8.write(0);
        }
        calls.reclaim(type, space, pointers);
        return ByteBuffer.wrap(utf8.toByteArray());
    }

    /** A direct copy of a buffer, for the C library to read. */
    public static ByteBuffer direct(ByteBuffer data) {
        return ByteBuffer.allocateDirect(data.remaining()).put(data.duplicate()).flip();
    }
}
