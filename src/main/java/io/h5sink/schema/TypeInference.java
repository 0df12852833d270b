package io.h5sink.schema;

import io.h5sink.schema.ColumnType.Kind;
import io.h5sink.schema.ColumnType.Member;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Infers a column from a Java value, the value's declared type and the column's rule. */
public final class TypeInference {

    private static final String STORABLE =
            "a number, boolean, character, string, enum constant, UUID, time or record, or an"
                    + " array, collection or buffer of them";

    private static final String SHAPE =
            "an array with elements, whose shape the first record fixes, or a column that is" + " declared ragged";

    private static final int MAX_DEPTH = 32;

    private static final Map<Class<?>, Kind> KINDS = Map.ofEntries(
            Map.entry(boolean.class, Kind.BOOL),
            Map.entry(Boolean.class, Kind.BOOL),
            Map.entry(byte.class, Kind.INT8),
            Map.entry(Byte.class, Kind.INT8),
            Map.entry(short.class, Kind.INT16),
            Map.entry(Short.class, Kind.INT16),
            Map.entry(char.class, Kind.CHAR),
            Map.entry(Character.class, Kind.CHAR),
            Map.entry(int.class, Kind.INT32),
            Map.entry(Integer.class, Kind.INT32),
            Map.entry(OptionalInt.class, Kind.INT32),
            Map.entry(long.class, Kind.INT64),
            Map.entry(Long.class, Kind.INT64),
            Map.entry(OptionalLong.class, Kind.INT64),
            Map.entry(float.class, Kind.FLOAT32),
            Map.entry(Float.class, Kind.FLOAT32),
            Map.entry(double.class, Kind.FLOAT64),
            Map.entry(Double.class, Kind.FLOAT64),
            Map.entry(OptionalDouble.class, Kind.FLOAT64),
            Map.entry(UUID.class, Kind.UUID),
            Map.entry(Instant.class, Kind.INSTANT),
            Map.entry(ZonedDateTime.class, Kind.INSTANT),
            Map.entry(OffsetDateTime.class, Kind.INSTANT),
            Map.entry(LocalDateTime.class, Kind.LOCAL_DATE_TIME),
            Map.entry(LocalDate.class, Kind.LOCAL_DATE),
            Map.entry(LocalTime.class, Kind.LOCAL_TIME),
            Map.entry(Duration.class, Kind.DURATION));

    private final String column;
    private final ColumnRule rule;
    private final ColumnRule.RuleSource rules;
    private final List<Class<?>> within;

    private TypeInference(String column, ColumnRule rule, ColumnRule.RuleSource rules, List<Class<?>> within) {
        this.column = column;
        this.rule = rule;
        this.rules = rules;
        this.within = within;
    }

    /**
     * A column that holds values like the given one.
     *
     * @param name the column's name, relative to its group
     * @param first its first value, which fixes the shape
     * @param declared the declared type of its values, which fixes the element kind if the first value is missing;
     *     {@code Object} if the type is not known
     * @param rule the declared rule of the column
     * @param rules the declared rules of the parts of compound elements
     * @return the column
     * @throws SchemaViolation if no column can hold the value, or the rule does not fit it
     */
    public static Column column(
            String name, @Nullable Object first, Type declared, ColumnRule rule, ColumnRule.RuleSource rules) {
        return column(name, first, declared, rule, rules, List.of());
    }

    /** A column of a component within records of the given types. */
    static Column column(
            String name,
            @Nullable Object first,
            Type declared,
            ColumnRule rule,
            ColumnRule.RuleSource rules,
            List<Class<?>> within) {
        return new TypeInference(name, rule, rules, within).infer(first, declared);
    }

