package io.h5sink.schema;

import io.h5sink.schema.ColumnType.Member;
import java.nio.charset.StandardCharsets;

/**
 * The size of a type's description in the header of a dataset, by the HDF5 File Format Specification, version 3, section
 * IV.A.2.d, the datatype message of version 3.
 */
final class TypeMessage {

    /** {@code H5O_MESG_MAX_SIZE}. */
    static final int MAX_BYTES = 1 << 16;

    private static final int HEAD = 8;
    private static final int INTEGER = HEAD + 4;
    private static final int FLOAT = HEAD + 12;

    private TypeMessage() {}

    /** Bytes that describe a row, as a member of a compound. */
    static long bytes(ColumnType type) {
        int rank = type.shape().size();
        long array = rank == 0 ? 0 : HEAD + 1 + 4L * rank;
        return array + element(type);
    }

    private static long element(ColumnType type) {
        return switch (type.kind()) {
            case FLOAT16, FLOAT32, FLOAT64 -> FLOAT;
            case CHAR, UUID, FIXED_STRING, STRING -> HEAD;
            case ENUM -> HEAD + INTEGER + symbols(type);
            case BOOL -> HEAD + INTEGER + "FALSE\0TRUE\0".length() + 2;
            case COMPOUND -> HEAD + members(type);
            default -> INTEGER;
        };
    }

    private static long symbols(ColumnType type) {
        long bytes = 0;
        for (String symbol : type.symbols()) {
            bytes += terminated(symbol) + type.elementBytes();
        }
        return bytes;
    }

    private static long members(ColumnType type) {
        int offset = (Integer.SIZE - 1 - Integer.numberOfLeadingZeros(type.elementBytes())) / 8 + 1;
        long bytes = 0;
        for (Member member : type.members()) {
            bytes += terminated(member.name()) + offset + bytes(member.type());
        }
        return bytes;
    }

    private static int terminated(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length + 1;
    }
}
