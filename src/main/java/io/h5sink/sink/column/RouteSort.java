package io.h5sink.sink.column;

import io.h5sink.buffer.RowConsumer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.Arrays;

/**
 * The order of a commit's rows by their routes, in which those of one route keep theirs: a counting sort (Knuth, The Art of Computer
 * Programming, volume 3, section 5.2), whose permutation is found once and applied to each column. Where there are many routes it is
 * done in two passes, first into buckets of neighbouring routes, because a processor can write to some hundred places at a time
 * without missing its caches, but not to thousands. Belongs to the HDF5 thread.
 */
final class RouteSort {

    /** The binary logarithm of how many routes are in a bucket. */
    private static final int BUCKET_BITS = 7;

    /** Up to so many routes one pass is faster. */
    private static final int ONE_PASS = 1 << 9;

    private int rows;
    private int[] routes = new int[0];

    /** Where each row goes in the first pass. */
    private int[] places = new int[0];

    /** Where each row of a bucket goes in the second pass; empty if there is none. */
    private int[] placesInBuckets = new int[0];

    private boolean twice;

    /** Where the rows of each route begin, and behind the last route where they end. */
    private int[] starts = new int[0];

    private ByteBuffer bucket = ByteBuffer.allocateDirect(0);

    /** Begins with a commit's rows. */
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

    /** Takes the routes of some rows. */
    void count(int firstRow, IntBuffer numbers) {
        int end = firstRow + numbers.remaining();
        numbers.get(routes, firstRow, end - firstRow);
        for (int row = firstRow; row < end; row++) {
            starts[routes[row] + 1]++;
        }
    }

    /** Finds each row's place. */
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

    /** Where a bucket's rows begin. */
    private int bucketStart(int number) {
        return starts[Math.min(number << BUCKET_BITS, starts.length - 1)];
    }

    /** How many rows there are. */
    int rows() {
        return rows;
    }

    /** How many routes there are. */
    int routes() {
        return starts.length - 1;
    }

    /** The route of a row. */
    int route(int row) {
        return routes[row];
    }

    /** Where the rows of a route begin. */
    int start(int route) {
        return starts[route];
    }

    /** For each place the row that comes there. */
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
     * Takes the rows of a column for {@link #finish}.
     *
     * @param to where they are put, little-endian
     * @param rowBytes the size of a row
     * @param from the commit's first row, counted from the start of the session
     */
    RowConsumer into(ByteBuffer to, int rowBytes, long from) {
        return (firstRow, count, data, starts) ->
                scatter(data.slice(), count, rowBytes, places, (int) (firstRow - from), to, 0);
    }

    /** Puts the rows of a column in order, which were all taken. */
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

    /** Puts each row where it belongs. */
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
