package io.h5sink.schema;

import io.h5sink.Ragged;
import io.h5sink.schema.ColumnType.Kind;
import java.lang.reflect.RecordComponent;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The declared rule of a column, beside the type of its values. Each {@code with} method returns a copy with one part changed.
 *
 * @param stored the kind that numbers are stored as; null for that of the first value
 * @param unsigned whether integers are the bits of unsigned ones
 * @param saturate whether an integer that does not fit becomes the nearest one that does, instead of an error
 * @param fill the value that stands for null; null if null is an error
 * @param length the bytes of strings of fixed length; 0 for variable length
 * @param cut whether a string of more bytes than {@code length} is cut, instead of an error
 * @param ragged how arrays of one axis whose lengths differ are stored; null if another length is an error
 * @param chunkRows the rows of a chunk; 0 for the default
 * @param unit the unit of the values; null for none
 * @param description what the values are; null for nothing
 * @param axes the values that label further axes, by the number of the axis, from 1
 * @param latest whether only the last value is kept, as a dataset of its own shape
 */
public record ColumnRule(
        @Nullable Kind stored,
        boolean unsigned,
        boolean saturate,
        @Nullable Object fill,
        int length,
        boolean cut,
        @Nullable Ragged ragged,
        int chunkRows,
        @Nullable String unit,
        @Nullable String description,
        Map<Integer, Axes.AxisValues> axes,
        boolean latest) {

    /** The rule of a column without a declaration. */
    public static final ColumnRule NONE =
            new ColumnRule(null, false, false, null, 0, false, null, 0, null, null, Map.of(), false);

    /** Gives the rules of columns. */
    @FunctionalInterface
    public interface RuleSource {

        /**
         * The rule of a column.
         *
         * @param path the column's name, relative to the group
         * @param component the record component that the column holds; null for the column of a name
         * @return the rule, {@link #NONE} if nothing was declared
         */
        ColumnRule of(String path, @Nullable RecordComponent component);
    }

    /**
     * With {@link #stored}.
     *
     * @param value the kind that numbers are stored as
     * @return the changed rule
     */
    public ColumnRule withStored(@Nullable Kind value) {
        return new ColumnRule(
                value, unsigned, saturate, fill, length, cut, ragged, chunkRows, unit, description, axes, latest);
    }

    /**
     * With {@link #unsigned}.
     *
     * @param value whether integers are the bits of unsigned ones
     * @return the changed rule
     */
    public ColumnRule withUnsigned(boolean value) {
        return new ColumnRule(
                stored, value, saturate, fill, length, cut, ragged, chunkRows, unit, description, axes, latest);
    }

    /**
     * With {@link #saturate}.
     *
     * @param value whether an integer that does not fit becomes the nearest one that does, instead of an error
     * @return the changed rule
     */
    public ColumnRule withSaturate(boolean value) {
        return new ColumnRule(
                stored, unsigned, value, fill, length, cut, ragged, chunkRows, unit, description, axes, latest);
    }

    /**
     * With {@link #fill}.
     *
     * @param value the value that stands for null
     * @return the changed rule
     */
    public ColumnRule withFill(@Nullable Object value) {
        return new ColumnRule(
                stored, unsigned, saturate, value, length, cut, ragged, chunkRows, unit, description, axes, latest);
    }

    /**
     * With {@link #length}.
     *
     * @param value the bytes of strings of fixed length
     * @return the changed rule
     */
    public ColumnRule withLength(int value) {
        return new ColumnRule(
                stored, unsigned, saturate, fill, value, cut, ragged, chunkRows, unit, description, axes, latest);
    }

    /**
     * With {@link #cut}.
     *
     * @param value whether a string of more bytes than {@code length} is cut, instead of an error
     * @return the changed rule
     */
    public ColumnRule withCut(boolean value) {
        return new ColumnRule(
                stored, unsigned, saturate, fill, length, value, ragged, chunkRows, unit, description, axes, latest);
    }

    /**
     * With {@link #ragged}.
     *
     * @param value how arrays of differing lengths are stored
     * @return the changed rule
     */
    public ColumnRule withRagged(@Nullable Ragged value) {
        return new ColumnRule(
                stored, unsigned, saturate, fill, length, cut, value, chunkRows, unit, description, axes, latest);
    }

    /**
     * With {@link #chunkRows}.
     *
     * @param value the rows of a chunk
     * @return the changed rule
     */
    public ColumnRule withChunkRows(int value) {
        return new ColumnRule(
                stored, unsigned, saturate, fill, length, cut, ragged, value, unit, description, axes, latest);
    }

    /**
     * With {@link #unit}.
     *
     * @param value the unit of the values
     * @return the changed rule
     */
    public ColumnRule withUnit(@Nullable String value) {
        return new ColumnRule(
                stored, unsigned, saturate, fill, length, cut, ragged, chunkRows, value, description, axes, latest);
    }

    /**
     * With {@link #description}.
     *
     * @param value what the values are
     * @return the changed rule
     */
    public ColumnRule withDescription(@Nullable String value) {
        return new ColumnRule(
                stored, unsigned, saturate, fill, length, cut, ragged, chunkRows, unit, value, axes, latest);
    }

    /**
     * With the values of one more axis, which replace values for the same axis.
     *
     * @param axis the number of the axis, from 1
     * @param values the values that label the axis
     * @return the changed rule
     */
    public ColumnRule withAxis(int axis, Axes.AxisValues values) {
        Map<Integer, Axes.AxisValues> more = new HashMap<>(axes);
        more.put(axis, values);
        return new ColumnRule(
                stored,
                unsigned,
                saturate,
                fill,
                length,
                cut,
                ragged,
                chunkRows,
                unit,
                description,
                Map.copyOf(more),
                latest);
    }

    /**
     * With {@link #latest}.
     *
     * @param value whether only the last value is kept
     * @return the changed rule
     */
    public ColumnRule withLatest(boolean value) {
        return new ColumnRule(
                stored, unsigned, saturate, fill, length, cut, ragged, chunkRows, unit, description, axes, value);
    }
}
