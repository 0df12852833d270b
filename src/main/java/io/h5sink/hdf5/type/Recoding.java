package io.h5sink.hdf5.type;

import io.h5sink.engine.WritableFile;
import io.h5sink.format.message.Datatype;
import io.h5sink.format.message.Datatype.ArrayType;
import io.h5sink.format.message.Datatype.BitFieldType;
import io.h5sink.format.message.Datatype.CompoundMember;
import io.h5sink.format.message.Datatype.CompoundType;
import io.h5sink.format.message.Datatype.EnumerationType;
import io.h5sink.format.message.Datatype.VariableLengthType;
import io.h5sink.schema.ColumnType;
import io.h5sink.schema.ColumnType.Kind;
import io.h5sink.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Converts a column's rows to the type of a dataset that can hold the same values: numbers of another width, order or kind, strings of
 * another length, padding or character set, enumerations of the same names, compounds of the same members at other offsets. The C library
 * converts most of these, too, but silently saturates, rounds and cuts; and Java cannot write a dataset whose rows the C library must
 * convert. One thread at a time.
 */
public final class Recoding {

    private final ColumnType column;
    private final ColumnType stored;

    /** The conversion of elements of fixed size; null if elements are strings of variable length. */
    private final @Nullable RecodedElement element;

    private final @Nullable RecodedText text;
    private ByteBuffer converted = ByteBuffer.allocateDirect(0);
    private int bad;

    private Recoding(
            ColumnType column, ColumnType stored, @Nullable RecodedElement element, @Nullable RecodedText text) {
        this.column = column;
        this.stored = stored;
        this.element = element;
        this.text = text;
    }

    /** The conversion of a column's rows to a dataset's type; null if the types do not allow one. */
    public static @Nullable Recoding of(ColumnType column, Datatype type) {
        if (column.ragged()) {
            return sequences(column, type);
        }
        if (column.kind() == Kind.STRING) {
            RecodedText text = RecodedText.of(type);
            return text == null
                    ? null
                    : new Recoding(column, text.length() == 0 ? column : stored(column, text.length()), null, text);
        }
        RecodedElement element = element(column, type);
        return element == null ? null : new Recoding(column, stored(column, type), element, null);
    }

    private static @Nullable Recoding sequences(ColumnType column, Datatype type) {
        if (!(type instanceof VariableLengthType sequence) || sequence.text()) {
            return null;
        }
        RecodedElement element = element(column.one(), sequence.of());
        return element == null
                ? null
                : new Recoding(column, stored(column, sequence.of()).anyNumber(), element, null);
    }

    /** The type of converted elements, whose bytes are opaque from here on: only their size in the file matters. */
    private static ColumnType stored(ColumnType column, Datatype element) {
        return stored(column, size(element));
    }

    private static ColumnType stored(ColumnType column, int bytes) {
        return ColumnType.fixedString(bytes).shaped(column.shape());
    }

    private static int size(Datatype type) {
        return Math.toIntExact(type.size());
    }

    private static @Nullable RecodedElement element(ColumnType type, Datatype there) {
        return switch (type.kind()) {
            case STRING -> null;
            case CHAR, UUID, FIXED_STRING -> {
                RecodedText text = RecodedText.of(there);
                yield text == null || text.length() == 0 ? null : text.padded(type.elementBytes());
            }
            case BOOL ->
                isBit(there)
                        ? (from, at, to, into) -> to.put(into, from.get(at))
                        : enumeration(List.of("FALSE", "TRUE"), 1, there);
            case ENUM -> enumeration(type.symbols(), type.elementBytes(), there);
            case COMPOUND -> compound(type, there);
            default -> RecodedNumber.of(type.kind(), there);
        };
    }

    /** Whether the type is a bit field of one byte, PyTables' boolean. */
    private static boolean isBit(Datatype there) {
        return there instanceof BitFieldType && there.size() == 1;
    }

    /** The conversion of an enumeration: each name keeps its name, and gets the dataset's number for that name. */
    private static @Nullable RecodedElement enumeration(List<String> symbols, int bytes, Datatype there) {
        if (!(there instanceof EnumerationType enumeration)) {
            return null;
        }
        Map<String, byte[]> found = new HashMap<>();
        for (int i = 0; i < enumeration.names().size(); i++) {
            byte[] value = new byte[size(there)];
            enumeration.value(i).get(value);
            found.put(enumeration.names().get(i), value);
        }
        if (!found.keySet().containsAll(symbols)) {
            return null;
        }
        List<byte[]> values = symbols.stream().map(found::get).toList();
        return (from, at, to, into) -> {
            int number = switch (bytes) {
                case 1 -> from.get(at);
                case 2 -> from.getShort(at);
                default -> from.getInt(at);
            };
            to.put(into, values.get(number));
        };
    }

    private record RecodedPart(RecodedElement element, int from, int into, int count, int fromBytes, int intoBytes) {}

    /** The conversion of a compound whose members are the same in any order; gaps in the file's type become zeros. */
    private static @Nullable RecodedElement compound(ColumnType type, Datatype there) {
        if (!(there instanceof CompoundType compound)
                || compound.members().size() != type.members().size()) {
            return null;
        }
        Map<String, CompoundMember> found = new HashMap<>();
        compound.members().forEach(member -> found.put(member.name(), member));
        List<RecodedPart> members = new ArrayList<>();
        for (ColumnType.Member member : type.members()) {
            CompoundMember same = found.get(member.name());
            RecodedPart part = same == null ? null : part(member, same);
            if (part == null) {
                return null;
            }
            members.add(part);
        }
        byte[] gaps = new byte[size(there)];
        return (from, at, to, into) -> {
            to.put(into, gaps);
            for (RecodedPart part : members) {
                for (int i = 0; i < part.count; i++) {
                    part.element.put(
                            from, at + part.from + i * part.fromBytes, to, into + part.into + i * part.intoBytes);
                }
            }
        };
    }

