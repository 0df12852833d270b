package io.h5sink.filter.codec;

import java.nio.ByteBuffer;

/**
 * HDF5 filter 2: the first bytes of all elements, then all second bytes, and so on; bytes behind the last whole element stay at the end
 * (HDF5, {@code H5Zshuffle.c}). The code works on tiles that fit into the first-level cache.
 */
public final class Shuffle {

    private static final int TILE_BYTES = 1 << 14;

    /** The least number of elements in a tile: with fewer, copying the pieces of the planes would take most of the time. */
    private static final int TILE_ELEMENTS = 64;

    /** Larger elements are shuffled byte by byte: slowly, but without tiles of their size. */
    private static final int LARGEST = 1 << 16;

    private Shuffle() {}

    /** The size of an element, the filter's only client value. */
    public static int elementBytes(int[] values) {
        return values.length > 0 ? Math.max(1, values[0]) : 1;
    }

    /** Shuffles the remaining bytes of a chunk into the output, from its position on. */
    public static void encode(ByteBuffer chunk, ByteBuffer out, int size, Scratch scratch) {
        if (size == 1) {
            out.put(chunk);
            return;
        }
        int from = chunk.position();
        int to = out.position();
        int bytes = chunk.remaining();
        int count = bytes / size;
        int whole = count * size;
        if (WordTranspose.fits(size, count)) {
            WordTranspose.toPlanes(chunk, from, out, to, size, count, scratch.tile());
        } else if (size > LARGEST) {
            for (int j = 0, next = to; j < size; j++) {
                for (int i = 0; i < count; i++) {
                    out.put(next++, chunk.get(from + i * size + j));
                }
            }
        } else {
            int tile = tile(size, count);
            byte[] rows = scratch.rows(tile * size);
            byte[] planes = scratch.planes(tile * size);
            for (int first = 0; first < count; first += tile) {
                int n = Math.min(tile, count - first);
                chunk.get(from + first * size, rows, 0, n * size);
                Transpose.toPlanes(rows, planes, size, n, tile);
                for (int j = 0; j < size; j++) {
                    out.put(to + j * count + first, planes, j * tile, n);
                }
            }
        }
        out.put(to + whole, chunk, from + whole, bytes - whole);
        chunk.position(from + bytes);
        out.position(to + bytes);
    }

    /** Restores the remaining bytes of a shuffled chunk into the output, from its position on. */
    public static void decode(ByteBuffer shuffled, ByteBuffer out, int size, Scratch scratch) {
        if (size == 1) {
            out.put(shuffled);
            return;
        }
        int from = shuffled.position();
        int to = out.position();
        int bytes = shuffled.remaining();
        int count = bytes / size;
        int whole = count * size;
        if (WordTranspose.fits(size, count)) {
            WordTranspose.toRows(shuffled, from, out, to, size, count, scratch.tile());
        } else if (size > LARGEST) {
            for (int j = 0, next = from; j < size; j++) {
                for (int i = 0; i < count; i++) {
                    out.put(to + i * size + j, shuffled.get(next++));
                }
            }
        } else {
            int tile = tile(size, count);
            byte[] rows = scratch.rows(tile * size);
            byte[] planes = scratch.planes(tile * size);
            for (int first = 0; first < count; first += tile) {
                int n = Math.min(tile, count - first);
                for (int j = 0; j < size; j++) {
                    shuffled.get(from + j * count + first, planes, j * tile, n);
                }
                Transpose.toRows(planes, rows, size, n, tile);
                out.put(to + first * size, rows, 0, n * size);
            }
        }
        out.put(to + whole, shuffled, from + whole, bytes - whole);
        shuffled.position(from + bytes);
        out.position(to + bytes);
    }

    /** The number of elements in a tile: a multiple of eight, at most {@code count}. */
    private static int tile(int size, int count) {
        return Math.min(Math.max(TILE_BYTES / size, TILE_ELEMENTS), count + 7) & ~7;
    }
}
