package io.h5sink.format.heap;

import io.h5sink.format.FormatOutput;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Messages as HDF5 encodes them. */
final class DenseMessages {

    private DenseMessages() {}

    static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    /** A soft link; without a creation order if that is negative. */
    static ByteBuffer softLink(String name, long order, String target) {
        byte[] bytes = bytes(name);
        int code = bytes.length < 1 << 8 ? 0 : 1;
        FormatOutput out = new FormatOutput()
                .int8(1)
                .int8(code | 0x18 | (order >= 0 ? 4 : 0))
                .int8(1);
        if (order >= 0) {
            out.int64(order);
        }
        out.int8(1).number(bytes.length, 1 << code).bytes(bytes);
        return out.int16(target.length()).bytes(bytes(target)).toBuffer();
    }

    /** A soft link whose name is of ASCII characters, as h5py makes soft links. */
    static ByteBuffer asciiLink(String name, String target) {
        FormatOutput out = new FormatOutput().int8(1).int8(8).int8(1).int8(name.length());
        return out.bytes(bytes(name))
                .int16(target.length())
                .bytes(bytes(target))
                .toBuffer();
    }

    /** An attribute of type int64 without axes. */
    static ByteBuffer number(String name, long value) {
        FormatOutput out = attribute(name, 4);
        out.bytes(new byte[] {0x10, 8, 0, 0, 8, 0, 0, 0, 0, 0, 64, 0});
        return out.bytes(new byte[] {2, 0, 0, 0}).int64(value).toBuffer();
    }

    /** An attribute of type uint8 with one axis. */
    static ByteBuffer array(String name, int length, long seed) {
        FormatOutput out = attribute(name, 12);
        out.bytes(new byte[] {0x10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0});
        out.bytes(new byte[] {2, 1, 0, 1}).int64(length);
        byte[] values = new byte[length];
        new Random(seed).nextBytes(values);
        return out.bytes(values).toBuffer();
    }

    private static FormatOutput attribute(String name, int spaceBytes) {
        byte[] bytes = bytes(name);
        return new FormatOutput()
                .int8(3)
                .int8(0)
                .int16(bytes.length + 1)
                .int16(12)
                .int16(spaceBytes)
                .int8(1)
                .bytes(bytes)
                .int8(0);
    }
}
