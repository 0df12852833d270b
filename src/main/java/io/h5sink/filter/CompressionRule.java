package io.h5sink.filter;

import io.h5sink.filter.codec.Method;
import io.h5sink.filter.codec.MissingCodecException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The declared compression of chunks.
 *
 * @param method the method, also that of an attempt if {@code auto} is set
 * @param level its level, 0 for a method without levels
 * @param auto whether a sample of the first rows decides if chunks are compressed
 * @param shuffle whether bytes are sorted by their place in the element; null for the choice that suits the elements or the sample
 * @param fletcher32 whether a checksum follows each chunk
 */
public record CompressionRule(
        Method method, int level, boolean auto, @Nullable Boolean shuffle, boolean fletcher32) {

    /** No compression. */
    public static final CompressionRule NONE = of(Method.NONE, 0);

    private static final int AUTO_LEVEL = 1;

    /** Compression if a sample of the first rows says that it is worth its time. */
    public static final CompressionRule AUTO = new CompressionRule(Method.GZIP, AUTO_LEVEL, true, null, false);

    /**
     * A method.
     *
     * @param method how chunks are compressed
     * @param level its level, 0 for a method without levels
     * @return the rule
     * @throws IllegalArgumentException if the method has no such level
     */
    public static CompressionRule of(Method method, int level) {
        method.checkLevel(level);
        return new CompressionRule(method, level, false, null, false);
    }

    /**
     * With {@link #shuffle}.
     *
     * @param value whether bytes are sorted
     * @return the changed rule
     */
    public CompressionRule withShuffle(boolean value) {
        return new CompressionRule(method, level, auto, value, fletcher32);
    }

    /**
     * With {@link #fletcher32}.
     *
     * @param value whether there is a checksum
     * @return the changed rule
     */
    public CompressionRule withFletcher32(boolean value) {
        return new CompressionRule(method, level, auto, shuffle, value);
    }

    /**
     * The filtering of a column by this rule.
     *
     * @param elementBytes the size of the stored type
     * @param sample the raw bytes of the column's first rows, from position to limit; only read if the rule is {@link #auto}
     * @return the filters of the column's chunks
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
     * This rule, if the library behind its method is installed.
     *
     * @return this
     * @throws IllegalArgumentException if that library is missing; the message says what to add
     */
    public CompressionRule available() {
        try {
            FilterRegistry.compressor(method, level);
            return this;
        } catch (MissingCodecException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /**
     * The filters that chunks may go through.
     *
     * @return in order
     */
    public List<Filter> filters() {
        return new Filtering(method, level, shuffled(method, true), fletcher32).filters(1, 1);
    }

    private boolean shuffled(Method chosen, boolean otherwise) {
        return chosen != Method.NONE && (shuffle != null ? shuffle : otherwise);
    }

    /** The calls of the face that make the rule, for example {@code gzip(1).fletcher32(true)}. */
    @Override
    public String toString() {
        String name = method.name().toLowerCase(Locale.ROOT);
        return (auto ? "auto()" : name + "(" + (level > 0 ? level : "") + ")")
                + (shuffle != null ? ".shuffle(" + shuffle + ")" : "")
                + (fletcher32 ? ".fletcher32(true)" : "");
    }
}
