package io.h5sink.format.message;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.FileNames;
import io.h5sink.format.FormatException;
import io.h5sink.format.FormatOutput;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A datatype message, type 0x0003: HDF5 File Format Specification 3.0, section IV.A.2.d. Two types are equal if elements of both have the
 * same bytes and the same meaning: the order of members does not matter, nor does the version of the message.
 */
public sealed interface Datatype {

    /** The deepest nesting of types that is read: no program nests types so deeply, and the C library reads nested types recursively. */
    int DEEPEST = 64;

    /** The most heap references in an element that are checked one by one. */
    int MOST_REFERENCES = 1 << 16;

    /** The version of messages in which names are not padded; the versions before pad names to a multiple of 8 bytes. */
    int UNPADDED = 3;

    /** The size of an element, in bytes. */
    long size();

    /** The parts of an element that refer to the global heap. */
    default List<HeapReference> references() {
        return List.of();
    }

    /** The least version of a message that can hold the type, from HDF5 1.8 on; the C library writes this version for HDF5 1.10. */
    default int version() {
        return 1;
    }

    /** Encodes the message as HDF5 does for a file that HDF5 1.10 can read. */
    void encode(FormatOutput out);

    /**
     * A sequence of variable length, or a region reference.
     *
     * @param offset the reference's offset in the element, in bytes
     * @param of the type of the sequence's elements; null for a region reference, which has no element count
     */
    record HeapReference(long offset, @Nullable Datatype of) {}

    /**
     * Decodes a type of version 1 to 5, and sets the buffer's position to the end of the type.
     *
     * @throws FormatException if the bytes are no type
     */
    static Datatype decode(ByteBuffer from, int addressBytes) {
        try {
            return decode(from, addressBytes, 0);
        } catch (BufferUnderflowException
                | IndexOutOfBoundsException
                | IllegalArgumentException
                | ArithmeticException e) {
            throw new FormatException("something is cut off");
        }
    }

    private static Datatype decode(ByteBuffer from, int addressBytes, int depth) {
        if (depth > DEEPEST) {
            throw new FormatException("a type is nested more than " + DEEPEST + " times");
        }
        int start = from.position();
        DatatypeHead head = DatatypeHead.decode(from);
        Datatype type = switch (head.typeClass()) {
            case FixedPointType.CLASS -> FixedPointType.decode(head, from);
            case FloatingPointType.CLASS -> FloatingPointType.decode(head, from);
            case TimeType.CLASS -> TimeType.decode(head, from);
            case StringType.CLASS -> new StringType(head.size(), head.bits(0, 4), head.bits(4, 4));
            case BitFieldType.CLASS -> BitFieldType.decode(head, from);
            case OpaqueType.CLASS -> OpaqueType.decode(head, from);
            case CompoundType.CLASS -> CompoundType.decode(head, from, addressBytes, depth);
            case ReferenceType.CLASS -> ReferenceType.decode(head, addressBytes);
            case EnumerationType.CLASS -> EnumerationType.decode(head, from, addressBytes, depth);
            case VariableLengthType.CLASS -> VariableLengthType.decode(head, from, addressBytes, depth);
            case ArrayType.CLASS -> ArrayType.decode(head, from, addressBytes, depth);
            case ComplexType.CLASS -> ComplexType.decode(head, from, addressBytes, depth);
            default -> null;
        };
        return type == null ? UnknownType.decode(head, from.position(start)) : type;
    }

    /** Whether a type is of a class that is newer than this code; the end of such a type within another one is not known. */
    private static boolean unknown(Datatype type) {
        return type instanceof UnknownType;
    }

    private static void repeat(Datatype of, long offset, long count, List<HeapReference> references) {
        List<HeapReference> each = of.references();
        for (long i = 0; !each.isEmpty() && i < count && references.size() < MOST_REFERENCES; i++) {
            for (HeapReference reference : each) {
                references.add(new HeapReference(offset + i * of.size() + reference.offset, reference.of));
            }
        }
    }

