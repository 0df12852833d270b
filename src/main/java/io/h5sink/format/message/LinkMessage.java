package io.h5sink.format.message;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.FormatException;
import io.h5sink.format.FormatOutput;
import io.h5sink.format.Superblock;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A link message, type 0x0006: HDF5 File Format Specification 3.0, section IV.A.2.g. Groups with few links have one message for each; dense
 * groups have the same bytes in a fractal heap.
 *
 * @param name the undecoded bytes of the name
 * @param form the form of the link
 * @param address the address of the object; {@link Superblock#UNDEFINED} unless the link is a hard link
 * @param target the path of a soft link, or the undecoded content of an external or user-defined link; empty for a hard link
 * @param order the creation index; null if the group does not track the creation order
 * @param utf8 whether the name is marked as UTF-8, not ASCII
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record LinkMessage(
        byte[] name,
        Form form,
        long address,
        byte[] target,
        @Nullable Long order,
        boolean utf8) {

    /** The form of a link. */
    public enum Form {
        /** A hard link: the address of an object. */
        HARD,
        /** A soft link: a path in the same file. */
        SOFT,
        /** An external link, which is a path in another file, or a user-defined link. */
        OTHER
    }

    private static final int VERSION = 1;
    private static final int SOFT = 1;
    private static final int NAME_WIDTH = 0x03;
    private static final int ORDERED = 0x04;
    private static final int WITH_FORM = 0x08;
    private static final int WITH_CHARACTER_SET = 0x10;
    private static final int UTF8 = 1;
    private static final byte[] NOTHING = {};

    /** A hard link whose name is UTF-8. */
    public static LinkMessage hard(byte[] name, long address, @Nullable Long order) {
        return new LinkMessage(name, Form.HARD, address, NOTHING, order, true);
    }

    /**
     * The link that an entry of a symbol table stands for.
     *
     * @param address the address of the object; {@link Superblock#UNDEFINED} if the entry is a soft link
     * @param path the path of a soft link
     */
    public static LinkMessage symbol(byte[] name, long address, byte[] path) {
        Form form = address == Superblock.UNDEFINED ? Form.SOFT : Form.HARD;
        return new LinkMessage(name, form, address, path, null, false);
    }

    /** Decodes a link. */
    public static LinkMessage decode(ByteBuffer from, FieldSizes sizes) {
        from.get();
        int flags = from.get();
        int kind = (flags & WITH_FORM) != 0 ? Byte.toUnsignedInt(from.get()) : 0;
        Long order = (flags & ORDERED) != 0 ? from.getLong() : null;
        boolean utf8 = (flags & WITH_CHARACTER_SET) != 0 && from.get() == UTF8;
        long length = FieldSizes.number(from, 1 << (flags & NAME_WIDTH));
        if (length < 1 || length > from.remaining()) {
            throw new FormatException("the name of a link has " + length + " bytes");
        }
        byte[] name = new byte[(int) length];
        from.get(name);
        if (kind == 0) {
            return new LinkMessage(name, Form.HARD, sizes.address(from), NOTHING, order, utf8);
        }
        byte[] target = new byte[Short.toUnsignedInt(from.getShort())];
        from.get(target);
        return new LinkMessage(name, kind == SOFT ? Form.SOFT : Form.OTHER, Superblock.UNDEFINED, target, order, utf8);
    }

    /** Encodes a hard link. Links of other forms are never changed, so that their bytes are copied as they are. */
    public void encode(FormatOutput out) {
        int width = name.length < 1 << 8 ? 0 : name.length < 1 << 16 ? 1 : 2;
        out.int8(VERSION).int8(width | (order != null ? ORDERED : 0) | (utf8 ? WITH_CHARACTER_SET : 0));
        if (order != null) {
            out.int64(order);
        }
        if (utf8) {
            out.int8(UTF8);
        }
        out.number(name.length, 1 << width).bytes(name).address(address);
    }
}
