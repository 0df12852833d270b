package io.h5sink.format.index;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.FormatException;
import io.h5sink.format.FormatInput;
import io.h5sink.format.Superblock;
import io.h5sink.format.btree.BTreeV2;
import io.h5sink.format.message.DataLayout;
import io.h5sink.format.message.DataSelection;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;

/**
 * Finds the chunks of a dataset that hold some of its elements, in any of HDF5's chunk indexes: HDF5 File Format Specification 3.0,
 * sections III.A.1, IV.A.2.i and VII.
 */
public final class ChunkIndex {

    /**
     * The extents of a chunked dataset. Arrays must not be changed.
     *
     * @param shape the dataset's extents
     * @param maximum the dataset's largest extents, -1 for unlimited
     * @param chunk the extents of a chunk
     */
    public @SuppressWarnings("ArrayRecordComponent") // never compared
    record IndexGrid(long[] shape, long[] maximum, long[] chunk) {}

    /** Receives chunks. */
    public interface ChunkTaker {

        /**
         * Receives a chunk.
         *
         * @param offset the indices of the chunk's first element
         * @param address the chunk's address; {@link Superblock#UNDEFINED} if the chunk is not allocated
         * @param size the chunk's stored size, in bytes; 0 if all chunks have the size of a chunk without filters
         * @param mask a bit for each filter that this chunk skips
         */
        void take(long[] offset, long address, long size, int mask);
    }

    private static final int SINGLE = 1;
    private static final int IMPLICIT = 2;
    private static final int FIXED = 3;
    private static final int EXTENSIBLE = 4;
    private static final int TREE = 5;
    private static final int PLAIN_EDGES = 1;
    private static final int SINGLE_FILTERED = 2;
    private static final int DEEPEST = 64;

    /** Receives chunks with their numbers in the index. */
    private interface Numbered {
        void take(long[] offset, long number);
    }

    /** Finds the chunks that have a selected element; other chunks may be among them. */
    private interface ChunkFinder {
        void find(DataSelection selection, ChunkTaker taker);
    }

    private final FormatInput bytes;
    private final IndexGrid grid;
    private final long[] chunk;
    private final int rank;
    private final boolean plainEdges;
    private final ChunkFinder finder;

    /**
     * Reads the chunk index from a layout message.
     *
     * @param stored the layout of a chunked dataset
     * @param grid the dataset's extents
     */
    public ChunkIndex(FormatInput bytes, DataLayout stored, IndexGrid grid) {
        this.bytes = bytes;
        this.grid = grid;
        this.chunk = grid.chunk();
        this.rank = chunk.length;
        ByteBuffer layout = stored.fromStart();
        if (stored.version() < 4) {
            layout.get();
            long root = bytes.address(layout);
            plainEdges = false;
            finder = (selection, taker) -> new Old(selection, taker).node(root, -1, DEEPEST);
            return;
        }
        int flags = layout.get();
        plainEdges = (flags & PLAIN_EDGES) != 0;
        layout.get();
        layout.position(layout.position() + 1 + Byte.toUnsignedInt(layout.get(layout.position())) * (rank + 1));
        int kind = layout.get();
        finder = switch (kind) {
            case SINGLE -> {
                boolean filtered = (flags & SINGLE_FILTERED) != 0;
                long size = filtered ? bytes.length(layout) : 0;
                int mask = filtered ? layout.getInt() : 0;
                long address = bytes.address(layout);
                yield (selection, taker) -> taker.take(new long[rank], address, size, mask);
            }
            case IMPLICIT -> {
                long address = bytes.address(layout);
                long elements = 1;
                for (long extent : chunk) {
                    elements = Math.multiplyExact(elements, extent);
                }
                long apart = elements;
                yield (selection, taker) -> numbered(selection, (offset, number) -> {
                    if (address != Superblock.UNDEFINED) {
                        taker.take(offset, address, -1 - Math.multiplyExact(number, apart), 0);
                    }
                });
            }
            case FIXED -> {
                layout.get();
                FixedArray array = new FixedArray(bytes, bytes.address(layout));
                yield (selection, taker) -> numbered(
                        selection, (offset, number) -> take(offset, array.entry(number), array.sizeBytes(), taker));
            }
            case EXTENSIBLE -> {
                layout.position(layout.position() + 5);
                ExtensibleArrayReader array = new ExtensibleArrayReader(bytes, bytes.address(layout));
                yield (selection, taker) -> numbered(
                        selection, (offset, number) -> take(offset, array.entry(number), array.sizeBytes(), taker));
            }
            case TREE -> {
                layout.position(layout.position() + 6);
                long address = bytes.address(layout);
                yield (selection, taker) -> tree(address, selection, taker);
            }
            default -> throw new FormatException("the index of chunks is of unknown kind " + kind);
        };
    }

    /**
     * Finds chunks.
     *
     * @param selection the elements
     * @param taker receives the chunks that have a selected element
     */
    public void find(DataSelection selection, ChunkTaker taker) {
        finder.find(selection, (offset, address, size, mask) -> {
            if (selection.touches(offset, chunk)) {
                taker.take(offset, address, size, mask);
            }
        });
    }