    /** Decodes a name that ends with NUL. */
    private static String name(ByteBuffer from, int version) {
        int start = from.position();
        while (from.get() != 0) {
            // the name goes on
        }
        int length = from.position() - start;
        from.position(start + (version < UNPADDED ? (length + 7) / 8 * 8 : length));
        return text(from.slice(start, length - 1));
    }

    private static void name(FormatOutput out, String name) {
        out.bytes(FileNames.bytes(name)).int8(0);
    }

    private static String text(ByteBuffer stored) {
        byte[] bytes = new byte[stored.remaining()];
        stored.get(bytes);
        return FileNames.exact(bytes);
    }

    /** A copy of bytes, behind which the buffer's position is set. */
    private static ByteBuffer taken(ByteBuffer from, long count) {
        if (count > from.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[(int) count];
        from.get(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private static void mustHold(long size, int offset, int precision) {
        if (precision == 0 || offset + precision > 8 * size) {
            throw new FormatException("a number of " + size + " bytes has bits " + offset + "+" + precision);
        }
    }

    private static int flag(boolean set, int bit) {
        return set ? 1 << bit : 0;
    }

    /** The order of a number's bytes. */
    enum NumberOrder {
        /** The lowest byte first. */
        LITTLE_ENDIAN,
        /** The highest byte first. */
        BIG_ENDIAN,
        /** Pairs of bytes as the VAX stored floating-point numbers. */
        VAX;

        private static NumberOrder of(DatatypeHead head) {
            return head.bit(0) ? BIG_ENDIAN : LITTLE_ENDIAN;
        }

        /** The first bit of the bit field. */
        private int bit() {
            return this == LITTLE_ENDIAN ? 0 : 1;
        }
    }

    /**
     * An integer: class 0.
     *
     * @param lowPadding whether the unused bits below the number are ones
     * @param highPadding whether the unused bits above the number are ones
     * @param signed whether the number is in two's complement
     * @param offset the number's first bit
     * @param precision the number of used bits
     */
    record FixedPointType(
            long size,
            NumberOrder order,
            boolean lowPadding,
            boolean highPadding,
            boolean signed,
            int offset,
            int precision)
            implements Datatype {

        private static final int CLASS = 0;

        private static FixedPointType decode(DatatypeHead head, ByteBuffer from) {
            int offset = Short.toUnsignedInt(from.getShort());
            int precision = Short.toUnsignedInt(from.getShort());
            mustHold(head.size(), offset, precision);
            return new FixedPointType(
                    head.size(), NumberOrder.of(head), head.bit(1), head.bit(2), head.bit(3), offset, precision);
        }

        @Override
        public void encode(FormatOutput out) {
            int bits = order.bit() | flag(lowPadding, 1) | flag(highPadding, 2) | flag(signed, 3);
            new DatatypeHead(1, CLASS, bits, size).encode(out);
            out.int16(offset).int16(precision);
        }
    }

    /** A little-endian integer that uses all bits of its bytes. */
    static FixedPointType integer(int bytes, boolean signed) {
        return new FixedPointType(
                bytes, NumberOrder.LITTLE_ENDIAN, false, false, signed, 0, Math.multiplyExact(Byte.SIZE, bytes));
    }

    /** The place of a floating-point number's fraction. */
    enum Normalization {
        /** The fraction is stored as it is. */
        NONE(0),
        /** The fraction's highest bit is always set. */
        SET(1),
        /** The fraction's highest bit is always set, and not stored. */
        IMPLIED(2);

        private final int code;

        Normalization(int code) {
            this.code = code;
        }

        private static Normalization of(int code) {
            return switch (code) {
                case 0 -> NONE;
                case 1 -> SET;
                case 2 -> IMPLIED;
                default -> throw new FormatException("a floating-point number has normalization " + code);
            };
        }
    }

    /**
     * A floating-point number: class 1.
     *
     * @param lowPadding whether the unused bits below the number are ones
     * @param highPadding whether the unused bits above the number are ones
     * @param innerPadding whether the unused bits between the number's parts are ones
     * @param sign the place of the sign bit
     * @param offset the number's first bit
     * @param precision the number of used bits
     * @param exponent the first bit of the exponent
     * @param exponentBits the number of the exponent's bits
     * @param fraction the first bit of the fraction
     * @param fractionBits the number of the fraction's bits
     * @param bias the exponent's bias
     */
    record FloatingPointType(
            long size,
            NumberOrder order,
            boolean lowPadding,
            boolean highPadding,
            boolean innerPadding,
            Normalization normalization,
            int sign,
            int offset,
            int precision,
            int exponent,
            int exponentBits,
            int fraction,
            int fractionBits,
            long bias)
            implements Datatype {

        private static final int CLASS = 1;
        private static final int VAX_BIT = 6;

        private static FloatingPointType decode(DatatypeHead head, ByteBuffer from) {
            int offset = Short.toUnsignedInt(from.getShort());
            int precision = Short.toUnsignedInt(from.getShort());
            mustHold(head.size(), offset, precision);
            int exponent = Byte.toUnsignedInt(from.get());
            int exponentBits = Byte.toUnsignedInt(from.get());
            int fraction = Byte.toUnsignedInt(from.get());
            int fractionBits = Byte.toUnsignedInt(from.get());
            long bias = Integer.toUnsignedLong(from.getInt());
            int sign = head.bits(8, 8);
            int end = offset + precision;
            if (exponentBits == 0
                    || fractionBits == 0
                    || exponent + exponentBits > end
                    || fraction + fractionBits > end
                    || sign >= end) {
                throw new FormatException("the parts of a floating-point number are not in its " + precision + " bits");
            }
            boolean vax = head.version() >= 3 && head.bit(VAX_BIT);
            if (vax && !head.bit(0)) {
                throw new FormatException("a floating-point number has an unknown order of bytes");
            }
            return new FloatingPointType(
                    head.size(),
                    vax ? NumberOrder.VAX : NumberOrder.of(head),
                    head.bit(1),
                    head.bit(2),
                    head.bit(3),
                    Normalization.of(head.bits(4, 2)),
                    sign,
                    offset,
                    precision,
                    exponent,
                    exponentBits,
                    fraction,
                    fractionBits,
                    bias);
        }

        /** This type with another order of bytes. */
        public FloatingPointType in(NumberOrder other) {
            return new FloatingPointType(
                    size,
                    other,
                    lowPadding,
                    highPadding,
                    innerPadding,
                    normalization,
                    sign,
                    offset,
                    precision,
                    exponent,
                    exponentBits,
                    fraction,
                    fractionBits,
                    bias);
        }

        @Override
        public int version() {
            return order == NumberOrder.VAX ? 3 : 1;
        }

        @Override
        public void encode(FormatOutput out) {
            int bits = order.bit()
                    | flag(order == NumberOrder.VAX, VAX_BIT)
                    | flag(lowPadding, 1)
                    | flag(highPadding, 2)
                    | flag(innerPadding, 3)
                    | normalization.code << 4
                    | sign << 8;
            new DatatypeHead(version(), CLASS, bits, size).encode(out);
            out.int16(offset).int16(precision).int8(exponent).int8(exponentBits);
            out.int8(fraction).int8(fractionBits).int32((int) bias);
        }
    }

    /** A little-endian number of IEEE 754: a sign bit, the exponent and the fraction, without gaps. */
    static FloatingPointType ieee(int bytes, int exponentBits) {
        int precision = Math.multiplyExact(Byte.SIZE, bytes);
        int fractionBits = precision - 1 - exponentBits;
        return new FloatingPointType(
                bytes,
                NumberOrder.LITTLE_ENDIAN,
                false,
                false,
                false,
                Normalization.IMPLIED,
                precision - 1,
                0,
                precision,
                fractionBits,
                exponentBits,
                0,
                fractionBits,
                (1L << (exponentBits - 1)) - 1);
    }

    /** A time: class 2, for which HDF5 has no conversions. */
    record TimeType(long size, NumberOrder order, int precision) implements Datatype {

        private static final int CLASS = 2;

        private static TimeType decode(DatatypeHead head, ByteBuffer from) {
            return new TimeType(head.size(), NumberOrder.of(head), Short.toUnsignedInt(from.getShort()));
        }

        @Override
        public void encode(FormatOutput out) {
            new DatatypeHead(1, CLASS, order.bit(), size).encode(out);
            out.int16(precision);
        }
    }

    /** The code of strings that end with NUL. */
    int NULL_TERMINATED = 0;

    /** The code of strings that are padded with NUL. */
    int NULL_PADDED = 1;

    /** The code of strings that are padded with spaces. */
    int SPACE_PADDED = 2;

    /** The code of the character set ASCII. */
    int ASCII = 0;

    /** The code of the character set UTF-8. */
    int UTF_8 = 1;

    /**
     * A string of fixed length: class 3.
     *
     * @param padding {@link #NULL_TERMINATED}, {@link #NULL_PADDED}, {@link #SPACE_PADDED} or a code that HDF5 reserves
     * @param characters {@link #ASCII}, {@link #UTF_8} or a code that HDF5 reserves
     */
    record StringType(long size, int padding, int characters) implements Datatype {

        private static final int CLASS = 3;

        @Override
        public void encode(FormatOutput out) {
            new DatatypeHead(1, CLASS, padding | characters << 4, size).encode(out);
        }
    }

    /**
     * Bits: class 4.
     *
     * @param lowPadding whether the unused bits below are ones
     * @param highPadding whether the unused bits above are ones
     * @param offset the first used bit
     * @param precision the number of used bits
     */
    record BitFieldType(
            long size, NumberOrder order, boolean lowPadding, boolean highPadding, int offset, int precision)
            implements Datatype {

        private static final int CLASS = 4;

        private static BitFieldType decode(DatatypeHead head, ByteBuffer from) {
            int offset = Short.toUnsignedInt(from.getShort());
            int precision = Short.toUnsignedInt(from.getShort());
            mustHold(head.size(), offset, precision);
            return new BitFieldType(head.size(), NumberOrder.of(head), head.bit(1), head.bit(2), offset, precision);
        }

        @Override
        public void encode(FormatOutput out) {
            int bits = order.bit() | flag(lowPadding, 1) | flag(highPadding, 2);
            new DatatypeHead(1, CLASS, bits, size).encode(out);
            out.int16(offset).int16(precision);
        }
    }

    /**
     * Bytes: class 5.
     *
     * @param tag the words of the type's maker, without NUL
     */
    record OpaqueType(long size, String tag) implements Datatype {

        private static final int CLASS = 5;

        private static OpaqueType decode(DatatypeHead head, ByteBuffer from) {
            ByteBuffer stored = taken(from, head.bits(0, 8));
            int end = 0;
            while (end < stored.limit() && stored.get(end) != 0) {
                end++;
            }
            return new OpaqueType(head.size(), Datatype.text(stored.limit(end)));
        }

        @Override
        public void encode(FormatOutput out) {
            byte[] bytes = FileNames.bytes(tag);
            int length = (bytes.length + 7) / 8 * 8;
            new DatatypeHead(1, CLASS, length, size).encode(out);
            out.bytes(bytes).zeros(length - bytes.length);
        }
    }

    /**
     * A part of a compound.
     *
     * @param offset the member's offset in an element, in bytes
     */
    record CompoundMember(String name, long offset, Datatype type) {}

    /**
     * Named parts of other types: class 6. Version 1 of the message has arrays, of up to four axes, in members of compounds only; these
     * members become members of an array type.
     */
    record CompoundType(long size, List<CompoundMember> members) implements Datatype {

        private static final int CLASS = 6;
        private static final int OLD_AXES = 4;

        public CompoundType {
            members = List.copyOf(members);
        }

        private static @Nullable CompoundType decode(DatatypeHead head, ByteBuffer from, int addressBytes, int depth) {
            long size = head.size();
            List<CompoundMember> members = new ArrayList<>();
            int offsetBytes = head.version() >= UNPADDED ? offsetBytes(size) : 4;
            for (int i = head.bits(0, 16); i > 0; i--) {
                String name = name(from, head.version());
                long offset = FieldSizes.number(from, offsetBytes);
                List<Long> axes = head.version() == 1 ? oldAxes(from) : List.of();
                Datatype one = Datatype.decode(from, addressBytes, depth + 1);
                if (unknown(one)) {
                    return null;
                }
                if (axes.contains(0L)) {
                    throw new FormatException("an array has an axis without elements");
                }
                Datatype member = axes.isEmpty() ? one : new ArrayType(axes, one);
                long end = Math.addExact(offset, member.size());
                if (end > size) {
                    throw new FormatException("a member of a compound of " + size + " bytes ends at byte " + end);
                }
                members.add(new CompoundMember(name, offset, member));
            }
            return new CompoundType(size, members);
        }

        private static List<Long> oldAxes(ByteBuffer from) {
            int rank = from.get();
            from.position(from.position() + 11);
            List<Long> axes = new ArrayList<>();
            for (int i = 0; i < OLD_AXES; i++) {
                long extent = Integer.toUnsignedLong(from.getInt());
                if (i < rank) {
                    axes.add(extent);
                }
            }
            return axes;
        }

        /** The least bytes that hold the size. */
        private static int offsetBytes(long size) {
            return Math.max(1, (71 - Long.numberOfLeadingZeros(size)) / 8);
        }

        @Override
        public List<HeapReference> references() {
            List<HeapReference> references = new ArrayList<>();
            for (CompoundMember member : members) {
                repeat(member.type, member.offset, 1, references);
            }
            return references;
        }

        @Override
        public int version() {
            return members.stream().mapToInt(member -> member.type.version()).reduce(UNPADDED, Math::max);
        }

        @Override
        public void encode(FormatOutput out) {
            new DatatypeHead(version(), CLASS, members.size(), size).encode(out);
            for (CompoundMember member : members) {
                name(out, member.name);
                out.number(member.offset, offsetBytes(size));
                member.type.encode(out);
            }
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof CompoundType that
                    && size == that.size
                    && members.size() == that.members.size()
                    && new HashSet<>(members).equals(new HashSet<>(that.members));
        }

        @Override
        public int hashCode() {
            return Objects.hash(size, new HashSet<>(members));
        }
    }

    /**
     * A reference: class 7.
     *
     * @param kind {@link #OBJECT}, {@link #REGION} or a kind of HDF5 1.12
     * @param revision the version of references of HDF5 1.12; 0 for objects and regions
     */
    record ReferenceType(long size, int kind, int revision) implements Datatype {

        /** The address of an object. */
        public static final int OBJECT = 0;

        /** A part of a dataset, which is an object of the global heap. */
        public static final int REGION = 1;

        private static final int CLASS = 7;
        private static final int REVISED = 4;

        private static ReferenceType decode(DatatypeHead head, int addressBytes) {
            int kind = head.bits(0, 4);
            if (kind == REGION && head.size() != addressBytes + 4) {
                throw new FormatException("a reference to a region has " + head.size() + " bytes");
            }
            return new ReferenceType(head.size(), kind, kind > REGION ? head.bits(4, 4) : 0);
        }

        @Override
        public List<HeapReference> references() {
            return kind == REGION ? List.of(new HeapReference(0, null)) : List.of();
        }

        @Override
        public int version() {
            return kind > REGION ? REVISED : 1;
        }

        @Override
        public void encode(FormatOutput out) {
            new DatatypeHead(version(), CLASS, kind | revision << 4, size).encode(out);
        }
    }

    /** The address of an object of a file. */
    static ReferenceType objectReference(int addressBytes) {
        return new ReferenceType(addressBytes, ReferenceType.OBJECT, 0);
    }

    /**
     * Names for numbers: class 8.
     *
     * @param of the type of the numbers
     * @param values the number of each name, as stored
     */
    record EnumerationType(Datatype of, List<String> names, ByteBuffer values) implements Datatype {

        private static final int CLASS = 8;

        public EnumerationType {
            names = List.copyOf(names);
            values = values.asReadOnlyBuffer();
        }

        private static @Nullable EnumerationType decode(
                DatatypeHead head, ByteBuffer from, int addressBytes, int depth) {
            Datatype of = Datatype.decode(from, addressBytes, depth + 1);
            if (unknown(of)) {
                return null;
            }
            if (of.size() != head.size()) {
                throw new FormatException("an enumeration of " + head.size() + " bytes is one of " + of.size());
            }
            int count = head.bits(0, 16);
            List<String> names = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                names.add(name(from, head.version()));
            }
            return new EnumerationType(of, names, taken(from, count * of.size()));
        }

        /** The number of a name, as stored. */
        public ByteBuffer value(int index) {
            int bytes = Math.toIntExact(of.size());
            return values.slice(values.position() + index * bytes, bytes);
        }

        @Override
        public long size() {
            return of.size();
        }

        @Override
        public int version() {
            return Math.max(UNPADDED, of.version());
        }

        @Override
        public void encode(FormatOutput out) {
            new DatatypeHead(version(), CLASS, names.size(), size()).encode(out);
            of.encode(out);
            names.forEach(name -> name(out, name));
            out.bytes(values);
        }

        private Set<List<Object>> constants() {
            Set<List<Object>> constants = new HashSet<>();
            for (int i = 0; i < names.size(); i++) {
                constants.add(List.of(names.get(i), value(i)));
            }
            return constants;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof EnumerationType that
                    && of.equals(that.of)
                    && names.size() == that.names.size()
                    && constants().equals(that.constants());
        }

        @Override
        public int hashCode() {
            return Objects.hash(of, constants());
        }
    }

    /**
     * A sequence or a string of variable length: class 9. Strings have a padding, which has no meaning and is not compared; nor is the size,
     * which is a matter of the file's addresses.
     *
     * @param size the size of a count, an address and the index of an object of the global heap
     * @param text whether an element is a string
     * @param padding as in {@link StringType}; 0 for sequences
     * @param characters as in {@link StringType}; 0 for sequences
     * @param of the type of a sequence's elements; for strings an integer of 1 byte
     */
    record VariableLengthType(long size, boolean text, int padding, int characters, Datatype of) implements Datatype {

        private static final int CLASS = 9;
        private static final int TEXT = 1;

        private static @Nullable VariableLengthType decode(
                DatatypeHead head, ByteBuffer from, int addressBytes, int depth) {
            Datatype of = Datatype.decode(from, addressBytes, depth + 1);
            if (unknown(of)) {
                return null;
            }
            if (head.size() != bytes(addressBytes)) {
                throw new FormatException("a type of variable length has " + head.size() + " bytes");
            }
            int kind = head.bits(0, 4);
            if (kind > TEXT) {
                throw new FormatException("a type of variable length is of kind " + kind);
            }
            boolean text = kind == TEXT;
            return new VariableLengthType(
                    head.size(), text, text ? head.bits(4, 4) : 0, text ? head.bits(8, 4) : 0, of);
        }

        private static long bytes(int addressBytes) {
            return 4L + addressBytes + 4;
        }

        @Override
        public List<HeapReference> references() {
            return List.of(new HeapReference(0, of));
        }

        @Override
        public int version() {
            return of.version();
        }

        @Override
        public void encode(FormatOutput out) {
            int bits = (text ? TEXT : 0) | padding << 4 | characters << 8;
            new DatatypeHead(version(), CLASS, bits, size).encode(out);
            of.encode(out);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof VariableLengthType that
                    && text == that.text
                    && characters == that.characters
                    && (text || of.equals(that.of));
        }

        @Override
        public int hashCode() {
            return text ? characters : of.hashCode();
        }
    }

    /** Sequences of variable length, in a file with such addresses. */
    static VariableLengthType sequence(Datatype of, int addressBytes) {
        return new VariableLengthType(VariableLengthType.bytes(addressBytes), false, 0, 0, of);
    }

    /** Strings of variable length, in a file with such addresses, as HDF5 makes them. */
    static VariableLengthType text(int characters, int addressBytes) {
        return new VariableLengthType(
                VariableLengthType.bytes(addressBytes), true, NULL_TERMINATED, characters, integer(1, false));
    }

    /** Elements of one type in a fixed shape: class 10. */
    record ArrayType(List<Long> dimensions, Datatype of) implements Datatype {

        private static final int CLASS = 10;

        public ArrayType {
            dimensions = List.copyOf(dimensions);
        }

        private static @Nullable ArrayType decode(DatatypeHead head, ByteBuffer from, int addressBytes, int depth) {
            int rank = Byte.toUnsignedInt(from.get());
            boolean permuted = head.version() < UNPADDED;
            from.position(from.position() + (permuted ? 3 : 0));
            List<Long> dimensions = new ArrayList<>();
            for (int i = 0; i < rank; i++) {
                dimensions.add(Integer.toUnsignedLong(from.getInt()));
            }
            from.position(from.position() + (permuted ? 4 * rank : 0));
            Datatype of = Datatype.decode(from, addressBytes, depth + 1);
            if (unknown(of)) {
                return null;
            }
            ArrayType array = new ArrayType(dimensions, of);
            if (rank == 0 || rank > Dataspace.MOST_AXES || array.size() != head.size()) {
                throw new FormatException("an array of " + rank + " axes and " + array.elements() + " elements of "
                        + of.size() + " bytes has " + head.size() + " bytes");
            }
            return array;
        }

        /** The number of elements. */
        public long elements() {
            return dimensions.stream().reduce(1L, Math::multiplyExact);
        }

        @Override
        public long size() {
            return Math.multiplyExact(elements(), of.size());
        }

        @Override
        public List<HeapReference> references() {
            List<HeapReference> references = new ArrayList<>();
            repeat(of, 0, elements(), references);
            return references;
        }

        @Override
        public int version() {
            return Math.max(UNPADDED, of.version());
        }

        @Override
        public void encode(FormatOutput out) {
            new DatatypeHead(version(), CLASS, 0, size()).encode(out);
            out.int8(dimensions.size());
            dimensions.forEach(extent -> out.int32(extent.intValue()));
            of.encode(out);
        }
    }

    /**
     * A complex number: class 11, of HDF5 2.0.
     *
     * @param form the bit field of the class: whether both parts have one type, and the form of the number
     * @param of the type of both parts
     */
    record ComplexType(long size, int form, Datatype of) implements Datatype {

        private static final int CLASS = 11;

        private static @Nullable ComplexType decode(DatatypeHead head, ByteBuffer from, int addressBytes, int depth) {
            Datatype of = Datatype.decode(from, addressBytes, depth + 1);
            if (unknown(of)) {
                return null;
            }
            if (head.size() != 2 * of.size()) {
                throw new FormatException(
                        "a complex number of " + head.size() + " bytes has parts of " + of.size() + " bytes");
            }
            return new ComplexType(head.size(), head.bits(), of);
        }

        @Override
        public int version() {
            return DatatypeHead.LATEST;
        }

        @Override
        public void encode(FormatOutput out) {
            new DatatypeHead(version(), CLASS, form, size).encode(out);
            of.encode(out);
        }
    }

    /**
     * A type of a class that is newer than this code, or that has a part of such a class: the bytes up to the end of the message.
     *
     * @param message the bytes of the type and of all that follows
     */
    record UnknownType(int typeClass, long size, ByteBuffer message) implements Datatype {

        public UnknownType {
            message = message.asReadOnlyBuffer();
        }

        private static UnknownType decode(DatatypeHead head, ByteBuffer from) {
            return new UnknownType(head.typeClass(), head.size(), taken(from, from.remaining()));
        }

        @Override
        public void encode(FormatOutput out) {
            out.bytes(message);
        }
    }
}
