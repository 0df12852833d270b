package io.h5sink.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Bob Jenkins's hash function of 2006, the checksum of HDF5's metadata: burtleburtle.net/bob/c/lookup3.c. */
public final class Lookup3 {

    private static final int BLOCK = 3 * Integer.BYTES;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private int a;
    private int b;
    private int c;

    private Lookup3(int length) {
        a = 0xdeadbeef + length;
        b = a;
        c = a;
    }

    /** The hash of bytes at absolute positions. */
    public static int of(ByteBuffer bytes, int from, int length) {
        if (bytes.hasArray()) {
            return of(bytes.array(), bytes.arrayOffset() + from, length);
        }
        byte[] copy = new byte[length];
        bytes.get(from, copy);
        return of(copy, 0, length);
    }

    private static int of(byte[] bytes, int from, int length) {
        Lookup3 hash = new Lookup3(length);
        int at = from;
        int left = length;
        for (; left > BLOCK; at += BLOCK, left -= BLOCK) {
            hash.add(bytes, at);
            hash.mix();
        }
        if (left > 0) {
            byte[] last = new byte[BLOCK]; // the last block is padded with zeros
            System.arraycopy(bytes, at, last, 0, left);
            hash.add(last, 0);
            hash.end();
        }
        return hash.c;
    }

    private void add(byte[] bytes, int at) {
        a += (int) INT.get(bytes, at);
        b += (int) INT.get(bytes, at + Integer.BYTES);
        c += (int) INT.get(bytes, at + 2 * Integer.BYTES);
    }

    private void mix() {
        a = (a - c) ^ Integer.rotateLeft(c, 4);
        c += b;
        b = (b - a) ^ Integer.rotateLeft(a, 6);
        a += c;
        c = (c - b) ^ Integer.rotateLeft(b, 8);
        b += a;
        a = (a - c) ^ Integer.rotateLeft(c, 16);
        c += b;
        b = (b - a) ^ Integer.rotateLeft(a, 19);
        a += c;
        c = (c - b) ^ Integer.rotateLeft(b, 4);
        b += a;
    }

    private void end() {
        c = (c ^ b) - Integer.rotateLeft(b, 14);
        a = (a ^ c) - Integer.rotateLeft(c, 11);
        b = (b ^ a) - Integer.rotateLeft(a, 25);
        c = (c ^ b) - Integer.rotateLeft(b, 16);
        a = (a ^ c) - Integer.rotateLeft(c, 4);
        b = (b ^ a) - Integer.rotateLeft(a, 14);
        c = (c ^ b) - Integer.rotateLeft(b, 24);
    }
}
