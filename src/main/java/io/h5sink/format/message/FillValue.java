package io.h5sink.format.message;

import io.h5sink.format.FormatException;
import io.h5sink.format.FormatOutput;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A fill value message, type 0x0005: HDF5 File Format Specification 3.0, section IV.A.2.f. The older message of type 0x0004 has the value
 * only.
 *
 * @param allocation when space is allocated: 1 with the dataset, 2 when rows are written, 3 chunk by chunk
 * @param time when the value is written: 0 as space is allocated, 1 never, 2 if the value was set
 * @param set whether the creator of the dataset has set a value, or set that there is none
 * @param value the value; null for zeros, or for none
 */
public record FillValue(
        int allocation, int time, boolean set, @Nullable ByteBuffer value) {

    /** Space is allocated as a whole with the dataset, as HDF5 requires of compact datasets. */
    public static final int EARLY = 1;

    /** Space is allocated as a whole when the first elements are written. */
    public static final int LATE = 2;

    /** Space is allocated chunk by chunk. */
    public static final int INCREMENTAL = 3;

    /** The value is written as space is allocated; HDF5 requires that of types with references to the heap. */
    public static final int WITH_SPACE = 0;

    /** The value is never written. */
    public static final int NEVER = 1;

    /** The value is written if the creator of the dataset has set one. */
    public static final int IF_SET = 2;

    /** The most bytes of a value in a message of version 3, behind the version, the flags and the size. */
    public static final int MOST_BYTES = HeaderEditor.LARGEST_MESSAGE - 2 - Integer.BYTES;

    private static final int VERSION = 3;
    private static final int UNDEFINED = 0x10;
    private static final int DEFINED = 0x20;

    /** A message without a value of its own. */
    public static FillValue none(int allocation, int time) {
        return new FillValue(allocation, time, false, null);
    }

    /** Whether a message that is not the older one has a version that {@link #decode} knows; the C library does not read others either. */
    public static boolean isKnown(ByteBuffer message) {
        return message.get(0) <= VERSION;
    }

    /** Decodes versions 1 to 3 of a message, or the older message. */
    public static FillValue decode(int type, ByteBuffer from) {
        if (type == ObjectHeader.OLD_FILL) {
            ByteBuffer value = value(from);
            return new FillValue(LATE, IF_SET, value != null, value);
        }
        int version = from.get();
        if (version == VERSION) {
            int flags = from.get();
            boolean defined = (flags & DEFINED) != 0;
            return new FillValue(
                    flags & 3, flags >> 2 & 3, defined || (flags & UNDEFINED) != 0, defined ? value(from) : null);
        }
        int allocation = from.get();
        int time = from.get();
        boolean defined = from.get() != 0;
        ByteBuffer value = version == 1 || defined ? value(from) : null;
        return new FillValue(allocation, time, value != null || !defined, value);
    }

    private static @Nullable ByteBuffer value(ByteBuffer from) {
        int size = from.getInt();
        if (size > from.remaining()) {
            throw new FormatException("a fill value has " + size + " bytes");
        }
        return size <= 0 ? null : from.slice(from.position(), size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Encodes version 3. */
    public void encode(FormatOutput out) {
        ByteBuffer bytes = value;
        boolean undefined = set && bytes == null;
        out.int8(VERSION).int8(allocation | time << 2 | (undefined ? UNDEFINED : 0) | (bytes != null ? DEFINED : 0));
        if (bytes != null) {
            out.int32(bytes.remaining()).bytes(bytes);
        }
    }

    /** Whether the creator of the dataset has set a value. */
    public boolean isUserDefined() {
        return value != null;
    }
}
