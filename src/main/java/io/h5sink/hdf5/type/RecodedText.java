package io.h5sink.hdf5.type;

import io.h5sink.format.message.Datatype;
import io.h5sink.format.message.Datatype.StringType;
import io.h5sink.format.message.Datatype.VariableLengthType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Converts strings to a dataset's length, padding or character set (HDF5 File Format Specification 3.0, section IV.A.2.d, class 3). A
 * string that is padded with spaces cannot end with a space, and a string that ends with NUL holds a byte less than its size.
 *
 * @param length the bytes of a string in the dataset; 0 for variable length
 * @param most the most bytes of UTF-8 in a string
 * @param ascii whether strings are ASCII only
 * @param spaces whether strings are padded with spaces
 * @param text the type in the words of h5dump
 */
record RecodedText(int length, int most, boolean ascii, boolean spaces, String text) {

    /** The conversion to the dataset's strings; null if the dataset's type is no string. */
    static @Nullable RecodedText of(Datatype type) {
        String text = H5DumpText.of(type);
        if (type instanceof VariableLengthType variable && variable.text()) {
            return new RecodedText(0, Integer.MAX_VALUE, variable.characters() == Datatype.ASCII, false, text);
        }
        if (!(type instanceof StringType string)) {
            return null;
        }
        int length = Math.toIntExact(string.size());
        int most = string.padding() == Datatype.NULL_TERMINATED ? length - 1 : length;
        boolean spaces = string.padding() == Datatype.SPACE_PADDED;
        return new RecodedText(length, most, string.characters() == Datatype.ASCII, spaces, text);
    }

    /** Throws if the dataset cannot hold a string. */
    void check(ByteBuffer utf8, int at, int end) {
        if (end - at > most) {
            throw unfit("a string of at most " + most + " bytes of UTF-8", utf8, at, end);
        }
        for (int i = at; ascii && i < end; i++) {
            if (utf8.get(i) < 0) {
                throw unfit("a string of ASCII", utf8, at, end);
            }
        }
        if (spaces && end > at && utf8.get(end - 1) == ' ') {
            throw unfit("a string that does not end with a space, by which it is padded", utf8, at, end);
        }
    }

    private RecodedElement.Unfit unfit(String expected, ByteBuffer utf8, int at, int end) {
        byte[] bytes = new byte[end - at];
        utf8.get(at, bytes);
        String value = new String(bytes, StandardCharsets.UTF_8);
        String shown = value.length() > 80 ? value.substring(0, 80) + "…" : value;
        return new RecodedElement.Unfit(expected + ", for " + text, '"' + shown + "\", of " + bytes.length + " bytes");
    }

    /** Converts a string to the dataset's fixed length. */
    void put(ByteBuffer utf8, int at, int end, ByteBuffer to, int into) {
        check(utf8, at, end);
        to.put(into, utf8, at, end - at);
        for (int i = into + end - at; i < into + length; i++) {
            to.put(i, (byte) (spaces ? ' ' : 0));
        }
    }

    /** The conversion of a column's strings of fixed length, which are padded with NUL. */
    RecodedElement padded(int bytes) {
        return (from, at, to, into) -> {
            int end = at + bytes;
            while (end > at && from.get(end - 1) == 0) {
                end--;
            }
            put(from, at, end, to, into);
        };
    }
}
