package io.h5sink.schema;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a Java record type and the encoder of its rows: a column for each component in order of declaration, those
 * of a record within the record named {@code outer/inner}; or a single column of compounds.
 *
 * <p>Accessors are called through method handles that are made once; no value of a primitive component is boxed.
 */
public final class RecordSchema {

    private static final MethodType ENCODE = MethodType.methodType(void.class, Buffer[].class, int.class, Object.class);

    /** Schemas of one record type are the same if their keys are equal. */
    private record Key(List<Class<?>> records, List<ColumnType> types, List<Consulted> consulted) {}

    /** The rule of a column, and the record type whose component the column holds. */
    private record Consulted(String path, @Nullable Class<?> owner, ColumnRule rule) {}

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
    private final Key key;
    private final List<Column> columns;
    private final List<MethodHandle> accessors;
    private final RowEncoder encoder;
    private final List<String> names;

    private RecordSchema(Class<?> type, Key key, Inspection inspection) {
        this.type = type;
        this.key = key;
        this.columns = List.copyOf(inspection.columns);
        this.accessors = List.copyOf(inspection.accessors);
        this.names = key.consulted.stream().map(Consulted::path).toList();
        this.encoder = Fused.rows(encode(inspection.puts));
    }

    /** Loads all that the first record of the process would otherwise wait for. May wait for the disk. */
    public static void prepare() {
        Fused.prepare();
    }

    /**
     * The schema of a record's type, with a column for each component. The first record fixes the shapes of arrays and the types
     * of components that are declared more generally.
     *
     * @param first the first record
     * @param rules the declared rules of the columns
     * @return the schema
     * @throws SchemaViolation if the type is not open to this library, has no components, or has one that no column holds
     */
    public static RecordSchema columns(Record first, ColumnRule.RuleSource rules) {
        Inspection inspection = new Inspection(first, "", rules);
        inspection.add(RecordPart.of(first.getClass()), List.of(first.getClass()));
        return known(first.getClass(), inspection);
    }

    /** Takes a record type apart. */
    private static final class Inspection {

        final Record first;
        final ColumnRule.RuleSource declared;
        final ColumnRule.RuleSource rules;
        final List<Class<?>> records = new ArrayList<>();
        final List<Consulted> consulted = new ArrayList<>();
        final List<Column> columns = new ArrayList<>();
        final List<MethodHandle> accessors = new ArrayList<>();
        final List<MethodHandle> puts = new ArrayList<>();

        Inspection(Record first, String prefix, ColumnRule.RuleSource rules) {
            this.first = first;
            this.declared = rules;
            this.rules = (path, component) -> {
                String relative = path.substring(prefix.length());
                ColumnRule rule = rules.of(relative, component);
                consulted.add(new Consulted(relative, component == null ? null : component.getDeclaringRecord(), rule));
                return rule;
            };
        }

        Key key() {
            return new Key(records, columns.stream().map(Column::type).toList(), consulted);
        }

        void add(List<RecordPart> parts, List<Class<?>> within) {
            for (RecordPart part : parts) {
                Class<?> nested = part.nested(first);
                if (nested == null) {
                    ColumnRule rule = rules.of(part.name(), part.component());
                    add(
                            part,
                            TypeInference.column(part.name(), part.value(first), part.declared(), rule, rules, within),
                            rule.fill() != null && part.outer() != null);
                } else {
                    if (!declared.of(part.name(), part.component()).equals(ColumnRule.NONE)) {
                        throw new SchemaViolation(
                                part.name(),
                                "declarations about its components, because it holds records",
                                "one about itself");
                    }
                    records.add(nested);
                    add(
                            part.parts(nested),
                            TypeInference.enter(
                                    part.name(), nested, Generics.argument(part.declared(), Optional.class), within));
                }
            }
        }

        private void add(RecordPart part, Column column, boolean mayMiss) {
            if (mayMiss && Puts.carrier(column, part.accessor().type().returnType()) != null) {
                columns.add(column);
                accessors.add(part.strict());
                puts.add(Puts.rowOrFill(column, columns.size() - 1, part));
            } else {
                add(column, mayMiss ? part.orNull() : part.strict());
            }
        }

        void add(Column column, MethodHandle accessor) {
            int index = columns.size();
            columns.add(column);
            accessors.add(accessor);
            if (!column.type().variable()) {
                MethodHandle put = Puts.row(column, index, accessor.type().returnType());
                puts.add(MethodHandles.collectArguments(put, 2, accessor));
            }
        }
    }

    /**
     * The schema of a record's type, as a single column of compounds.
     *
     * @param name the column's name
     * @param first the first record
     * @param rules the declared rules of the components
     * @return the schema
     * @throws SchemaViolation as for {@link #columns}, and if a component has no fixed size
     */
    public static RecordSchema table(String name, Record first, ColumnRule.RuleSource rules) {
        Inspection inspection = new Inspection(first, name + "/", rules);
        Class<?> type = first.getClass();
        inspection.add(
                TypeInference.column(name, first, type, ColumnRule.NONE, inspection.rules, List.of()),
                MethodHandles.identity(Object.class).asType(MethodType.methodType(Object.class, type)));
        return known(type, inspection);
    }

    private static RecordSchema known(Class<?> type, Inspection inspection) {
        AtomicReference<@Nullable RecordSchema> latest = LATEST.get(type);
        RecordSchema known = latest.get();
        if (known != null && known.key.equals(inspection.key())) {
            return known;
        }
        RecordSchema fresh = new RecordSchema(type, inspection.key(), inspection);
        latest.set(fresh);
        return fresh;
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
     * @return at least one
     */
    public List<Column> columns() {
        return columns;
    }

    /**
     * The names that a declaration may have: those of the columns, and of the parts of columns that hold records.
     *
     * @return names relative to the group, in order of declaration; in a table, relative to the table
     */
    public List<String> names() {
        return names;
    }

    /**
     * The encoder of the columns of fixed size.
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
        return Puts.rows(
                rest,
                Puts.carrier(columns.get(column), accessors.get(column).type().returnType()));
    }

    /**
     * A column's value as an object. For columns of variable size.
     *
     * @param column the column's index
     * @param record a record of {@link #type()}
     * @return the value
     */
    public @Nullable Object component(int column, Object record) {
        return RecordPart.value(accessors.get(column), record);
    }

    /** One handle that calls the handles of all columns in order. */
    private static MethodHandle encode(List<MethodHandle> puts) {
        MethodHandle all = MethodHandles.empty(ENCODE);
        for (int i = puts.size() - 1; i >= 0; i--) {
            all = MethodHandles.foldArguments(all, puts.get(i).asType(ENCODE));
        }
        return all;
    }
}
