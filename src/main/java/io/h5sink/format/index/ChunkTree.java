package io.h5sink.format.index;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.btree.BTreeV2Writer;
import io.h5sink.format.btree.RecordOrder;
import io.h5sink.transaction.BlockAccess;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Changes a B-tree of version 2 with chunks, the chunk index of a dataset that may grow along several axes: HDF5 File Format Specification
 * 3.0, section III.A.2, records of types 10 and 11. A record has a chunk's address, the size and the filter mask if the dataset has filters,
 * and the chunk's index along each axis. One thread at a time.
 */
final class ChunkTree implements ChunkIndexWriter {

    private static final int PLAIN = 10;
    private static final int FILTERED = 11;
    private static final int WIDTH = Long.BYTES;

    private final ChunkGrid grid;
    private final int sizeBytes;
    private final BTreeV2Writer tree;
    private final long[] wanted;

    /** Compares records with the wanted chunk. */
    private final RecordOrder order = this::compare;

    private ChunkTree(ChunkGrid grid, int sizeBytes, BTreeV2Writer tree) {
        this.grid = grid;
        this.sizeBytes = sizeBytes;
        this.tree = tree;
        this.wanted = new long[grid.rank()];
    }

    /**
     * The tree whose header is at an address.
     *
     * @param sizeBytes the bytes of the chunk size in a record; 0 without filters
     */
    static ChunkTree at(SpaceAllocator file, ChunkGrid grid, int sizeBytes, long header) throws IOException {
        BlockAccess blocks = new BlockAccess(file, FieldSizes.WIDE);
        BTreeV2Writer tree = BTreeV2Writer.open(blocks, header, type(sizeBytes), recordBytes(grid, sizeBytes));
        return new ChunkTree(grid, sizeBytes, tree);
    }

    /**
     * Creates a tree without chunks.
     *
     * @param nodes the sizes of the nodes, from the layout message
     */
    static ChunkTree make(SpaceAllocator file, ChunkGrid grid, int sizeBytes, BTreeV2Writer.NodeSizes nodes) {
        BlockAccess blocks = new BlockAccess(file, FieldSizes.WIDE);
        return new ChunkTree(
                grid, sizeBytes, BTreeV2Writer.create(blocks, type(sizeBytes), recordBytes(grid, sizeBytes), nodes));
    }

    private static int type(int sizeBytes) {
        return sizeBytes > 0 ? FILTERED : PLAIN;
    }

    private static int recordBytes(ChunkGrid grid, int sizeBytes) {
        return ChunkEntry.bytes(sizeBytes) + grid.rank() * WIDTH;
    }

    private int compare(ByteBuffer record) {
        int at = record.limit() - wanted.length * WIDTH;
        for (int axis = 0; axis < wanted.length; axis++) {
            int compared = Long.compareUnsigned(record.getLong(at + axis * WIDTH), wanted[axis]);
            if (compared != 0) {
                return compared;
            }
        }
        return 0;
    }

    @Override
    public long address() {
        return tree.address();
    }

    @Override
    public ChunkEntry get(long chunk) throws IOException {
        grid.scaled(chunk, wanted);
        ByteBuffer record = tree.find(order);
        return record == null ? ChunkEntry.NONE : ChunkEntry.decode(record, 0, sizeBytes);
    }

    @Override
    public void set(long chunk, ChunkEntry entry) throws IOException {
        grid.scaled(chunk, wanted);
        ByteBuffer record = ByteBuffer.allocate(recordBytes(grid, sizeBytes)).order(ByteOrder.LITTLE_ENDIAN);
        entry.encode(record, 0, sizeBytes);
        record.position(ChunkEntry.bytes(sizeBytes));
        for (long index : wanted) {
            record.putLong(index);
        }
        if (!tree.insert(record.array(), order)) {
            tree.replace(record.array(), order);
        }
    }

    @Override
    public void save() throws IOException {
        tree.save();
    }
}
