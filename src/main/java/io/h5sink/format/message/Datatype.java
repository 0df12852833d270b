package io.h5sink.format.message;

import io.h5sink.format.FormatException;
import io.h5sink.format.FormatInput;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A datatype message: HDF5 File Format Specification 3.0, section IV.A.2.d.
 *
 * @param size the size of an element, in bytes
 * @param references the parts of an element that refer to the global heap
 */
public record Datatype(long size, List<Reference> references) {

    /** The deepest nesting of types that is read: no program nests types so deeply, and the C library reads nested types recursively. */
    private static final int DEEPEST = 64;

    /** The most references in an element that are checked one by one. */
    private static final int MOST_REFERENCES = 1 << 16;

    private static final int OPAQUE = 5;
    private static final int COMPOUND = 6;
    private static final int REFERENCE = 7;
    private static final int REGION = 1;
    private static final int ENUMERATION = 8;
    private static final int VARIABLE = 9;
    private static final int ARRAY = 10;

    /**
     * A sequence of variable length, or a region reference.
     *
     * @param offset the reference's offset in the element, in bytes
     * @param of the type of the sequence's elements; null for a region reference, which has no element count
     */
    public record Reference(long offset, @Nullable Datatype of) {}

    /** A type of which only the size is known. */
    static Datatype opaque(long size) {
        return new Datatype(size, List.of());
    }

    /** Reads a type, and sets the buffer's position to the end of the type. */
    public static Datatype read(ByteBuffer from, int addressBytes) {
        return read(from, addressBytes, 0);
    }

    private static Datatype read(ByteBuffer from, int addressBytes, int depth) {
        if (depth > DEEPEST) {
            throw new FormatException("a type is nested more than " + DEEPEST + " times");
        }
        int head = Byte.toUnsignedInt(from.get());
        int version = head >> 4;
        int bits = (int) FormatInput.number(from, 3);
        long size = Integer.toUnsignedLong(from.getInt());
        if (size == 0) {
            throw new FormatException("a type has no size");
        }
        return switch (head & 0x0F) {
            case 0, 4 -> {
                integer(from, size);
                yield opaque(size);
            }
            case 1 -> {
                floating(from, bits, size);
                yield opaque(size);
            }
            case 2 -> skip(from, 2, size);
            case OPAQUE -> skip(from, bits & 0xFF, size);
            case COMPOUND -> compound(from, addressBytes, depth, version, bits & 0xFFFF, size);
            case ENUMERATION -> enumeration(from, addressBytes, depth, version, bits & 0xFFFF, size);
            case REFERENCE -> {
                if ((bits & 0xF) == REGION && size != addressBytes + 4) {
                    throw new FormatException("a reference to a region has " + size + " bytes");
                }
                yield (bits & 0xF) == REGION ? new Datatype(size, List.of(new Reference(0, null))) : opaque(size);
            }
            case VARIABLE -> {
                Datatype of = read(from, addressBytes, depth + 1);
                if (size != 4 + addressBytes + 4) {
                    throw new FormatException("a type of variable length has " + size + " bytes");
                }
                yield new Datatype(size, List.of(new Reference(0, of)));
            }
            case ARRAY -> array(from, addressBytes, depth, version, size);
            // strings have no further properties, and classes that are newer than this code are not checked
            default -> opaque(size);
        };
    }

    private static Datatype skip(ByteBuffer from, int bytes, long size) {
        from.position(from.position() + bytes);
        return opaque(size);
    }

    private static void integer(ByteBuffer from, long size) {
        int offset = Short.toUnsignedInt(from.getShort());
        int precision = Short.toUnsignedInt(from.getShort());
        mustHold(size, offset, precision);
    }

    private static void mustHold(long size, int offset, int precision) {
        if (precision == 0 || offset + precision > 8 * size) {
            throw new FormatException("a number of " + size + " bytes has bits " + offset + "+" + precision);
        }
    }

