package io.h5sink.hdf5;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Where the chunks of a dataset are that hold some of its rows, by any of HDF5's indexes: the HDF5 File Format Specification 3.0, sections
 * III.A.1, IV.A.2.i and VII.
 */
final class SourceChunks {

    /**
     * The axes of a dataset of chunks. Arrays must not be changed.
     *
     * @param shape its extents
     * @param maximum its largest extents, -1 without a limit
     * @param chunk the extents of a chunk
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Grid(long[] shape, long[] maximum, long[] chunk) {}

    /** Gets chunks. */
    interface Taker {

        /**
         * Takes a chunk.
         *
         * @param offset its first element
         * @param size its stored size, in bytes; 0 where all have that of a chunk without filters
         * @param mask a bit for each filter that it does without
         */
        void take(long[] offset, long address, long size, int mask);
    }

    private static final int SINGLE = 1;
    private static final int IMPLICIT = 2;
    private static final int FIXED = 3;
    private static final int EXTENSIBLE = 4;
    private static final int TREE = 5;
    private static final int SINGLE_FILTERED = 2;
    private static final int DEEPEST = 64;

    private final StructureBytes bytes;
    private final long[] chunk;
    private final long first;
    private final long last;
    private final Taker taker;

    private SourceChunks(StructureBytes bytes, long[] chunk, long first, long last, Taker taker) {
        this.bytes = bytes;
        this.chunk = chunk;
        this.first = first;
        this.last = last;
        this.taker = taker;
    }

    /**
     * Finds chunks.
     *
     * @param stored a layout of chunks
     * @param grid the dataset's
     * @param first the first row
     * @param last the last one
     * @param taker gets them; maybe some more
     */
    static void find(StructureBytes bytes, SourceLayout stored, Grid grid, long first, long last, Taker taker) {
        long[] chunk = grid.chunk();
        SourceChunks chunks = new SourceChunks(bytes, chunk, first, last, taker);
        int rank = chunk.length;
        ByteBuffer layout = stored.fromStart();
        if (stored.version() < 4) {
            layout.get();
            chunks.old(bytes.address(layout), rank, -1, DEEPEST);
            return;
        }
        int flags = layout.get();
        layout.get();
        layout.position(layout.position() + 1 + Byte.toUnsignedInt(layout.get(layout.position())) * (rank + 1));
        int kind = layout.get();
        switch (kind) {
            case SINGLE -> {
                boolean filtered = (flags & SINGLE_FILTERED) != 0;
                long size = filtered ? bytes.length(layout) : 0;
                int mask = filtered ? layout.getInt() : 0;
                taker.take(new long[rank], bytes.address(layout), size, mask);
            }
            case IMPLICIT -> {
                long address = bytes.address(layout);
                long elements = 1;
                for (long extent : chunk) {
                    elements = Math.multiplyExact(elements, extent);
                }
                long apart = elements;
                chunks.numbered(grid, (offset, number) -> chunks.take(offset, address, number, apart));
            }
            case FIXED -> {
                layout.get();
                SourceFixedArray array = new SourceFixedArray(bytes, bytes.address(layout));
                chunks.numbered(grid, (offset, number) -> chunks.take(offset, array.entry(number), array.sizeBytes()));
            }
            case EXTENSIBLE -> {
                layout.position(layout.position() + 5);
                SourceArray array = new SourceArray(bytes, bytes.address(layout));
                chunks.numbered(grid, (offset, number) -> chunks.take(offset, array.entry(number), array.sizeBytes()));
            }
            case TREE -> {
                layout.position(layout.position() + 6);
                StructureTree.check(bytes, bytes.address(layout), false, record -> chunks.record(record, rank));
            }
            default -> throw new StructureDamage("the index of chunks is of unknown kind " + kind);
        }
    }

    private interface Numbered {
        void take(long[] offset, long number);
    }

