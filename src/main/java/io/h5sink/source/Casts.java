package io.h5sink.source;

import java.lang.invoke.MethodType;

/** Casts objects to types that may be primitive. */
final class Casts {

    private Casts() {}

    @SuppressWarnings("unchecked") // a primitive's class is that of its box
    static <T> T to(Class<T> type, Object value) {
        return (T) MethodType.methodType(type).wrap().returnType().cast(value);
    }
}
