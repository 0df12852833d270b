package io.h5sink.schema;

import io.h5sink.schema.ColumnType.Kind;
import java.lang.reflect.RecordComponent;
import org.jspecify.annotations.Nullable;

/**
 * What was declared about a column beyond what its values tell.
 *
 * @param stored the kind that numbers are stored as; null for that of the first value
 * @param unsigned whether integers are the bits of unsigned ones
 * @param saturate whether an integer that does not fit becomes the nearest one that does, instead of an error
 * @param fill what stands for null; null if null is an error
 * @param length the bytes of strings of fixed length; 0 for variable length
 * @param cut whether a string that is longer than that is cut, instead of an error
 * @param ragged how arrays of differing lengths are stored
 */
public record ColumnRule(
        @Nullable Kind stored,
        boolean unsigned,
        boolean saturate,
        @Nullable Object fill,
        int length,
        boolean cut,
        Ragged ragged) {

    /** How arrays of one axis are stored whose lengths differ. */
    public enum Ragged {
        /** They do not differ: another length is an error. */
        NOT,
        /** As an HDF5 sequence of variable length. */
        SEQUENCE,
        /** As a dataset of all values and one of the offsets at which rows begin. */
        OFFSETS
    }

    /** Nothing was declared. */
    public static final ColumnRule NONE = new ColumnRule(null, false, false, null, 0, false, Ragged.NOT);

    /** Where the rules of columns come from. */
    @FunctionalInterface
    public interface Source {

        /**
         * The rule of a column.
         *
         * @param path the column's name, relative to the group
         * @param component the record component that it holds; null for columns of names
         * @return the rule, {@link #NONE} if nothing was declared
         */
        ColumnRule of(String path, @Nullable RecordComponent component);
    }
}
