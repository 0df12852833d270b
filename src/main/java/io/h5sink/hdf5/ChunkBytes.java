package io.h5sink.hdf5;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What chunks take that a thread has the C library unpack: the library takes whatever comes out of the filters for a whole chunk, and
 * reads beyond the end of less.
 */
final class ChunkBytes {

    private static final int SHUFFLE = 2;
    private static final int FLETCHER32 = 3;

    private record Expected(int filter, long bytes) {}

    private static final ThreadLocal<@Nullable Expected> EXPECTED = new ThreadLocal<>();

    private ChunkBytes() {}

    /** Notes what a chunk of a dataset takes. What comes out of the filter that it went through first is as large, or larger. */
    static void expect(List<SourceInfo.Filter> filters, long bytes) {
        for (SourceInfo.Filter filter : filters) {
            if (filter.id() != SHUFFLE && filter.id() != FLETCHER32) {
                EXPECTED.set(new Expected(filter.id(), bytes));
                return;
            }
        }
    }

    /** Forgets it. */
    static void forget() {
        EXPECTED.remove();
    }

    /** What must come out of a filter, in bytes; 0 if that is not known. */
    static long least(int filter) {
        Expected expected = EXPECTED.get();
        return expected == null || expected.filter != filter ? 0 : expected.bytes;
    }
}
