package io.h5sink.schema;

import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Hints for reading elements, beside the elements' type.
 *
 * @param units the unit and the epoch of the numbers of a time, in the words of the CF conventions; null if these are not known
 * @param fill the stored element that stands for a missing element; null if no element does
 * @param nullable whether a missing element is read as null, also if the Java type is no {@code Optional}
 * @param unsigned whether Java's signed integers take the bits of unsigned ones of the same width
 */
public record ElementHints(@Nullable String units, @Nullable ByteBuffer fill, boolean nullable, boolean unsigned) {

    /** No hints. */
    public static final ElementHints NONE = new ElementHints(null, null, false, false);

    /** Gives the hints for the members of compounds. */
    @FunctionalInterface
    public interface HintSource {

        /**
         * The hints for a member.
         *
         * @param member its index in the compound
         * @param component the record component that takes the member; null if no component does
         * @return the hints
         */
        ElementHints of(int member, @Nullable RecordComponent component);
    }

    /** These hints for the parts of an element, with the fill value of a part. */
    ElementHints withFill(@Nullable ByteBuffer part) {
        return new ElementHints(units, part, nullable, unsigned);
    }
}
