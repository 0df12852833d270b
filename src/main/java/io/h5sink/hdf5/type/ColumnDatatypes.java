package io.h5sink.hdf5.type;

import io.h5sink.format.message.Datatype;
import io.h5sink.schema.ColumnType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** The datatypes with which this library stores columns, texts and the attributes of dimension scales. */
public final class ColumnDatatypes {

    private static final int EXPONENT_OF_HALF = 5;
    private static final int EXPONENT_OF_FLOAT = 8;
    private static final int EXPONENT_OF_DOUBLE = 11;

    private ColumnDatatypes() {}

    /** The type of a dataset's elements, in a file with addresses of 8 bytes. */
    public static Datatype of(ColumnType type) {
        return of(type, Long.BYTES);
    }

    /** The type of a dataset's elements, in a file with such addresses; the shape of rows belongs to the dataset, not to the elements. */
    public static Datatype of(ColumnType type, int addressBytes) {
        Datatype element = element(type, addressBytes);
        return type.ragged() ? Datatype.sequence(element, addressBytes) : element;
    }

    private static Datatype element(ColumnType type, int addressBytes) {
        return switch (type.kind()) {
            case INT8, INT16, INT32, INT64, INSTANT, LOCAL_DATE_TIME, LOCAL_DATE, LOCAL_TIME, DURATION ->
                Datatype.integer(type.elementBytes(), true);
            case UINT8, UINT16, UINT32, UINT64 -> Datatype.integer(type.elementBytes(), false);
            case FLOAT16 -> Datatype.ieee(type.elementBytes(), EXPONENT_OF_HALF);
            case FLOAT32 -> Datatype.ieee(type.elementBytes(), EXPONENT_OF_FLOAT);
            case FLOAT64 -> Datatype.ieee(type.elementBytes(), EXPONENT_OF_DOUBLE);
            case BOOL -> enumeration(type.elementBytes(), List.of("FALSE", "TRUE"));
            case ENUM -> enumeration(type.elementBytes(), type.symbols());
            case CHAR, UUID, FIXED_STRING ->
                new Datatype.StringType(type.elementBytes(), Datatype.NULL_PADDED, Datatype.UTF_8);
            case OPAQUE -> new Datatype.OpaqueType(type.length(), "");
            case STRING -> text(addressBytes);
            case COMPOUND -> compound(type, addressBytes);
        };
    }

    private static Datatype compound(ColumnType type, int addressBytes) {
        List<Datatype.CompoundMember> members = type.members().stream()
                .map(member ->
                        new Datatype.CompoundMember(member.name(), member.offset(), array(member.type(), addressBytes)))
                .toList();
        return new Datatype.CompoundType(type.elementBytes(), members);
    }

    /** The type of a row as a single element: an array type if the row has a shape. */
    private static Datatype array(ColumnType type, int addressBytes) {
        Datatype element = element(type, addressBytes);
        return type.shape().isEmpty()
                ? element
                : new Datatype.ArrayType(
                        type.shape().stream().map(Integer::longValue).toList(), element);
    }

    private static Datatype enumeration(int bytes, List<String> names) {
        ByteBuffer values = ByteBuffer.allocate(bytes * names.size()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < names.size(); i++) {
            switch (bytes) {
                case Byte.BYTES -> values.put((byte) i);
                case Short.BYTES -> values.putShort((short) i);
                default -> values.putInt(i);
            }
        }
        return new Datatype.EnumerationType(Datatype.integer(bytes, true), names, values.flip());
    }

    /** A UTF-8 string of variable length. */
    public static Datatype text(int addressBytes) {
        return Datatype.text(Datatype.UTF_8, addressBytes);
    }

    /** An integer of 8 bytes. */
    public static Datatype int64() {
        return Datatype.integer(Long.BYTES, true);
    }

    /** An element of the attribute {@code DIMENSION_LIST}: references to the scales of an axis. */
    public static Datatype dimensionList(int addressBytes) {
        return Datatype.sequence(Datatype.objectReference(addressBytes), addressBytes);
    }

    /**
     * An element of the attribute {@code REFERENCE_LIST}: a dataset that a scale labels, and the number of the axis. The last 4 bytes are C's
     * padding.
     */
    public static Datatype scaleUse(int addressBytes) {
        return new Datatype.CompoundType(
                addressBytes + 8L,
                List.of(
                        new Datatype.CompoundMember("dataset", 0, Datatype.objectReference(addressBytes)),
                        new Datatype.CompoundMember("dimension", addressBytes, Datatype.integer(Integer.BYTES, true))));
    }
}