    /**
     * The record types around the components of a record. A declared type cannot occur twice, because records of that type would have no
     * end; the type that a type variable stands for can.
     */
    static List<Class<?>> enter(String column, Class<?> record, Type declared, List<Class<?>> within) {
        if (within.contains(record) && Generics.raw(declared) == record) {
            throw new SchemaViolation(
                    column, "a record type that does not contain itself", "a " + record.getTypeName() + " in another");
        }
        if (within.size() == MAX_DEPTH) {
            throw new SchemaViolation(column, "records nested at most " + MAX_DEPTH + " deep", "deeper ones");
        }
        List<Class<?>> more = new ArrayList<>(within);
        more.add(record);
        return more;
    }

    private Column infer(@Nullable Object value, Type declared) {
        List<Integer> shape = new ArrayList<>();
        Object sample = Sequences.unwrap(value);
        Type type = Generics.argument(declared, Optional.class);
        while (sample != null && Sequences.is(sample)) {
            shape.add(Sequences.length(sample));
            Class<?> elements = Sequences.elementClass(sample.getClass());
            type = elements != null ? elements : Generics.argument(type, Collection.class);
            sample = Sequences.first(sample);
        }
        Class<?> leaf = sample != null ? sample.getClass() : Generics.raw(type);
        if (leaf == Object.class && value != null && KINDS.containsKey(value.getClass())) {
            leaf = value.getClass(); // an empty OptionalInt
        }
        if (leaf == Object.class && shape.isEmpty()) { // the declared rule alone can give the type
            leaf = rule.stored() != null ? double.class : rule.length() > 0 ? String.class : leaf;
        }
        if (sample == null && (leaf == Object.class || leaf.isArray() || Collection.class.isAssignableFrom(leaf))) {
            throw new SchemaViolation(column, shape.isEmpty() ? STORABLE : SHAPE, SchemaViolation.text(value));
        }
        return leaf.isRecord()
                ? compound(leaf, type, sample, shape, value)
                : simple(declared(kind(leaf, value), value), shape, value);
    }

    private Column simple(ColumnType element, List<Integer> shape, @Nullable Object value) {
        Object fill = rule.fill();
        ColumnType filled = fill == null ? element : element.filledWith(Fills.of(column, element, rule, fill));
        ColumnType type = shaped(filled, shape, value);
        Cell cell = type.kind() == Kind.STRING ? null : Cells.of(column, type, rule);
        return new Column(column, type, rule, filled.fill(), cell);
    }

    private ColumnType shaped(ColumnType element, List<Integer> shape, @Nullable Object value) {
        boolean ragged = rule.ragged() != null;
        if (ragged && (shape.size() != 1 || element.variable())) {
            throw new SchemaViolation(
                    column,
                    "an array of one axis, whose elements have a fixed size, for a ragged column"
                            + (element.variable() ? "; strings have one with length(…)" : ""),
                    SchemaViolation.text(value));
        }
        if (!ragged && shape.contains(0)) {
            throw new SchemaViolation(column, SHAPE, SchemaViolation.text(value));
        }
        ColumnType whole = ragged ? element.anyNumber() : element.shaped(shape);
        long description = TypeMessage.bytes(element);
        if (description >= TypeMessage.MAX_BYTES) {
            throw new SchemaViolation(
                    column,
                    "a type that HDF5 can describe in less than " + TypeMessage.MAX_BYTES + " bytes",
                    "one that takes " + description);
        }
        // A block is addressed with an int.
        if (whole.referenceBytes() > Integer.MAX_VALUE - 8) {
            throw new SchemaViolation(column, "a row of less than 2 GiB", whole + " of " + whole.rowBytes() + " bytes");
        }
        return whole;
    }

    private ColumnType kind(Class<?> leaf, @Nullable Object value) {
        if (CharSequence.class.isAssignableFrom(leaf)) {
            return rule.length() > 0 ? ColumnType.fixedString(rule.length()) : ColumnType.scalar(Kind.STRING);
        }
        if (Enum.class.isAssignableFrom(leaf) && leaf != Enum.class) {
            return ColumnType.enumeration(symbols(leaf.isEnum() ? leaf : leaf.getSuperclass()));
        }
        Kind kind = KINDS.get(leaf);
        if (kind == null) {
            String hint = leaf == BigDecimal.class || leaf == BigInteger.class
                    ? ", which no HDF5 type holds; make it a double, a long or a String"
                    : "";
            throw new SchemaViolation(column, STORABLE, value == null ? "null" : SchemaViolation.text(value) + hint);
        }
        return ColumnType.scalar(kind);
    }

