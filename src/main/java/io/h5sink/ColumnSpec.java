package io.h5sink;

import io.h5sink.schema.Axes;
import io.h5sink.schema.ColumnDeclaration;
import io.h5sink.schema.ColumnRule;
import io.h5sink.schema.SchemaViolation;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The declaration of a column, for {@link H5Writer.Builder#column}. Immutable: each method gives a new declaration.
 *
 * <pre>{@code
 * .column("temperature", c -> c.as(FLOAT32).fill(Float.NaN).unit("degC").description("at 2 m"))
 * }</pre>
 */
public final class ColumnSpec {

    /** {@code H5S_MAX_RANK}, less the axis of the rows. */
    private static final int MAX_AXIS = 31;

    private final ColumnDeclaration declaration;

    ColumnSpec(ColumnDeclaration declaration) {
        this.declaration = declaration;
    }

    private ColumnRule rule() {
        return declaration.rule();
    }

    private ColumnSpec with(ColumnRule changed) {
        return new ColumnSpec(declaration.with(changed));
    }

    /**
     * The type that numbers are stored as. Integers are checked one by one: a value out of range, or a number with a fraction
     * for an integer type, is an error, unless {@link #saturate()} is declared. For floating-point types numbers are rounded to
     * the nearest, ties to even (IEEE 754). Defaults to the type of the component or of the first value.
     *
     * @param type the stored type
     * @return a new declaration
     */
    public ColumnSpec as(StoredType type) {
        return new ColumnSpec(declaration.as(type));
    }

    /**
     * Takes the bits of Java's signed integers as those of unsigned ones: a {@code byte} is stored as uint8, with −1 as 255.
     * Defaults to signed.
     *
     * @return a new declaration
     */
    public ColumnSpec unsigned() {
        return new ColumnSpec(declaration.unsigned());
    }

    /**
     * Stores the nearest integer that the type of {@link #as} holds when a number does not fit; NaN stays an error. Defaults to
     * an error.
     *
     * @return a new declaration
     */
    public ColumnSpec saturate() {
        return with(rule().withSaturate(true));
    }

    /**
     * What stands for null and for an empty optional, and in an array for an element that is null. It is the dataset's fill
     * value, too, and for numbers the attribute {@code _FillValue}, by which xarray and netCDF mask it. (To mask integers
     * and times, xarray 2023 makes them float64: such times are exact to about 256 ns there.) Defaults to none: null is an error.
     *
     * @param value a value of the column's kind; for times also the stored number; for a column of strings {@code ""} lets the
     *     empty string stand for null
     * @return a new declaration
     */
    public ColumnSpec fill(Object value) {
        return with(rule().withFill(Objects.requireNonNull(value, "value must not be null")));
    }

    /**
     * Stores strings in a fixed number of bytes of UTF-8, padded with NUL. A longer string is an error, unless {@link #cut()} is
     * declared. Defaults to variable length.
     *
     * @param bytes at least 1
     * @return a new declaration
     * @throws IllegalArgumentException if it is less
     */
    public ColumnSpec length(int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("bytes must be at least 1, was " + bytes);
        }
        return with(rule().withLength(bytes));
    }

    /**
     * Cuts strings that are longer than {@link #length}, behind the last character that fits whole. Defaults to an error.
     *
     * @return a new declaration
     */
    public ColumnSpec cut() {
        return with(rule().withCut(true));
    }

    /**
     * Lets arrays of one axis differ in length, as {@link Ragged#SEQUENCE}. Defaults to the length of the first.
     *
     * @return a new declaration
     */
    public ColumnSpec ragged() {
        return ragged(Ragged.SEQUENCE);
    }

    /**
     * Lets arrays of one axis differ in length. Defaults to the length of the first.
     *
     * @param how how they are stored
     * @return a new declaration
     */
    public ColumnSpec ragged(Ragged how) {
        return with(rule().withRagged(Objects.requireNonNull(how, "how must not be null")));
    }

    /**
     * The unit of the values, the attribute {@code units}. Defaults to none.
     *
     * @param symbol by the words of CF and NeXus, for example {@code degC} or {@code m s-1} (UDUNITS)
     * @return a new declaration
     */
    public ColumnSpec unit(String symbol) {
        return with(rule().withUnit(Objects.requireNonNull(symbol, "symbol must not be null")));
    }

    /**
     * What the values are, the attribute {@code long_name}. Defaults to none.
     *
     * @param text a few words
     * @return a new declaration
     */
    public ColumnSpec description(String text) {
        return with(rule().withDescription(Objects.requireNonNull(text, "text must not be null")));
    }

    /**
     * As {@link #axis(int, String, Object, String)}, without a unit.
     *
     * @param axis the number of the axis, from 1
     * @param name the name of the dataset that holds the values
     * @param values as many as the axis is long
     * @return a new declaration
     * @throws IllegalArgumentException as there
     */
    public ColumnSpec axis(int axis, String name, Object values) {
        return with(axis, name, values, null);
    }

    /**
     * The values along a further axis of an array column, such as the wavelengths of a spectrum. They become a dataset beside
     * the column, which is an HDF5 dimension scale; columns that declare the same name and values share it. Takes effect where
     * the records' first axis is labelled, see {@link H5Writer.Builder#axis}; a further axis that has no values is then a
     * dimension without coordinates, {@code dim_3} if it is 3 long.
     *
     * <p>If the axis has another length, or if there are other values by that name, the session ends with an
     * {@link H5SchemaException}.
     *
     * @param axis the number of the axis, from 1; axis 0 is that of the rows
     * @param name the name of the dataset that holds the values, without {@code /}
     * @param values as many as the axis is long: an array or list of numbers or strings; may be changed afterwards
     * @param unit their unit, as for {@link #unit}
     * @return a new declaration
     * @throws IllegalArgumentException if there is no such axis in any array, if the name is none of a dataset, or if the values
     *     are something else
     */
    public ColumnSpec axis(int axis, String name, Object values, String unit) {
        return with(axis, name, values, Objects.requireNonNull(unit, "unit must not be null"));
    }

    private ColumnSpec with(int axis, String name, Object values, @Nullable String unit) {
        if (axis < 1 || axis > MAX_AXIS) {
            throw new IllegalArgumentException("axis must be from 1 to " + MAX_AXIS + ", was " + axis);
        }
        Objects.requireNonNull(name, "name must not be null");
        Objects.requireNonNull(values, "values must not be null");
        try {
            return with(rule().withAxis(axis, Axes.AxisValues.of(name, values, unit)));
        } catch (SchemaViolation e) {
            throw new IllegalArgumentException("axis: " + e.getMessage(), e);
        }
    }

    /**
     * The rows of a chunk of this column. Defaults to those of {@link H5Writer.Builder#chunkRows} or
     * {@link H5Writer.Builder#chunkBytes}.
     *
     * @param rows at least 1
     * @return a new declaration
     * @throws IllegalArgumentException if it is less
     */
    public ColumnSpec chunkRows(int rows) {
        if (rows < 1) {
            throw new IllegalArgumentException("rows must be at least 1, was " + rows);
        }
        return with(rule().withChunkRows(rows));
    }

    /**
     * How the chunks of this column are compressed, if its dataset is not there yet. The components of a table have no chunks of their
     * own. Rows of variable length and last values are not compressed. Defaults to {@link H5Writer.Builder#compression}.
     *
     * @param how the compression
     * @return a new declaration
     * @throws IllegalArgumentException as {@link H5Writer.Builder#compression}
     */
    public ColumnSpec compression(Compression how) {
        return new ColumnSpec(declaration.with(how.rule().available()));
    }

    /**
     * Keeps only the last value: a dataset of the value's own shape, without an axis of rows, which each commit overwrites. For names
     * of {@link H5Record}s and maps; a record type that has such a component is refused. {@link Commit#rows()} counts it as one
     * row. Defaults to a row for each value.
     *
     * @return a new declaration
     */
    public ColumnSpec latest() {
        return with(rule().withLatest(true));
    }

    /** A user's change of a {@link ColumnSpec} as a change of the {@link ColumnDeclaration} in it. */
    static UnaryOperator<ColumnDeclaration> plain(UnaryOperator<ColumnSpec> declare) {
        return declared -> Objects.requireNonNull(
                        declare.apply(new ColumnSpec(declared)), "a declaration must not be null")
                .declaration;
    }
}