    /** Counts through the chunks, along the axis without a limit last. */
    private void numbered(Grid grid, Numbered to) {
        int rank = chunk.length;
        int unlimited = 0;
        while (unlimited < rank && grid.maximum()[unlimited] != -1) {
            unlimited++;
        }
        long[] count = new long[rank];
        long[] stride = new long[rank];
        long below = 1;
        for (int axis = rank - 1; axis >= 0; axis--) {
            count[axis] = chunks(grid.shape()[axis], axis);
            if (axis != unlimited) {
                stride[axis] = below;
                below = Math.multiplyExact(below, Math.max(1, chunks(grid.maximum()[axis], axis)));
            }
            if (count[axis] == 0) {
                return;
            }
        }
        if (unlimited < rank) {
            stride[unlimited] = below;
        }
        long[] at = new long[rank];
        at[0] = first / chunk[0];
        while (at[0] <= Math.min(last / chunk[0], count[0] - 1)) {
            long number = 0;
            long[] offset = new long[rank];
            for (int axis = 0; axis < rank; axis++) {
                number += at[axis] * stride[axis];
                offset[axis] = at[axis] * chunk[axis];
            }
            to.take(offset, number);
            int axis = rank - 1;
            while (++at[axis] == count[axis] && axis > 0) {
                at[axis--] = 0;
            }
        }
    }

    private long chunks(long extent, int axis) {
        return (extent + chunk[axis] - 1) / chunk[axis];
    }

    private void take(long[] offset, ByteBuffer entry, int sizeBytes) {
        if (entry.hasRemaining()) {
            long address = bytes.address(entry);
            long size = StructureBytes.number(entry, sizeBytes);
            taker.take(offset, address, size, sizeBytes > 0 ? entry.getInt() : 0);
        }
    }

    /** One of chunks that lie one after the other, without filters. */
    private void take(long[] offset, long address, long number, long elements) {
        if (address != StructureBytes.UNDEFINED) {
            taker.take(offset, address, -1 - Math.multiplyExact(number, elements), 0);
        }
    }

    private void record(ByteBuffer record, int rank) {
        ByteBuffer from = record.order(ByteOrder.LITTLE_ENDIAN);
        int sizeBytes = from.remaining() - bytes.addressBytes() - rank * Long.BYTES - Integer.BYTES;
        long address = bytes.address(from);
        long size = sizeBytes > 0 ? StructureBytes.number(from, sizeBytes) : 0;
        int mask = sizeBytes > 0 ? from.getInt() : 0;
        long[] offset = new long[rank];
        for (int axis = 0; axis < rank; axis++) {
            offset[axis] = from.getLong() * chunk[axis];
        }
        if (offset[0] <= last && offset[0] + chunk[0] > first) {
            taker.take(offset, address, size, mask);
        }
    }

    /** A node of the oldest index. */
    private void old(long address, int rank, int above, int deepest) {
        if (address == StructureBytes.UNDEFINED) {
            return;
        }
        int width = bytes.addressBytes();
        ByteBuffer head = bytes.at(address, 8 + 2L * width);
        bytes.expect(head, address, "TREE");
        int type = head.get();
        int level = Byte.toUnsignedInt(head.get());
        int entries = Short.toUnsignedInt(head.getShort());
        if (type != 1 || (above >= 0 && level != above - 1) || deepest == 0) {
            throw bytes.damaged(address, "a node of type " + type + " and level " + level + " is among chunks");
        }
        int key = 8 + Long.BYTES * (rank + 1);
        ByteBuffer content = bytes.at(address + head.limit(), (long) entries * (key + width) + (entries > 0 ? key : 0));
        for (int i = 0; i < entries; i++) {
            int at = i * (key + width);
            long from = content.getLong(at + 8);
            long next = content.getLong(at + key + width + 8);
            content.position(at + key);
            long child = bytes.address(content);
            if (from > last || (level > 0 ? next < first : from + chunk[0] <= first)) {
                continue;
            }
            if (level > 0) {
                old(child, rank, level, deepest - 1);
            } else {
                long[] offset = new long[rank];
                for (int axis = 0; axis < rank; axis++) {
                    offset[axis] = content.getLong(at + 8 + axis * Long.BYTES);
                }
                taker.take(offset, child, Integer.toUnsignedLong(content.getInt(at)), content.getInt(at + 4));
            }
        }
    }
}