    private static @Nullable RecodedPart part(ColumnType.Member member, CompoundMember there) {
        int into = Math.toIntExact(there.offset());
        ColumnType type = member.type();
        if (type.shape().isEmpty()) {
            RecodedElement element = element(type, there.type());
            return element == null ? null : new RecodedPart(element, member.offset(), into, 1, 0, 0);
        }
        List<Long> wanted = type.shape().stream().map(Integer::longValue).toList();
        if (!(there.type() instanceof ArrayType array) || !array.dimensions().equals(wanted)) {
            return null;
        }
        RecodedElement element = element(type.one(), array.of());
        return element == null
                ? null
                : new RecodedPart(
                        element,
                        member.offset(),
                        into,
                        Math.toIntExact(type.elements()),
                        type.elementBytes(),
                        size(array.of()));
    }

    /** The type of converted rows, of their size in the dataset. */
    public ColumnType stored() {
        return stored;
    }

    /** Converts rows of fixed size; the buffer is reused by the next call. */
    public ByteBuffer fixed(int rows, ByteBuffer data) {
        int elements = Math.toIntExact(rows * column.elements());
        return elements(elements, data);
    }

    private ByteBuffer elements(int count, ByteBuffer data) {
        ByteBuffer from = data.slice().order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer to = output(count);
        int bytes = column.elementBytes();
        int storedBytes = stored.elementBytes();
        RecodedElement each = Objects.requireNonNull(element);
        for (bad = 0; bad < count; bad++) {
            each.put(from, bad * bytes, to, bad * storedBytes);
        }
        return to;
    }

    private ByteBuffer output(int elements) {
        int bytes = Math.multiplyExact(elements, stored.elementBytes());
        if (converted.capacity() < bytes) {
            converted = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }
        return converted.clear().limit(bytes);
    }

    /** Whether the column's rows have variable length, and the dataset's rows have fixed length. */
    public boolean fixes() {
        return column.variable() && !stored.variable();
    }

    /** Converts strings of variable length to the dataset's fixed length; the buffer is reused by the next call. */
    public ByteBuffer fixedText(int rows, ByteBuffer utf8) {
        RecodedText to = Objects.requireNonNull(text);
        int count = Math.toIntExact(rows * column.elements());
        ByteBuffer strings = output(count);
        int at = utf8.position();
        for (bad = 0; bad < count; bad++) {
            int end = end(utf8, at);
            to.put(utf8, at, end, strings, bad * to.length());
            at = end + 1;
        }
        return strings;
    }

    private static int end(ByteBuffer utf8, int at) {
        int end = at;
        while (utf8.get(end) != 0) {
            end++;
        }
        return end;
    }

    /** Rows of variable length, and the offset of each row's first byte. */
    public record Varying(ByteBuffer data, IntBuffer starts) {}

    /** Converts rows of variable length; the result is reused by the next call. */
    public Varying varying(int rows, ByteBuffer data, IntBuffer starts) {
        if (text != null) {
            int at = data.position();
            for (bad = 0; bad < rows * column.elements(); bad++) {
                int end = end(data, at);
                text.check(data, at, end);
                at = end + 1;
            }
            return new Varying(data, starts);
        }
        int bytes = column.elementBytes();
        int[] ends = new int[rows + 1];
        int first = starts.get(starts.position());
        for (int i = 0; i <= rows; i++) {
            ends[i] = (starts.get(starts.position() + i) - first) / bytes * stored.elementBytes();
        }
        try {
            return new Varying(elements(data.remaining() / bytes, data), IntBuffer.wrap(ends));
        } catch (RecodedElement.Unfit e) {
            int at = first + bad * bytes; // the element's offset among all rows
            int row = 0;
            while (starts.get(starts.position() + row + 1) <= at) {
                row++;
            }
            bad = row;
            throw e;
        }
    }

    /** The row whose value did not fit, after a conversion has thrown {@link RecodedElement.Unfit}. */
    public int badRow() {
        return column.ragged() ? bad : (int) (bad / column.elements());
    }

    /**
     * Finds the first row that the dataset cannot hold.
     *
     * @param path the path of the dataset
     * @param firstRow the first row's index in the dataset
     * @param starts the starts of rows of varying size; null for rows of fixed size
     * @return null if the dataset can hold all rows
     */
    public WritableFile.Dataset.@Nullable Refused refused(
            String path, long firstRow, int rows, ByteBuffer data, @Nullable IntBuffer starts) {
        try {
            if (starts == null) {
                fixed(rows, data);
            } else if (fixes()) {
                fixedText(rows, data);
            } else {
                varying(rows, data, starts);
            }
            return null;
        } catch (RecodedElement.Unfit e) {
            return new WritableFile.Dataset.Refused(bad, unfit(path, firstRow + bad, e));
        }
    }

    /** Converts rows by one of the methods above; throws, before any row is written, if the dataset cannot hold one of them. */
    public <R> R checked(String path, long firstRow, Supplier<R> conversion) {
        try {
            return conversion.get();
        } catch (RecodedElement.Unfit e) {
            throw unfit(path, firstRow + bad, e);
        }
    }

    private static StorageException unfit(String path, long row, RecodedElement.Unfit e) {
        return StorageException.schema(path, e.expected, e.actual, "the dataset that is there cannot hold row " + row);
    }
}
