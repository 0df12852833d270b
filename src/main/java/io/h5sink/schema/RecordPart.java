package io.h5sink.schema;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A component of a Java record, or of a record in it.
 *
 * @param name its name; {@code outer/inner} for a component of a record within the record
 * @param outer a handle that takes the outermost record and returns the record that has the component, or null; no handle, but null, if the
 *     outermost record has the component
 * @param accessor a handle that takes the record that has the component, of the record's own type, and returns the value
 * @param declared the declared type
 * @param component the component itself, for its annotations
 */
record RecordPart(
        String name, @Nullable MethodHandle outer, MethodHandle accessor, Type declared, RecordComponent component) {

    private static final MethodHandle IS_NULL =
            find(java.util.Objects.class, "isNull", MethodType.methodType(boolean.class, Object.class));

    private static final MethodHandle PRESENT = find(
            RecordPart.class, "present", MethodType.methodType(Object.class, String.class, Class.class, Object.class));

    private static final MethodHandle RECORD = find(
            RecordPart.class, "record", MethodType.methodType(Object.class, String.class, Class.class, Object.class));

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
                        null,
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
            RecordPart.class.getModule().addReads(type.getModule());
            return MethodHandles.privateLookupIn(type, MethodHandles.lookup());
        } catch (IllegalAccessException e) {
            throw SchemaViolation.ofRecord(
                    "a record whose package is open to io.h5sink",
                    type.getTypeName() + ": \"opens " + type.getPackageName() + "\" is missing in " + type.getModule());
        }
    }

    /** The component's value in the outermost record, as an object; null also if a record between is null. */
    @Nullable
    Object value(Object record) {
        return value(orNull(), record);
    }

    /** The value that an accessor returns, as an object. */
    static @Nullable Object value(MethodHandle accessor, Object record) {
        try {
            return accessor.invoke(record);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("an accessor of a record declares no exceptions", e);
        }
    }

    /**
     * The type of the records that the component holds: the declared type, else the type of the first record; null if the component holds
     * no record.
     */
    @Nullable
    Class<?> nested(Object first) {
        Class<?> type = Generics.raw(Generics.argument(declared, Optional.class));
        if (type.isRecord()) {
            return type;
        }
        if (!type.isAssignableFrom(Record.class) && !type.isInterface()) {
            return null; // an array of primitives holds no record
        }
        return Sequences.unwrap(value(first)) instanceof Record record ? record.getClass() : null;
    }

    /** The components of the records that this component holds. */
    List<RecordPart> parts(Class<?> nested) {
        MethodHandle record = orNull();
        if (record.type().returnType() != nested) {
            MethodHandle checked = MethodHandles.insertArguments(RECORD, 0, name, nested);
            record = MethodHandles.filterReturnValue(
                            record.asType(record.type().changeReturnType(Object.class)), checked)
                    .asType(record.type().changeReturnType(nested));
        }
        List<RecordPart> parts = new ArrayList<>();
        for (RecordPart part : of(nested)) {
            parts.add(new RecordPart(name + "/" + part.name, record, part.accessor, part.declared, part.component));
        }
        return parts;
    }

    /** A handle from the outermost record to the value; a null record in between is an error. */
    MethodHandle strict() {
        if (outer == null) {
            return accessor;
        }
        Class<?> type = accessor.type().parameterType(0);
        String path = name.substring(0, name.lastIndexOf('/'));
        MethodHandle present =
                MethodHandles.insertArguments(PRESENT, 0, path, type).asType(MethodType.methodType(type, type));
        return MethodHandles.filterReturnValue(outer, MethodHandles.filterReturnValue(present, accessor));
    }

    /** A handle from the outermost record to the value, as an object; null if a record in between is null. */
    MethodHandle orNull() {
        if (outer == null) {
            return accessor;
        }
        Class<?> type = accessor.type().parameterType(0);
        Class<?> value = accessor.type().returnType().isPrimitive()
                ? Object.class
                : accessor.type().returnType();
        MethodHandle some = accessor.asType(MethodType.methodType(value, type));
        MethodHandle none = MethodHandles.dropArguments(MethodHandles.constant(value, null), 0, type);
        return MethodHandles.filterReturnValue(outer, MethodHandles.guardWithTest(isNull(type), none, some));
    }

    /** A handle that returns whether a record of a type is null. */
    static MethodHandle isNull(Class<?> type) {
        return MethodHandles.explicitCastArguments(IS_NULL, MethodType.methodType(boolean.class, type));
    }

    static Object present(String path, Class<?> type, @Nullable Object value) {
        if (value == null) {
            throw new SchemaViolation(path, "a " + type.getTypeName(), "null");
        }
        return value;
    }

    /** Casts the value of a component that is declared more generally to the record type. */
    static @Nullable Object record(String path, Class<?> type, @Nullable Object value) {
        Object record = Sequences.unwrap(value);
        if (record != null && record.getClass() != type) {
            throw new SchemaViolation(path, "a " + type.getTypeName(), SchemaViolation.text(record));
        }
        return record;
    }

    private static MethodHandle find(Class<?> where, String name, MethodType type) {
        try {
            return MethodHandles.lookup().findStatic(where, name, type);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
