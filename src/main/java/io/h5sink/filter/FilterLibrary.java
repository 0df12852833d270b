package io.h5sink.filter;

import io.h5sink.filter.codec.DamagedChunkException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A library that runs the filters that Java does not have, one chunk at a time. The library is looked for when a dataset first needs one of
 * its filters. Any thread may call; a call may wait for the calls of other threads.
 */
public interface FilterLibrary {

    /** No library. */
    FilterLibrary NONE = new FilterLibrary() {

        @Override
        public @Nullable String words() {
            return null;
        }

        @Override
        public void require(Filter filter) {
            throw new MissingFilterException(filter, "Java does not have the filter");
        }

        @Override
        public CodedChunk encode(List<Filter> filters, ByteBuffer chunk) {
            throw new IllegalStateException("there is no library");
        }

        @Override
        public ByteBuffer decode(List<Filter> filters, ByteBuffer stored, int bytes) {
            throw new IllegalStateException("there is no library");
        }
    };

    /**
     * The library's name and version.
     *
     * @return words for a message; null if there is no library
     */
    @Nullable
    String words();

    /**
     * Throws unless the library can encode and decode with a filter.
     *
     * @param filter as a dataset has the filter
     * @throws MissingFilterException if there is no library, or the library lacks the filter; the message says what the user can do
     */
    void require(Filter filter);

    /**
     * Encodes a chunk. A filter that fails leaves out the chunk.
     *
     * @param filters in order; {@link #require} has accepted them
     * @param chunk from position to limit, both of which stay; direct
     * @return the encoded chunk
     * @throws DamagedChunkException if the library cannot be asked
     */
    CodedChunk encode(List<Filter> filters, ByteBuffer chunk);

    /**
     * Decodes a chunk.
     *
     * @param filters those that the chunk has gone through, in the order of encoding; {@link #require} has accepted them
     * @param stored from position to limit, both of which stay; direct
     * @param bytes the size of the chunk without these filters
     * @return from position to limit; direct
     * @throws DamagedChunkException if a filter cannot be undone
     */
    ByteBuffer decode(List<Filter> filters, ByteBuffer stored, int bytes);
}