    private static void floating(ByteBuffer from, int bits, long size) {
        int offset = Short.toUnsignedInt(from.getShort());
        int precision = Short.toUnsignedInt(from.getShort());
        mustHold(size, offset, precision);
        int exponent = Byte.toUnsignedInt(from.get());
        int exponentBits = Byte.toUnsignedInt(from.get());
        int fraction = Byte.toUnsignedInt(from.get());
        int fractionBits = Byte.toUnsignedInt(from.get());
        from.getInt();
        int sign = bits >> 8 & 0xFF;
        int end = offset + precision;
        if (exponentBits == 0
                || fractionBits == 0
                || exponent + exponentBits > end
                || fraction + fractionBits > end
                || sign >= end) {
            throw new FormatException("the parts of a floating-point number are not in its " + precision + " bits");
        }
    }

    private static Datatype compound(
            ByteBuffer from, int addressBytes, int depth, int version, int members, long size) {
        List<Reference> references = new ArrayList<>();
        int offsetBytes = version >= 3 ? Math.max(1, (71 - Long.numberOfLeadingZeros(size)) / 8) : 4;
        for (int i = 0; i < members; i++) {
            name(from, version < 3);
            long offset = FormatInput.number(from, offsetBytes);
            long count = version == 1 ? oldArray(from) : 1;
            Datatype member = read(from, addressBytes, depth + 1);
            if (offset + count * member.size > size) {
                throw new FormatException(
                        "a member of a compound of " + size + " bytes ends at byte " + (offset + count * member.size));
            }
            repeat(member, offset, count, references);
        }
        return new Datatype(size, references);
    }

    /** Version 1 has arrays, of up to four axes, in members of compounds only. */
    private static long oldArray(ByteBuffer from) {
        int rank = from.get();
        from.position(from.position() + 11);
        long count = 1;
        for (int i = 0; i < 4; i++) {
            long extent = Integer.toUnsignedLong(from.getInt());
            count = i < rank ? Math.multiplyExact(count, extent) : count;
        }
        return count;
    }

    private static Datatype enumeration(
            ByteBuffer from, int addressBytes, int depth, int version, int members, long size) {
        Datatype of = read(from, addressBytes, depth + 1);
        if (of.size != size) {
            throw new FormatException("an enumeration of " + size + " bytes is one of " + of.size);
        }
        for (int i = 0; i < members; i++) {
            name(from, version < 3);
        }
        return skip(from, Math.toIntExact(members * size), size);
    }

    private static Datatype array(ByteBuffer from, int addressBytes, int depth, int version, long size) {
        int rank = Byte.toUnsignedInt(from.get());
        from.position(from.position() + (version < 3 ? 3 : 0));
        long count = 1;
        for (int i = 0; i < rank; i++) {
            count = Math.multiplyExact(count, Integer.toUnsignedLong(from.getInt()));
        }
        from.position(from.position() + (version < 3 ? 4 * rank : 0));
        Datatype of = read(from, addressBytes, depth + 1);
        if (rank == 0 || rank > Dataspace.MOST_AXES || Math.multiplyExact(count, of.size) != size) {
            throw new FormatException("an array of " + rank + " axes and " + count + " elements of " + of.size
                    + " bytes has " + size + " bytes");
        }
        List<Reference> references = new ArrayList<>();
        repeat(of, 0, count, references);
        return new Datatype(size, references);
    }

    private static void repeat(Datatype of, long offset, long count, List<Reference> references) {
        for (long i = 0; !of.references.isEmpty() && i < count && references.size() < MOST_REFERENCES; i++) {
            for (Reference reference : of.references) {
                references.add(new Reference(offset + i * of.size + reference.offset, reference.of));
            }
        }
    }

    /** Skips a name; versions before 3 pad names to a multiple of 8 bytes. */
    private static void name(ByteBuffer from, boolean padded) {
        int start = from.position();
        while (from.get() != 0) {
            // skip to the end
        }
        int length = from.position() - start;
        from.position(start + (padded ? (length + 7) / 8 * 8 : length));
    }
}
