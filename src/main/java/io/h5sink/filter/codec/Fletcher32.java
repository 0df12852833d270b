package io.h5sink.filter.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * HDF5 filter 3: Fletcher's checksum of 32 bits behind the chunk, little-endian. The words of 16 bits that are summed are
 * big-endian, an odd last byte is the upper half of a word, and sums begin at 0 (HDF5, {@code H5checksum.c},
 * {@code H5Zfletcher32.c}).
 */
public final class Fletcher32 {

    /** The size of the checksum. */
    public static final int BYTES = 4;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** An even number of bytes that is small enough to keep the sums of sums below 2⁶³. */
    private static final int TILE_BYTES = 1 << 14;

    private Fletcher32() {}

    /** Puts the checksum of the bytes from a position on. */
    public static void append(ByteBuffer out, int since, Scratch scratch) {
        int sum = of(out, since, out.position() - since, scratch);
        out.put((byte) sum).put((byte) (sum >>> 8)).put((byte) (sum >>> 16)).put((byte) (sum >>> 24));
    }

    /** Takes the checksum off the end. */
    public static void strip(ByteBuffer stored, Scratch scratch) {
        if (stored.remaining() < BYTES) {
            throw DamagedChunkException.size("chunk with Fletcher-32", stored.remaining(), BYTES);
        }
        int end = stored.limit() - BYTES;
        int found = (stored.get(end) & 0xFF)
                | ((stored.get(end + 1) & 0xFF) << 8)
                | ((stored.get(end + 2) & 0xFF) << 16)
                | (stored.get(end + 3) << 24);
        int sum = of(stored, stored.position(), end - stored.position(), scratch);
        // HDF5 before 1.6.3 swapped the bytes of both halves.
        int old = ((sum & 0x00FF00FF) << 8) | ((sum >>> 8) & 0x00FF00FF);
        if (found != sum && found != old) {
            throw new DamagedChunkException("Fletcher-32: %08x (expected: %08x)".formatted(found, sum));
        }
        stored.limit(end);
    }

    private static int of(ByteBuffer data, int from, int length, Scratch scratch) {
        byte[] tile = scratch.rows(TILE_BYTES);
        long one = 0;
        long two = 0;
        for (int done = 0; done < length; done += TILE_BYTES) {
            int n = Math.min(TILE_BYTES, length - done);
            data.get(from + done, tile, 0, n);
            int at = 0;
            for (; at <= n - 8; at += 8) {
                long words = (long) LONG.get(tile, at);
                long a = words >>> 48;
                long b = (words >>> 32) & 0xFFFF;
                long c = (words >>> 16) & 0xFFFF;
                long d = words & 0xFFFF;
                two += 4 * (one + a) + 3 * b + 2 * c + d;
                one += a + b + c + d;
            }
            for (; at < n; at += 2) {
                int low = at + 1 < n ? tile[at + 1] & 0xFF : 0;
                one += ((tile[at] & 0xFF) << 8) | low;
                two += one;
            }
            one = fold(one);
            two = fold(two);
        }
        return (int) ((two << 16) | one);
    }

    /** Reduces a sum to 16 bits, modulo 65535; only 0 becomes 0. */
    private static long fold(long sum) {
        long folded = sum;
        while (folded > 0xFFFF) {
            folded = (folded & 0xFFFF) + (folded >>> 16);
        }
        return folded;
    }
}
