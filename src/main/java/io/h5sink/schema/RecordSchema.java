package io.h5sink.schema;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The columns of a Java record type, one for each component in order of declaration, and the encoder of its rows.
 *
 * <p>Accessors are called through method handles that are made once; no value of a primitive component is boxed.
 */
public final class RecordSchema {

    private static final MethodType ENCODE =
            MethodType.methodType(void.class, ByteBuffer[].class, int[].class, Object.class);

    private final Class<?> type;
    private final List<Column> columns;
    private final List<MethodHandle> accessors;
    private final RowEncoder encoder;

    private RecordSchema(Class<?> type, List<Column> columns, List<MethodHandle> accessors) {
        this.type = type;
        this.columns = List.copyOf(columns);
        this.accessors = List.copyOf(accessors);
        this.encoder = FusedRowEncoder.of(encode(columns, accessors));
    }

    /**
     * The schema of a record's type. The first record fixes the shapes of arrays and the types of components that are
     * declared more generally.
     *
     * @param first the first record
     * @return the schema
     * @throws SchemaViolation if the type is not open to this library, has no components, or has one that no column holds
     */
    public static RecordSchema of(Record first) {
        Class<?> type = first.getClass();
        MethodHandles.Lookup lookup = lookup(type);
        List<Column> columns = new ArrayList<>();
        List<MethodHandle> accessors = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            MethodHandle accessor = accessor(lookup, component);
            columns.add(Column.like(component.getName(), value(accessor, first)));
            accessors.add(accessor);
        }
        if (columns.isEmpty()) {
            throw new SchemaViolation("a record with components", type.getTypeName() + ", which has none");
        }
        return new RecordSchema(type, columns, accessors);
    }

    /**
     * The record type.
     *
     * @return its class
     */
    public Class<?> type() {
        return type;
    }

    /**
     * The columns.
     *
     * @return one for each component
     */
    public List<Column> columns() {
        return columns;
    }

    /**
     * The encoder of the components of fixed size.
     *
     * @return stateless
     */
    public RowEncoder encoder() {
        return encoder;
    }

    /**
     * A component's value as an object. For components of variable size.
     *
     * @param column the column's index
     * @param record a record of {@link #type()}
     * @return the value
     */
    public Object component(int column, Object record) {
        return value(accessors.get(column), record);
    }

    private static MethodHandles.Lookup lookup(Class<?> type) {
        try {
            return MethodHandles.privateLookupIn(type, MethodHandles.lookup());
        } catch (IllegalAccessException e) {
            throw new SchemaViolation(
                    "a record whose package is open to io.h5sink",
                    "\"opens " + type.getPackageName() + "\" is missing in " + type.getModule());
        }
    }

    private static MethodHandle accessor(MethodHandles.Lookup lookup, RecordComponent component) {
        try {
            return lookup.unreflect(component.getAccessor());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("a private lookup reaches every accessor", e);
        }
    }

    private static Object value(MethodHandle accessor, Object record) {
        try {
            return accessor.invoke(record);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("an accessor of a record declares no exceptions", e);
        }
    }

    /** The handles of all columns, one after the other, as one. */
    private static MethodHandle encode(List<Column> columns, List<MethodHandle> accessors) {
        MethodHandle all = MethodHandles.empty(ENCODE);
        for (int i = columns.size() - 1; i >= 0; i--) {
            if (!columns.get(i).type().variable()) {
                MethodHandle put =
                        Puts.of(columns.get(i), i, accessors.get(i).type().returnType());
                all = MethodHandles.foldArguments(
                        all,
                        MethodHandles.collectArguments(put, 2, accessors.get(i)).asType(ENCODE));
            }
        }
        return all;
    }
}
