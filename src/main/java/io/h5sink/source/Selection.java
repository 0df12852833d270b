package io.h5sink.source;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The elements of an array that a slice selects. All components have one element for each axis; callers must not change them.
 *
 * @param start the first index
 * @param step the distance between indices, at least 1
 * @param count the number of indices, from 0
 * @param dropped true if the result lacks the axis, which then has one index
 */
@SuppressWarnings("ArrayRecordComponent") // the C library needs arrays; selections are not compared
public record Selection(long[] start, long[] step, long[] count, boolean[] dropped) {

    /**
     * Selects all elements of an array.
     *
     * @param shape the array's extents
     * @return the selection
     */
    public static Selection all(long[] shape) {
        long[] step = new long[shape.length];
        Arrays.fill(step, 1);
        return new Selection(new long[shape.length], step, shape.clone(), new boolean[shape.length]);
    }

    /**
     * The shape of the result.
     *
     * @return an extent for each axis that is not dropped; empty for a single element
     */
    public long[] shape() {
        long[] shape = new long[count.length];
        int rank = 0;
        for (int axis = 0; axis < count.length; axis++) {
            if (!dropped[axis]) {
                shape[rank++] = count[axis];
            }
        }
        return Arrays.copyOf(shape, rank);
    }

    /** The shape of the result as Java's arrays have it; throws {@link ArithmeticException} if an extent is too large for an array. */
    List<Integer> extents() {
        return LongStream.of(shape()).mapToObj(Math::toIntExact).toList();
    }

    /**
     * A part of this selection along one axis.
     *
     * @param axis the axis
     * @param from the number of leading indices that are left out
     * @param length the number of indices of the part
     * @return the part
     */
    public Selection part(int axis, long from, long length) {
        long[] starts = start.clone();
        long[] counts = count.clone();
        starts[axis] += from * step[axis];
        counts[axis] = length;
        return new Selection(starts, step, counts, dropped);
    }
}
