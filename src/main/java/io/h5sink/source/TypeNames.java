package io.h5sink.source;

import io.h5sink.schema.ColumnType;
import org.jspecify.annotations.Nullable;

/** What the stored types of datasets and attributes are called, in NumPy's words. */
public final class TypeNames {

    private TypeNames() {}

    /**
     * The name of a type.
     *
     * @param text the type in the words of h5dump
     * @param type what Java reads of it, for example a string of what refers to something; null if it has no value for it
     */
    public static String of(String text, @Nullable ColumnType type) {
        if (text.contains("H5T_REFERENCE") && !text.contains("H5T_COMPOUND")) {
            return "reference";
        }
        return type == null ? text : type.elementName();
    }
}
