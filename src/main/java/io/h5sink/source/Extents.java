package io.h5sink.source;

import java.util.ArrayList;
import java.util.List;

/** Extents as Java's arrays have them. */
final class Extents {

    private Extents() {}

    /** The same extents; throws {@link ArithmeticException} if one is too large for an array. */
    static List<Integer> of(long[] shape) {
        List<Integer> extents = new ArrayList<>();
        for (long extent : shape) {
            extents.add(Math.toIntExact(extent));
        }
        return extents;
    }
}
