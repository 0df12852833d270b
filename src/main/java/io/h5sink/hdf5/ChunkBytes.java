package io.h5sink.hdf5;

import io.h5sink.filter.Filter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The least number of bytes that a filter must output when the C library decodes a chunk. The library uses the filter's output as a whole
 * chunk, and reads beyond the end of a shorter output.
 *
 * @param filter the identifier of the filter
 * @param bytes the least output, in bytes
 */
public record ChunkBytes(int filter, long bytes) {

    /**
     * The least output of the first filter in the pipeline that changes the size of chunks; decoding runs that filter after all others that
     * change the size.
     *
     * @param bytes the size of a chunk without filters, in bytes
     * @return null if no filter changes the size
     */
    public static @Nullable ChunkBytes of(List<Filter> filters, long bytes) {
        return filters.stream()
                .filter(filter -> filter.id() != Filter.SHUFFLE && filter.id() != Filter.FLETCHER32)
                .findFirst()
                .map(filter -> new ChunkBytes(filter.id(), bytes))
                .orElse(null);
    }

    /** The least output of a filter, in bytes; 0 if unknown. */
    public static long least(@Nullable ChunkBytes expected, int filter) {
        return expected == null || expected.filter != filter ? 0 : expected.bytes;
    }
}
