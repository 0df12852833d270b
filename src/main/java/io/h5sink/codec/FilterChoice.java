package io.h5sink.codec;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The filters that are wanted for chunks, before the type of elements is known.
 *
 * @param method how chunks are compressed
 * @param level its level, 0 for a method without levels
 * @param auto whether chunks are compressed only if a sample gets smaller
 * @param shuffle whether the bytes of all elements are sorted by their place in the element before; null for what suits
 * @param fletcher32 whether a checksum follows each chunk
 */
public record FilterChoice(
        Method method, int level, boolean auto, @Nullable Boolean shuffle, boolean fletcher32) {

    /** Chunks as they are. */
    public static final FilterChoice NONE = new FilterChoice(Method.NONE, 0, false, null, false);

    /**
     * The filtering of elements of a size.
     *
     * @param elementBytes the size of the stored type
     * @param sample raw bytes of some elements, from position to limit; only looked at if {@link #auto}
     * @return the filtering
     */
    public Filtering filtering(int elementBytes, ByteBuffer sample) {
        if (auto) {
            Filtering choice = AutoChoice.of(method, level, sample, elementBytes);
            return new Filtering(
                    choice.method(), choice.level(), shuffled(choice.method(), choice.shuffle()), fletcher32);
        }
        return new Filtering(method, level, shuffled(method, elementBytes > 1), fletcher32);
    }

    /**
     * Loads the library that the method needs.
     *
     * @throws MissingCodecException if it is missing; the message says what to add
     */
    public void require() {
        FilterRegistry.compressor(method, level);
    }

    /**
     * The filters that chunks may go through.
     *
     * @return none to three filters
     */
    public List<Filter> filters() {
        return new Filtering(method, level, shuffled(method, true), fletcher32).filters(1, 1);
    }

    private boolean shuffled(Method chosen, boolean otherwise) {
        return chosen != Method.NONE && (shuffle != null ? shuffle : otherwise);
    }
}
