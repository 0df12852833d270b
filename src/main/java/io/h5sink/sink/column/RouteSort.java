package io.h5sink.sink.column;

import io.h5sink.buffer.RowConsumer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.Arrays;

/**
 * Sorts a commit's rows by their routes; rows of one route keep their order. The algorithm is a counting sort (Knuth, The Art of Computer
 * Programming, volume 3, section 5.2), whose permutation is computed once and applied to each column. Many routes are sorted in two passes,
 * first into buckets of neighbouring routes, because a processor can write to some hundred places at a time without cache misses, but not to
 * thousands. Belongs to the writer thread.
 */
final class RouteSort {

    /** The binary logarithm of the number of routes in a bucket. */
    private static final int BUCKET_BITS = 7;

    /** The largest number of routes for which one pass is faster. */
    private static final int ONE_PASS = 1 << 9;

    private int rows;
    private int[] routes = new int[0];

    /** The place of each row after the first pass. */
    private int[] places = new int[0];

    /** The place of each row of a bucket after the second pass; empty if one pass is enough. */
    private int[] placesInBuckets = new int[0];

    private boolean twice;

    /** The place of the first row of each route, and behind the last route the number of rows. */
    private int[] starts = new int[0];

    private ByteBuffer bucket = ByteBuffer.allocateDirect(0);

    /** Starts sorting a commit's rows. */
    void begin(int count, int routeCount) {
        rows = count;
        twice = routeCount > ONE_PASS;
        if (routes.length < count) {
            routes = new int[count];
            places = new int[count];
        }
        if (twice && placesInBuckets.length < count) {
            placesInBuckets = new int[routes.length];
        }
        if (starts.length != routeCount + 1) {
            starts = new int[routeCount + 1];
        }
        Arrays.fill(starts, 0);
    }

    /** Adds the routes of some rows. */
    void count(int firstRow, IntBuffer numbers) {
        int end = firstRow + numbers.remaining();
        numbers.get(routes, firstRow, end - firstRow);
        for (int row = firstRow; row < end; row++) {
            starts[routes[row] + 1]++;
        }
    }

    /** Computes the place of each row. */
    void sort() {
        for (int route = 1; route < starts.length; route++) {
            starts[route] += starts[route - 1];
        }
        int[] next = starts.clone();
        if (!twice) {
            for (int row = 0; row < rows; row++) {
                places[row] = next[routes[row]]++;
            }
            return;
        }
        int[] nextInBuckets = new int[buckets()];
        for (int i = 0; i < nextInBuckets.length; i++) {
            nextInBuckets[i] = bucketStart(i);
        }
        for (int row = 0; row < rows; row++) {
            int route = routes[row];
            int place = nextInBuckets[route >> BUCKET_BITS]++;
            places[row] = place;
            placesInBuckets[place] = route;
        }
        for (int i = 0; i < nextInBuckets.length; i++) {
            int start = bucketStart(i);
            for (int at = start; at < nextInBuckets[i]; at++) {
                placesInBuckets[at] = next[placesInBuckets[at]]++ - start;
            }
        }
    }

    private int buckets() {
        return ((starts.length - 2) >> BUCKET_BITS) + 1;
    }

    /** The place of a bucket's first row. */
    private int bucketStart(int number) {
        return starts[Math.min(number << BUCKET_BITS, starts.length - 1)];
    }

    /** The number of rows. */
    int rows() {
        return rows;
    }

    /** The number of routes. */
    int routes() {
        return starts.length - 1;
    }

    /** The route of a row. */
    int route(int row) {
        return routes[row];
    }

    /** The place of the first row of a route. */
    int start(int route) {
        return starts[route];
    }

    /** The row of each place. */
    int[] rowsInOrder() {
        int[] inOrder = new int[rows];
        for (int row = 0; row < rows; row++) {
            int place = places[row];
            inOrder[place] = row;
        }
        if (!twice) {
            return inOrder;
        }
        int[] sorted = new int[rows];
        for (int i = 0; i < buckets(); i++) {
            int start = bucketStart(i);
            for (int at = start; at < bucketStart(i + 1); at++) {
                sorted[start + placesInBuckets[at]] = inOrder[at];
            }
        }
        return sorted;
    }

    /**
     * Receives the rows of a column, to be sorted by {@link #finish}.
     *
     * @param to the little-endian buffer of the sorted rows
     * @param rowBytes the size of a row
     * @param from the commit's first row, counted from the start of the session
     */
    RowConsumer into(ByteBuffer to, int rowBytes, long from) {
        return (firstRow, count, data, starts) ->
                scatter(data.slice(), count, rowBytes, places, (int) (firstRow - from), to, 0);
    }

    /** Completes the order of a column's rows, after all of them were received. */
    void finish(ByteBuffer column, int rowBytes) {
        for (int i = 0; twice && i < buckets(); i++) {
            int start = bucketStart(i);
            int count = bucketStart(i + 1) - start;
            int bytes = count * rowBytes;
            if (bucket.capacity() < bytes) {
                bucket = ByteBuffer.allocateDirect(bytes);
            }
            bucket.put(0, column, start * rowBytes, bytes);
            scatter(bucket.slice(0, bytes), count, rowBytes, placesInBuckets, start, column, start * rowBytes);
        }
    }

    /** Copies each row to its place. */
    private static void scatter(
            ByteBuffer from, int count, int rowBytes, int[] places, int firstPlace, ByteBuffer to, int base) {
        ByteBuffer source = from.order(ByteOrder.LITTLE_ENDIAN);
        switch (rowBytes) {
            case Long.BYTES -> {
                for (int i = 0; i < count; i++) {
                    to.putLong(base + places[firstPlace + i] * Long.BYTES, source.getLong(i * Long.BYTES));
                }
            }
            case Integer.BYTES -> {
                for (int i = 0; i < count; i++) {
                    to.putInt(base + places[firstPlace + i] * Integer.BYTES, source.getInt(i * Integer.BYTES));
                }
            }
            default -> {
                for (int i = 0; i < count; i++) {
                    to.put(base + places[firstPlace + i] * rowBytes, source, i * rowBytes, rowBytes);
                }
            }
        }
    }
}
