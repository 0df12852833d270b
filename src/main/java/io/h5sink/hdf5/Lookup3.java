package io.h5sink.hdf5;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Bob Jenkins's hash of 2006, by which HDF5 knows that its structures are whole: burtleburtle.net/bob/c/lookup3.c. */
final class Lookup3 {

    private static final int WORDS = 3;
    private static final int BLOCK = WORDS * Integer.BYTES;

    private int a;
    private int b;
    private int c;

    private Lookup3(int length) {
        a = 0xdeadbeef + length;
        b = a;
        c = a;
    }

    /** The hash of bytes at absolute positions. */
    static int of(ByteBuffer bytes, int from, int length) {
        Lookup3 hash = new Lookup3(length);
        int left = length;
        for (int at = from; left > 0; at += BLOCK, left -= BLOCK) {
            ByteBuffer block = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
            block.put(0, bytes, at, Math.min(left, BLOCK));
            hash.a += block.getInt(0);
            hash.b += block.getInt(4);
            hash.c += block.getInt(8);
            if (left > BLOCK) {
                hash.mix();
            } else {
                hash.end();
            }
        }
        return hash.c;
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
