package io.h5sink.schema;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Map;

/** What to do about a value that cannot describe anything. */
public final class TypeHint {

    private TypeHint() {}

    /** Words to go after the name of a type; none where there is nothing to advise. */
    public static String of(Class<?> type) {
        if (type == BigInteger.class || type == BigDecimal.class) {
            return "; take its doubleValue(), or its toString() to keep every digit";
        }
        if (Map.class.isAssignableFrom(type) || Record.class.isAssignableFrom(type)) {
            return "; nested values are for metadata(…) and metadataTree(…)";
        }
        if (Collection.class.isAssignableFrom(type)) {
            return "; make a List of it, which has an order";
        }
        return "; take its toString()";
    }
}
