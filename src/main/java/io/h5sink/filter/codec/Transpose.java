package io.h5sink.filter.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Rearranges rows of bytes as planes and back: byte {@code j} of element {@code i} is at {@code i * size + j} in the rows, and at
 * {@code j * stride + i} in the planes. Eight elements at a time as a matrix of bytes in long registers, which is transposed by
 * swapping ever smaller squares off the diagonal (H. S. Warren, Hacker's Delight, 7-3).
 */
final class Transpose {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long BYTES = 0x00FF00FF00FF00FFL;
    private static final long PAIRS = 0x0000FFFF0000FFFFL;
    private static final long FOURS = 0x00000000FFFFFFFFL;

    private Transpose() {}

    static void toPlanes(byte[] rows, byte[] planes, int size, int count, int stride) {
        int whole = count & ~7;
        if (size >= 4) {
            for (int column = 0; column < size; column += 4) {
                // The last columns are turned together with some before them, so that there are always four.
                toPlanes4(rows, planes, size, whole, stride, Math.min(column, size - 4));
            }
        } else {
            toPlanes2(rows, planes, size, whole, stride, 0);
            if (size > 2) {
                toPlanes2(rows, planes, size, whole, stride, size - 2);
            }
        }
        for (int i = whole; i < count; i++) {
            for (int j = 0; j < size; j++) {
                planes[j * stride + i] = rows[i * size + j];
            }
        }
    }

    static void toRows(byte[] planes, byte[] rows, int size, int count, int stride) {
        int whole = count & ~7;
        if (size >= 4) {
            for (int column = 0; column < size; column += 4) {
                // The last columns are turned together with some before them, so that there are always four.
                toRows4(planes, rows, size, whole, stride, Math.min(column, size - 4));
            }
        } else {
            toRows2(planes, rows, size, whole, stride, 0);
            if (size > 2) {
                toRows2(planes, rows, size, whole, stride, size - 2);
            }
        }
        for (int i = whole; i < count; i++) {
            for (int j = 0; j < size; j++) {
                rows[i * size + j] = planes[j * stride + i];
            }
        }
    }

    /** Elements {@code k} and {@code k + 4} share a register: two squares of four at once. */
    private static void toPlanes4(byte[] rows, byte[] planes, int size, int count, int stride, int column) {
        for (int i = 0; i < count; i += 8) {
            int from = i * size + column;
            long a = two(rows, from, from + 4 * size);
            long b = two(rows, from + size, from + 5 * size);
            long c = two(rows, from + 2 * size, from + 6 * size);
            long d = two(rows, from + 3 * size, from + 7 * size);

            long t = ((a >>> 16) ^ c) & PAIRS;
            long u = ((b >>> 16) ^ d) & PAIRS;
            a ^= t << 16;
            b ^= u << 16;
            c ^= t;
            d ^= u;
            t = ((a >>> 8) ^ b) & BYTES;
            u = ((c >>> 8) ^ d) & BYTES;

            int to = column * stride + i;
            LONG.set(planes, to, a ^ (t << 8));
            LONG.set(planes, to + stride, b ^ t);
            LONG.set(planes, to + 2 * stride, c ^ (u << 8));
            LONG.set(planes, to + 3 * stride, d ^ u);
        }
    }

    private static long two(byte[] in, int low, int high) {
        return ((int) INT.get(in, low) & FOURS) | ((long) (int) INT.get(in, high) << 32);
    }

    private static void toRows4(byte[] planes, byte[] rows, int size, int count, int stride, int column) {
        for (int i = 0; i < count; i += 8) {
            int from = column * stride + i;
            long a = (long) LONG.get(planes, from);
            long b = (long) LONG.get(planes, from + stride);
            long c = (long) LONG.get(planes, from + 2 * stride);
            long d = (long) LONG.get(planes, from + 3 * stride);

            long t = ((a >>> 16) ^ c) & PAIRS;
            long u = ((b >>> 16) ^ d) & PAIRS;
            a ^= t << 16;
            b ^= u << 16;
            c ^= t;
            d ^= u;
            t = ((a >>> 8) ^ b) & BYTES;
            u = ((c >>> 8) ^ d) & BYTES;
            a ^= t << 8;
            b ^= t;
            c ^= u << 8;
            d ^= u;

            int to = i * size + column;
            INT.set(rows, to, (int) a);
            INT.set(rows, to + size, (int) b);
            INT.set(rows, to + 2 * size, (int) c);
            INT.set(rows, to + 3 * size, (int) d);
            INT.set(rows, to + 4 * size, (int) (a >>> 32));
            INT.set(rows, to + 5 * size, (int) (b >>> 32));
            INT.set(rows, to + 6 * size, (int) (c >>> 32));
            INT.set(rows, to + 7 * size, (int) (d >>> 32));
        }
    }

    private static void toPlanes2(byte[] rows, byte[] planes, int size, int count, int stride, int column) {
        for (int i = 0; i < count; i += 8) {
            int from = i * size + column;
            long even = fourShorts(rows, from, 2 * size);
            long odd = fourShorts(rows, from + size, 2 * size);
            int to = column * stride + i;
            LONG.set(planes, to, (even & BYTES) | ((odd & BYTES) << 8));
            LONG.set(planes, to + stride, ((even >>> 8) & BYTES) | (odd & ~BYTES));
        }
    }

    private static void toRows2(byte[] planes, byte[] rows, int size, int count, int stride, int column) {
        for (int i = 0; i < count; i += 8) {
            int from = column * stride + i;
            long a = (long) LONG.get(planes, from);
            long b = (long) LONG.get(planes, from + stride);
            long even = (a & BYTES) | ((b & BYTES) << 8);
            long odd = ((a >>> 8) & BYTES) | (b & ~BYTES);
            int to = i * size + column;
            for (int k = 0; k < 4; k++) {
                SHORT.set(rows, to + 2 * k * size, (short) (even >>> (16 * k)));
                SHORT.set(rows, to + (2 * k + 1) * size, (short) (odd >>> (16 * k)));
            }
        }
    }

    private static long fourShorts(byte[] in, int at, int step) {
        return ((short) SHORT.get(in, at) & 0xFFFFL)
                | (((short) SHORT.get(in, at + step) & 0xFFFFL) << 16)
                | (((short) SHORT.get(in, at + 2 * step) & 0xFFFFL) << 32)
                | ((long) (short) SHORT.get(in, at + 3 * step) << 48);
    }
}
