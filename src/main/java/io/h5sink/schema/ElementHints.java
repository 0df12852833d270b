package io.h5sink.schema;

import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What is known of elements beside their type.
 *
 * @param units what the numbers of a time count, in the words of the CF conventions; null if that is not known
 * @param fill the stored element that stands for a missing one; null if none does
 * @param nullable whether the missing one is null, also where the Java type is no {@code Optional}
 * @param unsigned whether Java's signed integers take the bits of unsigned ones of the same width
 */
public record ElementHints(@Nullable String units, @Nullable ByteBuffer fill, boolean nullable, boolean unsigned) {

    /** Nothing is known. */
    public static final ElementHints NONE = new ElementHints(null, null, false, false);

    /** Where hints about members of compounds come from. */
    @FunctionalInterface
    public interface HintSource {

        /**
         * The hints for a member.
         *
         * @param member its index in the compound
         * @param component the record component that it goes to; null if it goes to none
         * @return the hints
         */
        ElementHints of(int member, @Nullable RecordComponent component);
    }

    /** The same, of elements that are parts of others. */
    ElementHints withFill(@Nullable ByteBuffer part) {
        return new ElementHints(units, part, nullable, unsigned);
    }
}
