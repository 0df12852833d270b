package io.h5sink.schema;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A component of a Java record.
 *
 * @param name its name
 * @param accessor a handle that takes the record, of its own type, and gives the value
 * @param declared the declared type
 * @param component the component itself, for what is annotated on it
 */
record RecordPart(String name, MethodHandle accessor, Type declared, RecordComponent component) {

    private static final MethodHandle PRESENT;

    static {
        try {
            PRESENT = MethodHandles.lookup()
                    .findStatic(
                            RecordPart.class,
                            "present",
                            MethodType.methodType(Object.class, String.class, Class.class, Object.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /**
     * The components of a record type, in order of declaration.
     *
     * @throws SchemaViolation if the type is not open to this library, or has no components
     */
    static List<RecordPart> of(Class<?> type) {
        MethodHandles.Lookup lookup = lookup(type);
        List<RecordPart> parts = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            try {
                parts.add(new RecordPart(
                        component.getName(),
                        lookup.unreflect(component.getAccessor()),
                        component.getGenericType(),
                        component));
            } catch (IllegalAccessException e) {
                throw new IllegalStateException("a private lookup reaches every accessor", e);
            }
        }
        if (parts.isEmpty()) {
            throw SchemaViolation.ofRecord("a record with components", type.getTypeName() + ", which has none");
        }
        return parts;
    }

    private static MethodHandles.Lookup lookup(Class<?> type) {
        try {
            return MethodHandles.privateLookupIn(type, MethodHandles.lookup());
        } catch (IllegalAccessException e) {
            throw SchemaViolation.ofRecord(
                    "a record whose package is open to io.h5sink",
                    type.getTypeName() + ": \"opens " + type.getPackageName() + "\" is missing in " + type.getModule());
        }
    }

    /** The component's value in a record, as an object. */
    @Nullable
    Object value(Object record) {
        return value(accessor, record);
    }

    /** What an accessor gives, as an object. */
    static @Nullable Object value(MethodHandle accessor, Object record) {
        try {
            return accessor.invoke(record);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("an accessor of a record declares no exceptions", e);
        }
    }

    /** Whether the component holds records of one type, and which. */
    @Nullable
    Class<?> nested() {
        return declared instanceof Class<?> type && type.isRecord() ? type : null;
    }

    /** A component of a record that is a component: null there is null here if there is a fill value, and else an error. */
    RecordPart within(RecordPart outer, String path, boolean filled) {
        MethodHandle inner = accessor;
        MethodHandle joined;
        if (filled) {
            MethodHandle boxed = inner.asType(
                    MethodType.methodType(Object.class, inner.type().parameterType(0)));
            MethodHandle none = MethodHandles.dropArguments(
                    MethodHandles.constant(Object.class, null), 0, inner.type().parameterType(0));
            MethodHandle isNull = MethodHandles.explicitCastArguments(
                    IS_NULL, MethodType.methodType(boolean.class, inner.type().parameterType(0)));
            joined = MethodHandles.filterReturnValue(outer.accessor, MethodHandles.guardWithTest(isNull, none, boxed));
        } else {
            Class<?> type = inner.type().parameterType(0);
            MethodHandle present =
                    MethodHandles.insertArguments(PRESENT, 0, path, type).asType(MethodType.methodType(type, type));
            joined = MethodHandles.filterReturnValue(outer.accessor, MethodHandles.filterReturnValue(present, inner));
        }
        return new RecordPart(outer.name + "/" + name, joined, declared, component);
    }

    private static final MethodHandle IS_NULL;

    static {
        try {
            IS_NULL = MethodHandles.lookup()
                    .findStatic(java.util.Objects.class, "isNull", MethodType.methodType(boolean.class, Object.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    static Object present(String path, Class<?> type, @Nullable Object value) {
        if (value == null) {
            throw new SchemaViolation(path, "a " + type.getTypeName(), "null");
        }
        return value;
    }
}
