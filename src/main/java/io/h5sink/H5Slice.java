package io.h5sink;

import io.h5sink.source.SelectedElements;
import java.util.List;

/**
 * A part of a dataset, which is read when that is asked for, and then only as far as it goes: of a chunked dataset, the chunks that
 * it touches. Immutable; any thread may read, and waits for the HDF5 thread.
 */
public final class H5Slice {

    private final SelectedElements elements;

    H5Slice(SelectedElements elements) {
        this.elements = elements;
    }

    /**
     * The extents of the result: an axis for each that is not named by a single index.
     *
     * @return empty for a single element
     */
    public List<Long> shape() {
        return elements.shape();
    }

    /**
     * Reads it as the Java type that holds all values of the stored one: the narrowest number (uint64 is a {@code BigInteger}, float16
     * a {@code float}; of floats of other formats, the nearest that {@code float} or {@code double} has), {@code boolean}, {@code String} for strings, enumerations and the paths that references have, {@code Map} for
     * compounds, {@code byte[]} for what is opaque; arrays of them by the shape, with one axis more for sequences of variable length.
     * Text whose bytes are not UTF-8 is read as Latin-1 (ISO 8859-1).
     *
     * @return an array, or a box for a single element
     * @throws H5SchemaException if Java has no value for the stored type
     * @throws H5ReadException if it cannot be read, or there is no memory for it
     */
    public Object read() {
        return read(Object.class);
    }

    /**
     * Reads it as a Java type: as {@code astype} in h5py, but checked. Integers become other integers and floats if none changes its
     * value, floats become integers if they are some; a double that becomes a float is rounded, but not to infinity. Strings become
     * {@code String}, {@code byte[]}, {@code char} or {@code UUID}; names of an enumeration a {@code String} or Java's enum constants
     * of the same names; numbers with the attribute {@code units}, as CF has it ({@code hours since 2024-01-01}), become
     * {@code Instant}, {@code LocalDate} and so on, fractions to the nearest nanosecond; without one they are integers of nanoseconds and days since
     * 1970; compounds become records whose components are members.
     *
     * @param type for example {@code double[][].class}, of as many axes as {@link #shape}, plus one for sequences
     * @param <T> the Java type
     * @return the values
     * @throws H5SchemaException if the Java type does not hold them
     * @throws H5ReadException if they cannot be read
     */
    public <T> T read(Class<T> type) {
        return elements.read(type);
    }

    /**
     * Replaces the elements, in place, and flushes the file. There is no journal: a process that dies within leaves a file that is
     * marked as open for writing. So does one
     * in which writing fails, for example on a full disk: nothing more is read or written then, and the source cannot be closed.
     * A damaged chunk of which some elements are to stay is found before anything is changed.
     *
     * @param value an array of this shape, or one element for all: numbers, checked as by {@link #read(Class)}, booleans, names of an
     *     enumeration, and strings of fixed length
     * @throws H5SchemaException if the value does not fit, or elements have no fixed size
     * @throws H5ReadException if they cannot be written, or a chunk is damaged
     * @throws IllegalStateException if the source was not opened by {@link H5Source#update}
     */
    public void write(Object value) {
        elements.write(value);
    }
}
