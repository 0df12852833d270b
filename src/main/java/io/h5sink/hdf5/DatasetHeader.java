package io.h5sink.hdf5;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.index.ExtensibleArrayShape;
import io.h5sink.format.message.DataLayout;
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
 * @param layout the place of the chunk index's address
 * @param chunkRows the extent of a chunk along the first axis
 * @param chunkBytes the size of a chunk, in bytes
 * @param filtered whether chunks go through filters
 * @param array the address of the chunk index; undefined if the dataset has none yet
 * @param shape the parameters of the chunk index
 * @param times the place of the object's times; null if the header has none
 * @param attribute the place of the requested attribute's value; null if the dataset has no such attribute
 */
record DatasetHeader(
        MessagePlace extent,
        MessagePlace layout,
        long chunkRows,
        long chunkBytes,
        boolean filtered,
        long array,
        ExtensibleArrayShape shape,
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
    private static final int EXTENSIBLE = 4;

    private record HeaderPart(long address, int length) {}

    /** Reads one object header. */
    private static final class Reader {
        private final Deque<HeaderPart> more = new ArrayDeque<>();
        private @Nullable MessagePlace extent;
        private @Nullable MessagePlace layout;
        private long chunkRows;
        private long chunkBytes;
        private long array;
        private @Nullable ExtensibleArrayShape shape;
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
                    strange |= (flags & 2) != 0 || from.get(at) != 2 || from.get(at + 1) == 0;
                    extent = new MessagePlace(part.address, part.length, at + 4);
                } else if (type == ObjectHeader.LAYOUT) {
                    layout(from, part, at);
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

        private void attribute(ByteBuffer from, HeaderPart part, int at) {
            int length = Short.toUnsignedInt(from.getShort(at + 2));
            if (from.get(at) == 3 && length == wanted.length) {
                byte[] name = new byte[length];
                from.get(at + 9, name);
                if (Arrays.equals(name, wanted)) {
                    int value = at + 9 + length + from.getShort(at + 4) + from.getShort(at + 6);
                    attribute = new MessagePlace(part.address, part.length, value);
                }
            }
        }

        private void layout(ByteBuffer from, HeaderPart part, int at) {
            if (from.get(at) != 4 || from.get(at + 1) != DataLayout.CHUNKED || from.get(at + 2) != 0) {
                strange = true;
                return;
            }
            int rank = from.get(at + 3);
            int width = from.get(at + 4);
            chunkBytes = 1;
            for (int i = 0; i < rank; i++) {
                long length = FieldSizes.number(from.duplicate().position(at + 5 + i * width), width);
                chunkRows = i == 0 ? length : chunkRows;
                chunkBytes *= length;
            }
            int index = at + 5 + rank * width;
            strange |= from.get(index) != EXTENSIBLE;
            shape = new ExtensibleArrayShape(
                    from.get(index + 1),
                    Byte.toUnsignedInt(from.get(index + 2)),
                    Byte.toUnsignedInt(from.get(index + 3)),
                    Byte.toUnsignedInt(from.get(index + 4)),
                    from.get(index + 5),
                    0);
            strange |= !shape.isUsual();
            array = from.getLong(index + 6);
            layout = new MessagePlace(part.address, part.length, index + 6);
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
        if (reader.strange || reader.extent == null || reader.layout == null || reader.shape == null) {
            return null;
        }
        return new DatasetHeader(
                reader.extent,
                reader.layout,
                reader.chunkRows,
                reader.chunkBytes,
                reader.filtered,
                reader.array,
                reader.filtered ? reader.shape.filtered(sizeBytes(reader.chunkBytes)) : reader.shape,
                timed ? new MessagePlace(address, first.length, HEAD) : null,
                reader.attribute);
    }

    /** The bytes of the chunk size in an index entry, computed as the C library computes them: filters may make a chunk larger. */
    private static int sizeBytes(long chunkBytes) {
        int log = 63 - Long.numberOfLeadingZeros(chunkBytes);
        return Math.min(Long.BYTES, 1 + (log + 8) / 8);
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
    DatasetHeader setArray(SpaceAllocator file, long address) throws IOException {
        file.put(layout.part, layout.length, layout.offset, address);
        return new DatasetHeader(extent, layout, chunkRows, chunkBytes, filtered, address, shape, times, attribute);
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
