package io.h5sink.hdf5;

import io.h5sink.filter.Filter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What must come out of a filter, at least, while the C library unpacks chunks: the library takes whatever comes out of the filters for a
 * whole chunk, and reads beyond the end of less.
 */
public record ChunkBytes(int filter, long bytes) {

    /**
     * What must come out of the filter that chunks went through first, apart from those that keep their size.
     *
     * @param bytes what a chunk takes
     * @return null if no filter changes the size
     */
    public static @Nullable ChunkBytes of(List<Filter> filters, long bytes) {
        return filters.stream()
                .filter(filter -> filter.id() != Filter.SHUFFLE && filter.id() != Filter.FLETCHER32)
                .findFirst()
                .map(filter -> new ChunkBytes(filter.id(), bytes))
                .orElse(null);
    }

    /** What must come out of a filter, in bytes; 0 if nothing is known of it. */
    public static long least(@Nullable ChunkBytes expected, int filter) {
        return expected == null || expected.filter != filter ? 0 : expected.bytes;
    }
}
