package io.h5sink.filter.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;

/**
 * Rearranges rows of bytes as planes and back, as {@link Transpose}, for elements of 2 and 4 bytes and of whole words of 8 bytes: eight
 * elements are a matrix of bytes, and many such
 * matrices are turned at once. Word {@code m} of each matrix lies in array {@code m}, so that each step, which swaps halves, quarters or
 * bytes between the words of two arrays, is a loop of which the compiler makes vector instructions.
 */
final class WordTranspose {

    /** The matrices of a tile, whose arrays fit into the first-level cache together. */
    private static final int MATRICES = 1 << 7;

    private static final int ELEMENTS = 8;

    private static final int LARGEST = 64;

    private static final long BYTES = 0x00FF00FF00FF00FFL;
    private static final long PAIRS = 0x0000FFFF0000FFFFL;
    private static final long FOURS = 0x00000000FFFFFFFFL;

    /** The arrays in which one thread transposes words. */
    static final class Tile {

        final long[] rows = new long[MATRICES * ELEMENTS];
        final long[][] words = new long[ELEMENTS][MATRICES];

        static int bytes() {
            return 2 * MATRICES * ELEMENTS * Long.BYTES;
        }
    }

    private WordTranspose() {}

    /** Whether so many elements of a size can be transposed. */
    static boolean fits(int size, int count) {
        return (size == 2 || size == 4 || (size % Long.BYTES == 0 && size <= LARGEST)) && count % ELEMENTS == 0;
    }

    /** Rearranges rows, from a position of one buffer, as planes, from a position of another. */
    static void toPlanes(ByteBuffer rows, int from, ByteBuffer planes, int to, int size, int count, Tile tile) {
        LongBuffer in = longs(rows, from, size * count);
        LongBuffer out = longs(planes, to, size * count);
        int across = Math.max(1, size / Long.BYTES);
        int deep = size / across;
        for (int first = 0; first < count / ELEMENTS; first += MATRICES / across) {
            int matrices = Math.min(MATRICES / across, count / ELEMENTS - first);
            in.get(first * size, tile.rows, 0, matrices * size);
            for (int word = 0; word < across; word++) {
                split(tile.rows, word, across, deep, tile.words, matrices);
                transpose(tile.words, deep, matrices);
                for (int k = 0; k < deep; k++) {
                    int plane = word * Long.BYTES + k;
                    out.put(plane * (count / ELEMENTS) + first, tile.words[array(k, deep)], 0, matrices);
                }
            }
        }
    }

    /** Rearranges planes, from a position of one buffer, as rows, from a position of another. */
    static void toRows(ByteBuffer planes, int from, ByteBuffer rows, int to, int size, int count, Tile tile) {
        LongBuffer in = longs(planes, from, size * count);
        LongBuffer out = longs(rows, to, size * count);
        int across = Math.max(1, size / Long.BYTES);
        int deep = size / across;
        for (int first = 0; first < count / ELEMENTS; first += MATRICES / across) {
            int matrices = Math.min(MATRICES / across, count / ELEMENTS - first);
            for (int word = 0; word < across; word++) {
                for (int k = 0; k < deep; k++) {
                    int plane = word * Long.BYTES + k;
                    in.get(plane * (count / ELEMENTS) + first, tile.words[array(k, deep)], 0, matrices);
                }
                turnBack(tile.words, deep, matrices);
                join(tile.words, tile.rows, word, across, deep, matrices);
            }
            out.put(first * size, tile.rows, 0, matrices * size);
        }
    }