    /** Whether a chunk skips all filters because it extends beyond the dataset ({@code H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS}). */
    public boolean isPlain(long[] offset) {
        boolean beyond = false;
        for (int axis = 0; axis < rank; axis++) {
            beyond |= offset[axis] + chunk[axis] > grid.shape()[axis];
        }
        return plainEdges && beyond;
    }

    /** Numbers the chunks as fixed and extensible arrays do. */
    private void numbered(DataSelection selection, Numbered to) {
        long[] strides = ChunkGrid.strides(chunk, grid.maximum());
        selection.chunks(chunk, offset -> {
            long number = 0;
            for (int axis = 0; axis < rank; axis++) {
                number += offset[axis] / chunk[axis] * strides[axis];
            }
            to.take(offset, number);
            return true;
        });
    }

    private void take(long[] offset, ByteBuffer entry, int sizeBytes, ChunkTaker taker) {
        if (entry.hasRemaining()) {
            long address = bytes.address(entry);
            long size = FieldSizes.number(entry, sizeBytes);
            taker.take(offset, address, size, sizeBytes > 0 ? entry.getInt() : 0);
        }
    }

    private void tree(long root, DataSelection selection, ChunkTaker taker) {
        Range range = new Range(selection);
        BTreeV2.Order order = record -> {
            ByteBuffer from = record.order(ByteOrder.LITTLE_ENDIAN);
            int behind = from.limit() - rank * Long.BYTES;
            return range.of(axis -> from.getLong(behind + axis * Long.BYTES));
        };
        BTreeV2.find(bytes, root, order, record -> {
            ByteBuffer from = record.order(ByteOrder.LITTLE_ENDIAN);
            int sizeBytes = from.remaining() - bytes.addressBytes() - rank * Long.BYTES - Integer.BYTES;
            long address = bytes.address(from);
            long size = sizeBytes > 0 ? FieldSizes.number(from, sizeBytes) : 0;
            int mask = sizeBytes > 0 ? from.getInt() : 0;
            long[] offset = new long[rank];
            for (int axis = 0; axis < rank; axis++) {
                offset[axis] = Math.multiplyExact(from.getLong(), chunk[axis]);
            }
            taker.take(offset, address, size, mask);
        });
    }

    /** A chunk's index along each axis, counted in chunks. */
    private interface Numbers {
        long along(int axis);
    }

    /** The chunks from the first selected to the last selected, in the order of the B-trees. */
    private final class Range {

        private final long[] first = new long[rank];
        private final long[] last = new long[rank];

        Range(DataSelection selection) {
            for (int axis = 0; axis < rank; axis++) {
                first[axis] = selection.next(axis, 0, chunk[axis]);
                last[axis] = selection.last(axis, chunk[axis]);
            }
        }

        /** Compares a chunk with the range: below 0 for a chunk before the range, above 0 for one behind it. */
        int of(Numbers numbers) {
            return order(numbers, first) < 0 ? -1 : Math.max(0, order(numbers, last));
        }

        private int order(Numbers numbers, long[] other) {
            int order = 0;
            for (int axis = 0; axis < rank && order == 0; axis++) {
                order = Long.compareUnsigned(numbers.along(axis), other[axis]);
            }
            return order;
        }
    }

    /** The search in a B-tree of version 1. */
    private final class Old {

        private final Range range;
        private final ChunkTaker taker;

        /** The addresses of the nodes that were read; a node that is met twice is damage. */
        private final Set<Long> seen = new HashSet<>();

        Old(DataSelection selection, ChunkTaker taker) {
            this.range = new Range(selection);
            this.taker = taker;
        }

        void node(long address, int above, int deepest) {
            if (address == Superblock.UNDEFINED) {
                return;
            }
            int width = bytes.addressBytes();
            ByteBuffer head = bytes.at(address, 8 + 2L * width);
            bytes.expect(head, address, "TREE");
            int type = head.get();
            int level = Byte.toUnsignedInt(head.get());
            int entries = Short.toUnsignedInt(head.getShort());
            if (type != 1 || (above >= 0 && level != above - 1) || deepest == 0 || !seen.add(address)) {
                throw bytes.damaged(address, "a node of type " + type + " and level " + level + " is among chunks");
            }
            int key = 8 + Long.BYTES * (rank + 1);
            ByteBuffer content =
                    bytes.at(address + head.limit(), (long) entries * (key + width) + (entries > 0 ? key : 0));
            for (int i = 0; i < entries; i++) {
                int at = i * (key + width);
                int order = order(content, at + 8);
                if (order > 0) {
                    return;
                }
                content.position(at + key);
                long child = bytes.address(content);
                if (level > 0 && order(content, at + key + width + 8) >= 0) {
                    node(child, level, deepest - 1);
                } else if (level == 0 && order == 0) {
                    long[] offset = new long[rank];
                    for (int axis = 0; axis < rank; axis++) {
                        offset[axis] = content.getLong(at + 8 + axis * Long.BYTES);
                    }
                    long size = Integer.toUnsignedLong(content.getInt(at));
                    taker.take(offset, child, size, content.getInt(at + 4));
                }
            }
        }

        private int order(ByteBuffer content, int at) {
            return range.of(axis -> content.getLong(at + axis * Long.BYTES) / chunk[axis]);
        }
    }
}
