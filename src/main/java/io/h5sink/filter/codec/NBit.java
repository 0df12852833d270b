package io.h5sink.filter.codec;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * HDF5 filter 5. Of each number only its significant bits are stored, most significant first whatever its byte order, one number
 * after the other, also those of arrays and members; of all other types every byte. Bits that are not stored are zeros. The filter's client
 * values describe the element's type (HDF5 File Format Specification 3.0, IV.A.2.l; HDF5, {@code H5Znbit.c}).
 */
public final class NBit {

    /** The deepest nesting of a type that is decoded: deeper than any real type, and not too deep for the stack. */
    private static final int DEEPEST = 100;

    /** The largest number of parts of a type that is decoded: more than any real type has, also if some are parsed twice. */
    private static final int MOST_PARTS = 100_000;

    /** The index of the client value where the type begins. */
    private static final int TYPE = 3;

    private static final int NUMBER = 1;
    private static final int ARRAY = 2;
    private static final int COMPOUND = 3;
    private static final int BYTES = 4;

    private final int[] values;
    private int next = TYPE;
    private int parts;

    /** Whether an array was parsed after which HDF5 goes on with client values of that array, not with those behind. */
    private boolean rewound;

    /** Whether a member follows such an array, so that not all of the member is stored. */
    private boolean lossy;

    private NBit(int[] values) {
        this.values = values;
    }

    /**
     * The size that comes out of a chunk.
     *
     * @param packed from position to limit, both of which stay
     * @param values the filter's client values
     * @return bytes; negative if the client values give no size
     */
    public static long size(ByteBuffer packed, int[] values) {
        if (values.length < TYPE || values[0] != values.length) {
            return -1;
        }
        if (values[1] != 0) { // all bits are significant
            return packed.remaining();
        }
        return values.length < TYPE + 2 ? -1 : Integer.toUnsignedLong(values[2]) * Integer.toUnsignedLong(values[4]);
    }

    /**
     * Unpacks a chunk.
     *
     * @param packed from position to limit, which are undefined afterwards
     * @param values the filter's client values
     * @param chunk is filled from its position to its limit, which are {@link #size} bytes
     * @throws DamagedChunkException if the bytes are no n-bit chunk of that size
     */
    public static void decode(ByteBuffer packed, int[] values, ByteBuffer chunk) {
        long size = size(packed, values);
        if (size != chunk.remaining()) {
            throw DamagedChunkException.size("chunk with n-bit", chunk.remaining(), size);
        }
        if (values[1] != 0) {
            chunk.put(packed);
            return;
        }
        PackedPart element = new NBit(values).part(0);
        int count = chunk.remaining() / element.bytes();
        long needed = (count * element.bits() + Byte.SIZE - 1) / Byte.SIZE;
        if (packed.remaining() < needed) {
            throw DamagedChunkException.size("chunk with n-bit", packed.remaining(), needed);
        }
        for (int at = chunk.position(); at < chunk.limit(); at++) {
            chunk.put(at, (byte) 0);
        }
        Bits bits = new Bits(packed);
        for (int i = 0; i < count; i++) {
            element.unpack(bits, chunk, chunk.position() + i * element.bytes());
        }
        chunk.position(chunk.limit());
    }

    /**
     * Packs a chunk, as HDF5 does. A chunk of which HDF5 would lose members, those behind an array of arrays or compounds, is not packed.
     *
     * @param chunk from position to limit, the position of which is undefined afterwards
     * @param values the filter's client values
     * @param out takes the packed bytes; has space for as many bytes as the chunk and one more
     * @return false if the chunk is not packed
     * @throws DamagedChunkException if the client values are for chunks of another size
     */
    public static boolean encode(ByteBuffer chunk, int[] values, ByteBuffer out) {
        check(values, chunk.remaining());
        if (values[1] != 0) {
            out.put(chunk);
            return true;
        }
        NBit parts = new NBit(values);
        PackedPart element = parts.part(0);
        if (parts.lossy) {
            return false;
        }
        BitPacker bits = new BitPacker(out);
        for (int at = chunk.position(); at < chunk.limit(); at += element.bytes()) {
            element.pack(chunk, at, bits);
        }
        bits.finish();
        return true;
    }

    /**
     * Throws if chunks of a size cannot be packed, which HDF5 does not check.
     *
     * @param values the filter's client values
     * @param bytes the size of a chunk
     * @throws DamagedChunkException if the client values are for chunks of another size
     */
    public static void check(int[] values, long bytes) {
        boolean plain = values.length >= TYPE && values[1] != 0;
        long size = plain ? bytes : size(ByteBuffer.allocate(0), values);
        if (values.length < TYPE || values[0] != values.length || size != bytes) {
            throw DamagedChunkException.size("client values of n-bit for a chunk", size, bytes);
        }
        if (!plain) {
            new NBit(values).part(0);
        }
    }

    /** An element, or a part of one. A part takes the number of bytes that {@link #bytes} gives, and no more bits than these have. */
    private interface PackedPart {
        int bytes();

        long bits();

        void unpack(Bits from, ByteBuffer to, int at);

        void pack(ByteBuffer from, int at, BitPacker to);
    }

    private record Digits(int bytes, boolean bigEndian, int precision, int offset) implements PackedPart {

        @Override
        public long bits() {
            return precision;
        }

        @Override
        public void unpack(Bits from, ByteBuffer to, int at) {
            int end = offset + precision;
            for (int i = (end - 1) / Byte.SIZE; i >= offset / Byte.SIZE; i--) { // the most significant byte first
                int low = Math.max(0, offset - i * Byte.SIZE);
                int high = Math.min(Byte.SIZE, end - i * Byte.SIZE);
                to.put(at + (bigEndian ? bytes - 1 - i : i), (byte) (from.next(high - low) << low));
            }
        }