    private ColumnType declared(ColumnType type, @Nullable Object value) {
        Kind kind = type.kind();
        if (rule.length() > 0 && kind != Kind.FIXED_STRING) {
            throw new SchemaViolation(column, "a string, for a column with a length", SchemaViolation.text(value));
        }
        Kind stored = rule.stored();
        if (stored != null) {
            if (!NumberCell.isNumber(kind)) {
                throw new SchemaViolation(
                        column, "a number, for a column stored as " + stored, SchemaViolation.text(value));
            }
            return ColumnType.scalar(stored);
        }
        if (!rule.unsigned()) {
            return type;
        }
        return ColumnType.scalar(
                switch (kind) {
                    case INT8 -> Kind.UINT8;
                    case INT16 -> Kind.UINT16;
                    case INT32 -> Kind.UINT32;
                    case INT64 -> Kind.UINT64;
                    default ->
                        throw new SchemaViolation(
                                column, "an integer, for an unsigned column", SchemaViolation.text(value));
                });
    }

    /** A record as an element: in a table, or in an array of records. */
    private Column compound(
            Class<?> record, Type declared, @Nullable Object sample, List<Integer> shape, @Nullable Object value) {
        ColumnRule own = ColumnRule.NONE
                .withRagged(rule.ragged())
                .withChunkRows(rule.chunkRows())
                .withUnit(rule.unit())
                .withDescription(rule.description());
        if (!rule.equals(own)) {
            throw new SchemaViolation(
                    column, "declarations about its components, because it holds records", "one about itself");
        }
        List<Class<?>> entered = enter(column, record, declared, within);
        List<Member> members = new ArrayList<>();
        List<Puts.MemberPut> puts = new ArrayList<>();
        List<Column> columns = new ArrayList<>();
        int offset = 0;
        for (RecordPart part : RecordPart.of(record)) {
            String path = column + "/" + part.name();
            ObjectNames.relative(path);
            Column member = column(
                    path,
                    sample == null ? null : part.value(sample),
                    part.declared(),
                    rules.of(path, part.component()),
                    rules,
                    entered);
            if (member.type().variable()) {
                throw new SchemaViolation(
                        path,
                        "a fixed size, because it is part of a compound: declare the length of a string",
                        member.type().kindName());
            }
            members.add(new Member(part.name(), member.type(), offset));
            puts.add(new Puts.MemberPut(member, part.accessor(), offset));
            columns.add(member);
            offset = Math.toIntExact(offset + member.type().rowBytes());
        }
        ColumnType type = shaped(Fills.ofMembers(ColumnType.compound(members)), shape, value);
        Cell fused = Fused.of(Puts.compound(puts, record));
        Cell checked = (element, block, at) -> {
            if (element == null || element.getClass() != record) {
                throw new SchemaViolation(column, "a " + record.getTypeName(), SchemaViolation.text(element));
            }
            fused.put(element, block, at);
        };
        return new Column(column, type, rule, checked, columns);
    }

    private List<String> symbols(Class<?> enumeration) {
        List<String> names = Stream.of(enumeration.getEnumConstants())
                .map(constant -> ((Enum<?>) constant).name())
                .toList();
        for (String name : names) {
            if (name.codePoints().anyMatch(Character::isSupplementaryCodePoint)) {
                throw new SchemaViolation(
                        column,
                        "an enum whose constants have names without characters beyond U+FFFF, which HDF5's Java"
                                + " bindings cannot write",
                        enumeration.getTypeName() + " " + name);
            }
        }
        return names;
    }
}