    private static LongBuffer longs(ByteBuffer buffer, int at, int bytes) {
        return buffer.slice(at, bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    }

    /** The array in which a plane ends up: elements of 4 bytes come with two to a word, and leave with their places swapped. */
    private static int array(int plane, int deep) {
        return deep == 4 && (plane == 1 || plane == 2) ? 3 - plane : plane;
    }

    private static void split(long[] rows, int word, int across, int deep, long[][] words, int matrices) {
        if (deep == ELEMENTS) {
            split4(rows, word, across, words[0], words[1], words[2], words[3], matrices);
            split4(rows, word + 4 * across, across, words[4], words[5], words[6], words[7], matrices);
        } else {
            for (int m = 0; m < deep; m++) {
                long[] array = words[m];
                for (int i = 0, at = m; i < matrices; i++, at += deep) {
                    array[i] = rows[at];
                }
            }
        }
    }

    private static void split4(
            long[] rows, int start, int across, long[] a, long[] b, long[] c, long[] d, int matrices) {
        for (int i = 0, at = start; i < matrices; i++, at += ELEMENTS * across) {
            a[i] = rows[at];
            b[i] = rows[at + across];
            c[i] = rows[at + 2 * across];
            d[i] = rows[at + 3 * across];
        }
    }

    private static void join(long[][] words, long[] rows, int word, int across, int deep, int matrices) {
        if (deep == ELEMENTS) {
            join4(words[0], words[1], words[2], words[3], rows, word, across, matrices);
            join4(words[4], words[5], words[6], words[7], rows, word + 4 * across, across, matrices);
        } else {
            for (int m = 0; m < deep; m++) {
                long[] array = words[m];
                for (int i = 0, at = m; i < matrices; i++, at += deep) {
                    rows[at] = array[i];
                }
            }
        }
    }

    private static void join4(
            long[] a, long[] b, long[] c, long[] d, long[] rows, int start, int across, int matrices) {
        for (int i = 0, at = start; i < matrices; i++, at += ELEMENTS * across) {
            rows[at] = a[i];
            rows[at + across] = b[i];
            rows[at + 2 * across] = c[i];
            rows[at + 3 * across] = d[i];
        }
    }

    /** Transposes the matrices. Elements of 8 bytes lie in 8 arrays, two of 4 bytes in each of 4, four of 2 bytes in each of 2. */
    private static void transpose(long[][] x, int deep, int n) {
        switch (deep) {
            case 8 -> {
                for (int i = 0; i < 4; i++) {
                    fours(x[i], x[i + 4], n);
                }
                pairsAndBytes(x[0], x[1], x[2], x[3], n);
                pairsAndBytes(x[4], x[5], x[6], x[7], n);
            }
            case 4 -> {
                fours(x[0], x[2], n);
                fours(x[1], x[3], n);
                pairs(x[0], x[1], n);
                pairs(x[2], x[3], n);
                bytes(x[0], x[2], n);
                bytes(x[1], x[3], n);
            }
            default -> {
                fours(x[0], x[1], n);
                pairs(x[0], x[1], n);
                bytes(x[0], x[1], n);
            }
        }
    }

    private static void turnBack(long[][] x, int deep, int n) {
        switch (deep) {
            case 8 -> {
                pairsAndBytes(
                        x[0], x[1], x[2], x[3],
                        n); // pairs and bytes may be swapped in any order, since they swap different places
                pairsAndBytes(x[4], x[5], x[6], x[7], n);
                for (int i = 0; i < 4; i++) {
                    fours(x[i], x[i + 4], n);
                }
            }
            case 4 -> {
                bytes(x[0], x[2], n);
                bytes(x[1], x[3], n);
                pairs(x[0], x[1], n);
                pairs(x[2], x[3], n);
                fours(x[0], x[2], n);
                fours(x[1], x[3], n);
            }
            default -> {
                bytes(x[0], x[1], n);
                pairs(x[0], x[1], n);
                fours(x[0], x[1], n);
            }
        }
    }

    private static void fours(long[] x, long[] y, int n) {
        for (int i = 0; i < n; i++) {
            long a = x[i];
            long b = y[i];
            x[i] = (a & FOURS) | (b << 32);
            y[i] = (a >>> 32) | (b & ~FOURS);
        }
    }

    private static void pairs(long[] x, long[] y, int n) {
        for (int i = 0; i < n; i++) {
            long a = x[i];
            long b = y[i];
            x[i] = (a & PAIRS) | ((b & PAIRS) << 16);
            y[i] = ((a >>> 16) & PAIRS) | (b & ~PAIRS);
        }
    }

    private static void bytes(long[] x, long[] y, int n) {
        for (int i = 0; i < n; i++) {
            long a = x[i];
            long b = y[i];
            x[i] = (a & BYTES) | ((b & BYTES) << 8);
            y[i] = ((a >>> 8) & BYTES) | (b & ~BYTES);
        }
    }

    /** Pairs between the first two arrays and the last two, and bytes between neighbours, with half of the loads and stores. */
    private static void pairsAndBytes(long[] x, long[] y, long[] z, long[] w, int n) {
        for (int i = 0; i < n; i++) {
            long a = x[i];
            long b = y[i];
            long c = z[i];
            long d = w[i];
            long e = (a & PAIRS) | ((c & PAIRS) << 16);
            long f = (b & PAIRS) | ((d & PAIRS) << 16);
            long g = ((a >>> 16) & PAIRS) | (c & ~PAIRS);
            long h = ((b >>> 16) & PAIRS) | (d & ~PAIRS);
            x[i] = (e & BYTES) | ((f & BYTES) << 8);
            y[i] = ((e >>> 8) & BYTES) | (f & ~BYTES);
            z[i] = (g & BYTES) | ((h & BYTES) << 8);
            w[i] = ((g >>> 8) & BYTES) | (h & ~BYTES);
        }
    }
}
