package io.h5sink.hdf5;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.index.ChunkLayout;
import io.h5sink.format.message.HeaderEditor;
import io.h5sink.format.message.ObjectHeader;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a dataset that Java needs to append rows, and their places in the object header: HDF5 File Format Specification 3.0,
 * sections IV.A.1 and IV.A.2.
 *
 * @param extent the place of the dataset's length
 * @param dimensions the extents of the dataset
 * @param maximum the largest extents of the dataset, -1 for unlimited
 * @param layoutPlace the place of the chunk index's address
 * @param layout the layout message
 * @param filtered whether chunks go through filters
 * @param times the place of the object's times; null if the header has none
 * @param attribute the place of the requested attribute's value; null if the dataset has no such attribute
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record DatasetHeader(
        MessagePlace extent,
        long[] dimensions,
        long[] maximum,
        MessagePlace layoutPlace,
        ChunkLayout layout,
        boolean filtered,
        @Nullable MessagePlace times,
        @Nullable MessagePlace attribute) {

    /**
     * A place in a block of the header.
     *
     * @param old whether the header has version 1, whose blocks have no checksum; other blocks end with one
     */
    private record MessagePlace(long part, int length, int offset, boolean old) {

        long get(SpaceAllocator file) throws IOException {
            return file.look(part, length).getLong(offset);
        }

        void set(SpaceAllocator file, long value) throws IOException {
            if (old) {
                file.changeUnsealed(part, length).putLong(offset, value);
            } else {
                file.put(part, length, offset, value);
            }
        }
    }

    private static final int GUESS = 512;

    /** The length of the signature, the version and the flags. */
    private static final int HEAD = 6;

    /** The version of the older headers, the length of their prefix, and the offset of the size of their first block. */
    private static final int OLD_VERSION = 1;

    private static final int OLD_PREFIX = 16;
    private static final int OLD_SIZE = 8;

    /** The offset of the seconds in a message that is the time of the last change. */
    private static final int SECONDS = 4;

    /** The length of four times: of the last access, the last modification, the last change, and the birth. */
    private static final int TIMES_BYTES = 4 * Integer.BYTES;

    /** The offset of the last change in the times. */
    private static final int CHANGE = 2 * Integer.BYTES;

    private static final int TIMES = 0x20;
    private static final int PHASES = 0x10;
    private static final int ORDERED = 0x04;

    private record HeaderPart(long address, int length) {}

    /** Reads one object header. */
    private static final class Reader {
        private final boolean old;

        /** The bytes before the content of a message. */
        private final int headBytes;

        private final Deque<HeaderPart> more = new ArrayDeque<>();
        private @Nullable MessagePlace changed;
        private @Nullable MessagePlace extent;
        private @Nullable MessagePlace layout;
        private @Nullable ChunkLayout chunks;
        private long[] dimensions = {};
        private long[] maximum = {};
        private boolean filtered;
        private boolean strange;
        private final byte[] wanted;
        private @Nullable MessagePlace attribute;

        Reader(boolean old, int headBytes, String wanted) {
            this.old = old;
            this.headBytes = headBytes;
            this.wanted = (wanted + '\0').getBytes(StandardCharsets.UTF_8);
        }

        private MessagePlace place(HeaderPart part, int at) {
            return new MessagePlace(part.address, part.length, at, old);
        }

        private void messages(ByteBuffer from, HeaderPart part, int start) {
            int end = part.length - (old ? 0 : Integer.BYTES);
            for (int at = start + headBytes; at <= end; ) {
                int head = at - headBytes;
                int type = old ? Short.toUnsignedInt(from.getShort(head)) : Byte.toUnsignedInt(from.get(head));
                int length = Short.toUnsignedInt(from.getShort(head + (old ? 2 : 1)));
                int flags = from.get(head + (old ? 4 : 3));
                if (at + length > end) {
                    strange = true;
                    return;
                }
                if (type == ObjectHeader.DATASPACE) {
                    space(from, part, at, (flags & 2) != 0);
                } else if (type == ObjectHeader.LAYOUT) {
                    chunks = ChunkLayout.decode(from.slice(at, length));
                    if (chunks != null) {
                        layout = place(part, at + chunks.addressAt());
                    }
                } else if (type == ObjectHeader.FILTERS) {
                    strange |= (flags & 2) != 0;
                    filtered = true;
                } else if (type == ObjectHeader.EXTERNAL) {
                    strange = true;
                } else if (type == ObjectHeader.ATTRIBUTE) {
                    attribute(from, part, at);
                } else if (type == ObjectHeader.MODIFICATION_TIME && length >= SECONDS + Integer.BYTES) {
                    changed = place(part, at + SECONDS);
                } else if (type == ObjectHeader.CONTINUATION) {
                    more.add(new HeaderPart(from.getLong(at), (int) from.getLong(at + Long.BYTES)));
                }
                at += length + headBytes;
            }
        }

        private void space(ByteBuffer from, HeaderPart part, int at, boolean shared) {
            int version = from.get(at);
            int rank = from.get(at + 1);
            if (shared || version < 1 || version > 2 || rank < 1) {
                strange = true;
                return;
            }
            boolean limited = (from.get(at + 2) & 1) != 0;
            int first = at + (version == 1 ? 8 : 4);
            extent = place(part, first);
            dimensions = new long[rank];
            maximum = new long[rank];
            for (int axis = 0; axis < rank; axis++) {
                dimensions[axis] = from.getLong(first + axis * Long.BYTES);
                maximum[axis] = limited ? from.getLong(first + (rank + axis) * Long.BYTES) : dimensions[axis];
            }
        }

        private void attribute(ByteBuffer from, HeaderPart part, int at) {
            int version = from.get(at);
            int length = Short.toUnsignedInt(from.getShort(at + 2));
            if (version >= 1 && version <= 3 && length == wanted.length) {
                int start = at + (version == 3 ? 9 : 8);
                byte[] name = new byte[length];
                from.get(start, name);
                if (Arrays.equals(name, wanted)) {
                    int to = version == 1 ? Long.BYTES : 1; // version 1 pads name, type and shape
                    int value = start
                            + padded(length, to)
                            + padded(from.getShort(at + 4), to)
                            + padded(from.getShort(at + 6), to);
                    attribute = place(part, value);
                }
            }
        }

        private static int padded(int length, int to) {
            return (length + to - 1) / to * to;
        }
    }

    /** Reads the header at an address; null if rows can be appended to the dataset only with the C library. */
    static @Nullable DatasetHeader read(SpaceAllocator file, long address) throws IOException {
        return read(file, address, "");
    }

    /** Reads a header, and looks for an attribute; a missing attribute is no error. */
    static @Nullable DatasetHeader read(SpaceAllocator file, long address, String attribute) throws IOException {
        ByteBuffer head = file.look(address, GUESS);
        if (head.capacity() < 32) {
            return null;
        }
        return head.get(0) == OLD_VERSION
                ? old(file, address, head, attribute)
                : modern(file, address, head, attribute);
    }

    private static @Nullable DatasetHeader old(SpaceAllocator file, long address, ByteBuffer head, String attribute)
            throws IOException {
        long size = Integer.toUnsignedLong(head.getInt(OLD_SIZE));
        if (size > HeaderEditor.LARGEST_PART) {
            return null;
        }
        Reader reader = new Reader(true, 8, attribute);
        read(file, reader, new HeaderPart(address, OLD_PREFIX + (int) size), OLD_PREFIX, 0);
        return found(reader, reader.changed);
    }

    private static @Nullable DatasetHeader modern(SpaceAllocator file, long address, ByteBuffer head, String attribute)
            throws IOException {
        if (head.getInt(0) != 0x5244_484F || head.get(4) != 2) {
            return null;
        }
        int flags = head.get(5);
        boolean timed = (flags & TIMES) != 0;
        int before = HEAD + (timed ? TIMES_BYTES : 0) + ((flags & PHASES) != 0 ? 4 : 0);
        int width = 1 << (flags & 3);
        long size = FieldSizes.number(head.duplicate().order(head.order()).position(before), width);
        if (size < 0 || size > HeaderEditor.LARGEST_PART) {
            return null;
        }
        int from = before + width;
        HeaderPart first = new HeaderPart(address, from + (int) size + Integer.BYTES);
        Reader reader = new Reader(false, (flags & ORDERED) != 0 ? 6 : 4, attribute);
        read(file, reader, first, from, 4);
        return found(reader, timed ? reader.place(first, HEAD) : null);
    }

    /** Reads all blocks: the first from an offset on, and the others from another. */
    private static void read(SpaceAllocator file, Reader reader, HeaderPart first, int start, int others)
            throws IOException {
        reader.messages(file.look(first.address, first.length), first, start);
        while (!reader.more.isEmpty() && !reader.strange) {
            HeaderPart part = reader.more.remove();
            reader.messages(file.look(part.address, part.length), part, others);
        }
    }

    private static @Nullable DatasetHeader found(Reader reader, @Nullable MessagePlace times) {
        if (reader.strange || reader.extent == null || reader.layout == null || reader.chunks == null) {
            return null;
        }
        return new DatasetHeader(
                reader.extent,
                reader.dimensions,
                reader.maximum,
                reader.layout,
                reader.chunks,
                reader.filtered,
                times,
                reader.attribute);
    }

    /** The length of the dataset. */
    long rows(SpaceAllocator file) throws IOException {
        return extent.get(file);
    }

    /** Sets the length of the dataset. */
    void setRows(SpaceAllocator file, long rows) throws IOException {
        extent.set(file, rows);
        if (times != null) { // as HDF5 does when an extent changes
            int now = (int) Instant.now().getEpochSecond();
            if (times.old) {
                file.changeUnsealed(times.part, times.length).putInt(times.offset, now);
            } else {
                file.change(times.part, times.length).putInt(times.offset, now).putInt(times.offset + CHANGE, now);
            }
        }
    }

    /** Sets the address of the chunk index; returns the header with the new address. */
    DatasetHeader setIndex(SpaceAllocator file, long address) throws IOException {
        layoutPlace.set(file, address);
        return new DatasetHeader(
                extent, dimensions, maximum, layoutPlace, layout.at(address), filtered, times, attribute);
    }

    /** The value of the requested attribute; negative if the dataset has no such attribute. */
    long number(SpaceAllocator file) throws IOException {
        return attribute == null ? -1 : attribute.get(file);
    }

    /** Sets the value of the requested attribute. */
    void setNumber(SpaceAllocator file, long value) throws IOException {
        Objects.requireNonNull(attribute).set(file, value);
    }
}
