package io.h5sink.schema;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a Java record type, one for each component in order of declaration, and the encoder of its rows.
 *
 * <p>Accessors are called through method handles that are made once; no value of a primitive component is boxed.
 */
public final class RecordSchema {

    private static final MethodType ENCODE = MethodType.methodType(void.class, Buffer[].class, int.class, Object.class);

    /**
     * The schema that was made last for each type. An encoder is a class that the JVM must compile, and the call of it is
     * slower for each further one: sessions that carry the same records share theirs.
     */
    private static final ClassValue<AtomicReference<@Nullable RecordSchema>> LATEST = new ClassValue<>() {
        @Override
        protected AtomicReference<@Nullable RecordSchema> computeValue(Class<?> type) {
            return new AtomicReference<>();
        }
    };

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

    /** Does what would make the first record of all wait for the disk. May wait for it itself. */
    public static void prepare() {
        FusedRowEncoder.prepare();
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
            throw SchemaViolation.ofRecord("a record with components", type.getTypeName() + ", which has none");
        }
        AtomicReference<@Nullable RecordSchema> latest = LATEST.get(type);
        RecordSchema known = latest.get();
        if (known != null && types(known.columns).equals(types(columns))) {
            return known;
        }
        RecordSchema fresh = new RecordSchema(type, columns, accessors);
        latest.set(fresh);
        return fresh;
    }

    private static List<ColumnType> types(List<Column> columns) {
        return columns.stream().map(Column::type).toList();
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
     * A part of a column's block as {@link RowEncoder} takes it.
     *
     * @param column the column's index
     * @param block little-endian
     * @param firstRow where row 0 of the result lies in the block
     * @return a view, not a copy
     */
    public Buffer rows(int column, ByteBuffer block, int firstRow) {
        int from = firstRow * (int) columns.get(column).type().rowBytes();
        ByteBuffer rest = block.slice(from, block.capacity() - from).order(block.order());
        return Puts.rows(rest, accessors.get(column).type().returnType());
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
            throw SchemaViolation.ofRecord(
                    "a record whose package is open to io.h5sink",
                    type.getTypeName() + ": \"opens " + type.getPackageName() + "\" is missing in " + type.getModule());
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
