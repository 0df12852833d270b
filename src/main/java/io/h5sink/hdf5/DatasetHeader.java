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
 * sections IV.A.1.b and IV.A.2.
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

    /** A place in a block of the header; each block has its own checksum. */
    private record MessagePlace(long part, int length, int offset) {}

    private static final int GUESS = 512;

    /** The length of the signature, the version and the flags. */
    private static final int HEAD = 6;

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
        private final Deque<HeaderPart> more = new ArrayDeque<>();
        private @Nullable MessagePlace extent;
        private @Nullable MessagePlace layout;
        private @Nullable ChunkLayout chunks;
        private long[] dimensions = {};
        private long[] maximum = {};
        private boolean filtered;
        private boolean strange;
        private final byte[] wanted;
        private @Nullable MessagePlace attribute;

        Reader(String wanted) {
            this.wanted = (wanted + '\0').getBytes(StandardCharsets.UTF_8);
        }

        private void messages(ByteBuffer from, HeaderPart part, boolean ordered) {
            int end = part.length - Integer.BYTES;
            while (end - from.position() >= (ordered ? 6 : 4)) {
                int type = Byte.toUnsignedInt(from.get());
                int length = Short.toUnsignedInt(from.getShort());
                int flags = from.get();
                int at = from.position() + (ordered ? 2 : 0);
                if (at + length > end) {
                    strange = true;
                    return;
                }
                if (type == ObjectHeader.DATASPACE) {
                    space(from, part, at, (flags & 2) != 0);
                } else if (type == ObjectHeader.LAYOUT) {
                    chunks = ChunkLayout.decode(from.slice(at, length));
                    if (chunks != null) {
                        layout = new MessagePlace(part.address, part.length, at + chunks.addressAt());
                    }
                } else if (type == ObjectHeader.FILTERS) {
                    strange |= (flags & 2) != 0;
                    filtered = true;
                } else if (type == ObjectHeader.EXTERNAL) {
                    strange = true;
                } else if (type == ObjectHeader.ATTRIBUTE) {
                    attribute(from, part, at);
                } else if (type == ObjectHeader.CONTINUATION) {
                    more.add(new HeaderPart(from.getLong(at), (int) from.getLong(at + Long.BYTES)));
                }
                from.position(at + length);
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
            extent = new MessagePlace(part.address, part.length, first);
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
                    attribute = new MessagePlace(part.address, part.length, value);
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
        if (head.capacity() < 32 || head.getInt(0) != 0x5244_484F || head.get(4) != 2) {
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
        Reader reader = new Reader(attribute);
        ByteBuffer whole = first.length <= head.capacity() ? head : file.look(address, first.length);
        reader.messages(whole.duplicate().order(whole.order()).position(from), first, (flags & ORDERED) != 0);
        while (!reader.more.isEmpty() && !reader.strange) {
            HeaderPart part = reader.more.remove();
            ByteBuffer bytes = file.look(part.address, part.length);
            reader.messages(bytes.duplicate().order(bytes.order()).position(4), part, (flags & ORDERED) != 0);
        }
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
                timed ? new MessagePlace(address, first.length, HEAD) : null,
                reader.attribute);
    }

    /** The length of the dataset. */
    long rows(SpaceAllocator file) throws IOException {
        return file.look(extent.part, extent.length).getLong(extent.offset);
    }

    /** Sets the length of the dataset. */
    void setRows(SpaceAllocator file, long rows) throws IOException {
        file.put(extent.part, extent.length, extent.offset, rows);
        if (times != null) { // as HDF5 does when an extent changes
            int now = (int) Instant.now().getEpochSecond();
            file.change(times.part, times.length).putInt(times.offset, now).putInt(times.offset + CHANGE, now);
        }
    }

    /** Sets the address of the chunk index; returns the header with the new address. */
    DatasetHeader setIndex(SpaceAllocator file, long address) throws IOException {
        file.put(layoutPlace.part, layoutPlace.length, layoutPlace.offset, address);
        return new DatasetHeader(
                extent, dimensions, maximum, layoutPlace, layout.at(address), filtered, times, attribute);
    }

    /** The value of the requested attribute; negative if the dataset has no such attribute. */
    long number(SpaceAllocator file) throws IOException {
        return attribute == null
                ? -1
                : file.look(attribute.part, attribute.length).getLong(attribute.offset);
    }

    /** Sets the value of the requested attribute. */
    void setNumber(SpaceAllocator file, long value) throws IOException {
        MessagePlace place = Objects.requireNonNull(attribute);
        file.put(place.part, place.length, place.offset, value);
    }
}
