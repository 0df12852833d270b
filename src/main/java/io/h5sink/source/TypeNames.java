package io.h5sink.source;

import io.h5sink.schema.ColumnType;
import org.jspecify.annotations.Nullable;

/** Names the stored types of datasets and attributes in NumPy's words. */
public final class TypeNames {

    private TypeNames() {}

    /**
     * The name of a type.
     *
     * @param text the type in the words of h5dump
     * @param type the type of the values that are read, for example a string for a reference; null if the type cannot be read
     */
    public static String of(String text, @Nullable ColumnType type) {
        if (text.contains("H5T_REFERENCE") && !text.contains("H5T_COMPOUND")) {
            return "reference";
        }
        return type == null ? text : type.elementName();
    }
}