        @Override
        public void pack(ByteBuffer from, int at, BitPacker to) {
            int end = offset + precision;
            for (int i = (end - 1) / Byte.SIZE; i >= offset / Byte.SIZE; i--) {
                int low = Math.max(0, offset - i * Byte.SIZE);
                int high = Math.min(Byte.SIZE, end - i * Byte.SIZE);
                to.add((from.get(at + (bigEndian ? bytes - 1 - i : i)) & 0xFF) >>> low, high - low);
            }
        }
    }

    private record PackedBytes(int bytes) implements PackedPart {

        @Override
        public long bits() {
            return (long) Byte.SIZE * bytes;
        }

        @Override
        public void unpack(Bits from, ByteBuffer to, int at) {
            for (int i = 0; i < bytes; i++) {
                to.put(at + i, (byte) from.next(Byte.SIZE));
            }
        }

        @Override
        public void pack(ByteBuffer from, int at, BitPacker to) {
            for (int i = 0; i < bytes; i++) {
                to.add(from.get(at + i), Byte.SIZE);
            }
        }
    }

    private record Array(int bytes, int count, PackedPart of) implements PackedPart {

        @Override
        public long bits() {
            return count * of.bits();
        }

        @Override
        public void unpack(Bits from, ByteBuffer to, int at) {
            for (int i = 0; i < count; i++) {
                of.unpack(from, to, at + i * of.bytes());
            }
        }

        @Override
        public void pack(ByteBuffer from, int at, BitPacker to) {
            for (int i = 0; i < count; i++) {
                of.pack(from, at + i * of.bytes(), to);
            }
        }
    }

    private record PackedMember(int offset, PackedPart of) {}

    private record Compound(int bytes, long bits, List<PackedMember> members) implements PackedPart {

        @Override
        public void unpack(Bits from, ByteBuffer to, int at) {
            for (PackedMember member : members) {
                member.of.unpack(from, to, at + member.offset);
            }
        }

        @Override
        public void pack(ByteBuffer from, int at, BitPacker to) {
            for (PackedMember member : members) {
                member.of.pack(from, at + member.offset, to);
            }
        }
    }

    private PackedPart part(int depth) {
        return part(value(), depth);
    }

    private PackedPart part(int kind, int depth) {
        if (depth > DEEPEST) {
            throw new DamagedChunkException("n-bit: types in more than " + DEEPEST + " others (expected: fewer)");
        }
        if (++parts > MOST_PARTS) {
            throw new DamagedChunkException("n-bit: a type of more than " + MOST_PARTS + " parts (expected: fewer)");
        }
        int bytes = value();
        if (bytes < 1) {
            throw new DamagedChunkException(
                    "n-bit: a type of " + Integer.toUnsignedString(bytes) + " bytes (expected: 1 or more)");
        }
        return switch (kind) {
            case NUMBER -> number(bytes);
            case ARRAY -> array(bytes, depth);
            case COMPOUND -> compound(bytes, depth);
            case BYTES -> new PackedBytes(bytes);
            default -> throw new DamagedChunkException("n-bit: a type of kind " + kind + " (expected: 1 to 4)");
        };
    }

    private PackedPart number(int bytes) {
        boolean bigEndian = value() == 1;
        int precision = value();
        int offset = value();
        if (precision < 1 || offset < 0 || (long) precision + offset > (long) Byte.SIZE * bytes) {
            throw new DamagedChunkException(
                    "n-bit: " + precision + " bits from bit " + offset + " on (expected: within " + bytes + " bytes)");
        }
        return new Digits(bytes, bigEndian, precision, offset);
    }

    /**
     * Behind an array of arrays or compounds, HDF5 (1.8 to 2.0, also when it packs) goes on at the client value that is the size of the
     * array's element. The parts that HDF5 parses there as the next members of the surrounding compound are all that is stored of those
     * members.
     */
    private PackedPart array(int bytes, int depth) {
        boolean astray = rewound;
        int kind = value();
        int begin = next;
        PackedPart of = part(kind, depth + 1);
        if (kind == ARRAY || kind == COMPOUND) {
            next = begin;
            rewound = true;
        }
        if (of instanceof PackedBytes) { // HDF5 does not check the size of these elements
            return new PackedBytes(bytes);
        }
        if (bytes % of.bytes() != 0 && !astray) {
            throw new DamagedChunkException(
                    "n-bit: an array of " + bytes + " bytes (expected: a multiple of " + of.bytes() + ")");
        }
        return new Array(bytes, bytes / of.bytes(), of);
    }

    private PackedPart compound(int bytes, int depth) {
        int count = value();
        List<PackedMember> members = new ArrayList<>();
        long used = 0;
        long bits = 0;
        for (int i = 0; i < count; i++) {
            lossy |= rewound;
            int offset = value();
            int kind = value();
            if (rewound && (kind < NUMBER || kind > BYTES)) { // HDF5 stores nothing of such a member
                continue;
            }
            PackedPart of = part(kind, depth + 1);
            used += of.bytes();
            bits += of.bits();
            if (offset < 0 || (long) offset + of.bytes() > bytes || used > bytes) {
                throw new DamagedChunkException("n-bit: a member of " + of.bytes() + " bytes at " + offset
                        + " (expected: within " + bytes + " bytes)");
            }
            members.add(new PackedMember(offset, of));
        }
        return new Compound(bytes, bits, members);
    }

    private int value() {
        if (next == values.length) {
            throw new DamagedChunkException("n-bit: " + next + " client values (expected: more)");
        }
        return values[next++];
    }
}
