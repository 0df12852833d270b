package io.h5sink.schema;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;

/** Classes and type arguments of declared types. */
final class Generics {

    private Generics() {}

    /** The type argument of a generic class, {@code Object} if the argument is not known; a type of another class unchanged. */
    static Type argument(Type type, Class<?> generic) {
        if (!generic.isAssignableFrom(raw(type))) {
            return type;
        }
        return type instanceof ParameterizedType parameterized && parameterized.getActualTypeArguments().length == 1
                ? parameterized.getActualTypeArguments()[0]
                : Object.class;
    }

    /** The class of a type, {@code Object} if the class is not known. */
    static Class<?> raw(Type type) {
        return type instanceof Class<?> known
                ? known
                : type instanceof ParameterizedType parameterized
                                && parameterized.getRawType() instanceof Class<?> known
                        ? known
                        : Object.class;
    }
}
