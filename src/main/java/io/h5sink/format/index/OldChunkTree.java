package io.h5sink.format.index;

import io.h5sink.format.Superblock;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Changes a B-tree of version 1 with chunks, the chunk index of layout messages before version 4: HDF5 File Format Specification 3.0,
 * section III.A.1. A node has, before each child and behind the last one, a key: the size and the filter mask of a chunk, and the chunk's
 * offset along each axis and within an element. The key before a child is that of the first chunk below the child. The key behind the last
 * child is the first key of the next node, or lies behind the last chunk of the tree.
 *
 * <p>Nodes are split as HDF5 splits them: nine tenths of the children of a node at the right edge stay, so that appended chunks leave full
 * nodes, and a tenth at the left edge. The root stays at its address: a root that is full moves its content to a new node. Nodes have no
 * checksum. Deleted chunks are not supported. One thread at a time.
 */
public final class OldChunkTree implements ChunkIndexWriter {

    private static final int SIGNATURE = 'T' | 'R' << 8 | 'E' << 16 | 'E' << 24;
    private static final int CHUNKS = 1;
    private static final int LEVEL = 5;
    private static final int ENTRIES = 6;
    private static final int LEFT = 8;
    private static final int RIGHT = 16;
    private static final int HEAD = 24;
    private static final int MASK = Integer.BYTES;
    private static final int OFFSETS = 2 * Integer.BYTES;
    private static final int WIDTH = Long.BYTES;
    private static final int DEEPEST = 64;

    private final SpaceAllocator file;
    private final ChunkGrid grid;
    private final int most;
    private final int rank;

    /** The length of a key. */
    private final int key;

    /** The length of a key and the address of a child. */
    private final int step;

    private final long root;
    private final long[] scaled;

    /** The offset of the chunk that is looked for. */
    private final long[] wanted;

    /** The nodes from the root to the leaf of the wanted chunk, and in each the last child whose key is not behind that chunk, or -1. */
    private final long[] path = new long[DEEPEST];

    private final int[] places = new int[DEEPEST];

    private OldChunkTree(SpaceAllocator file, ChunkGrid grid, int half, long root) {
        this.file = file;
        this.grid = grid;
        this.most = 2 * half;
        this.rank = grid.rank();
        this.key = OFFSETS + (rank + 1) * WIDTH;
        this.step = key + WIDTH;
        this.root = root;
        this.scaled = new long[rank];
        this.wanted = new long[rank];
    }

    /**
     * The tree whose root is at an address.
     *
     * @param half half of the most children of a node
     */
    static OldChunkTree at(SpaceAllocator file, ChunkGrid grid, int half, long root) throws IOException {
        OldChunkTree tree = new OldChunkTree(file, grid, half, root);
        tree.node(root, -1);
        return tree;
    }

    /** Creates a tree without chunks. */
    static OldChunkTree make(SpaceAllocator file, ChunkGrid grid, int half) {
        OldChunkTree tree = new OldChunkTree(file, grid, half, file.allocateBlock(nodeBytes(grid.rank(), 2 * half)));
        file.makeUnsealed(tree.root, tree.empty(0));
        return tree;
    }

    private static int nodeBytes(int rank, int most) {
        int key = OFFSETS + (rank + 1) * WIDTH;
        return HEAD + most * (key + WIDTH) + key;
    }

    private int nodeBytes() {
        return nodeBytes(rank, most);
    }

    private ByteBuffer empty(int level) {
        return ByteBuffer.allocate(nodeBytes())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, SIGNATURE)
                .put(4, (byte) CHUNKS)
                .put(LEVEL, (byte) level)
                .putLong(LEFT, Superblock.UNDEFINED)
                .putLong(RIGHT, Superblock.UNDEFINED);
    }

    @Override
    public long address() {
        return root;
    }

    /** A node, for reading only; -1 allows any level. */
    private ByteBuffer node(long address, int level) throws IOException {
        boolean within = address >= 0 && address < file.end();
        ByteBuffer node = within ? file.look(address, nodeBytes()) : ByteBuffer.allocate(0);
        if (node.capacity() < nodeBytes()
                || node.getInt(0) != SIGNATURE
                || node.get(4) != CHUNKS
                || (level >= 0 && node.get(LEVEL) != level)
                || node.get(LEVEL) < 0
                || node.get(LEVEL) >= DEEPEST
                || entries(node) > most
                || (entries(node) == 0 && node.get(LEVEL) > 0)) {
            throw file.input().damaged(address, "a node of the index of chunks is expected there");
        }
        return node;
    }

    private ByteBuffer change(long address) throws IOException {
        return file.changeUnsealed(address, nodeBytes());
    }

    private static int entries(ByteBuffer node) {
        return Short.toUnsignedInt(node.getShort(ENTRIES));
    }

    private int keyAt(int entry) {
        return HEAD + entry * step;
    }

    private long child(ByteBuffer node, int entry) {
        return node.getLong(keyAt(entry) + key);
    }

    /** Compares the wanted chunk with a key. */
    private int order(ByteBuffer node, int entry) {
        int at = keyAt(entry) + OFFSETS;
        for (int axis = 0; axis < rank; axis++) {
            int order = Long.compareUnsigned(wanted[axis], node.getLong(at + axis * WIDTH));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /** The last child whose key is not behind the wanted chunk; -1 if all keys are. */
    private int search(ByteBuffer node) {
        int count = entries(node);
        if (count > 0 && order(node, count - 1) >= 0) {
            return count - 1; // appended chunks are at the right edge
        }
        int low = 0;
        int high = count - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (order(node, middle) >= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    /** Finds the path to a chunk; returns the level of the root. */
    private int find(long chunk) throws IOException {
        grid.scaled(chunk, scaled);
        for (int axis = 0; axis < rank; axis++) {
            wanted[axis] = scaled[axis] * grid.chunk(axis);
        }
        ByteBuffer node = node(root, -1);
        int height = node.get(LEVEL);
        long address = root;
        for (int level = height; ; level--) {
            path[level] = address;
            places[level] = search(node);
            if (level == 0) {
                return height;
            }
            address = child(node, Math.max(0, places[level]));
            node = node(address, level - 1);
        }
    }

    /** Whether the leaf at the end of the path has the wanted chunk. */
    private boolean isFound(ByteBuffer leaf) {
        return places[0] >= 0 && order(leaf, places[0]) == 0;
    }

    @Override
    public ChunkEntry get(long chunk) throws IOException {
        find(chunk);
        ByteBuffer leaf = node(path[0], 0);
        if (!isFound(leaf)) {
            return ChunkEntry.NONE;
        }
        int at = keyAt(places[0]);
        return new ChunkEntry(child(leaf, places[0]), Integer.toUnsignedLong(leaf.getInt(at)), leaf.getInt(at + MASK));
    }

    @Override
    public void set(long chunk, ChunkEntry entry) throws IOException {
        int height = find(chunk);
        int size = (int) (entry.size() == 0 ? grid.chunkBytes() : entry.size());
        if (isFound(node(path[0], 0))) {
            change(path[0]).putLong(keyAt(places[0]) + key, entry.address());
            for (int level = 0; level <= height && (level == 0 || places[level - 1] == 0); level++) {
                change(path[level])
                        .putInt(keyAt(places[level]), size)
                        .putInt(keyAt(places[level]) + MASK, entry.mask());
            }
        } else {
            byte[] first = firstKey(size, entry.mask());
            widen(height, first);
            insert(height, first, entry.address());
        }
    }

    private byte[] firstKey(int size, int mask) {
        ByteBuffer bytes = ByteBuffer.allocate(key).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(size).putInt(mask);
        for (long offset : wanted) {
            bytes.putLong(offset);
        }
        return bytes.array();
    }

    /** Sets the keys at the edges of the nodes on the path, if the wanted chunk lies before all others or behind them. */
    private void widen(int height, byte[] first) throws IOException {
        for (int level = 1; level <= height; level++) {
            if (places[level] < 0) {
                change(path[level]).put(keyAt(0), first);
                places[level] = 0;
            }
        }
        byte[] last = null;
        for (int level = 0; level <= height; level++) {
            ByteBuffer node = node(path[level], level);
            int count = entries(node);
            if (places[level] < count - 1 || (count > 0 && order(node, count) < 0)) {
                return; // also if the chunk equals a key but for the element, which HDF5 leaves as it is
            }
            if (count > 0 && last == null && order(node, count) == 0 && isBehind(node, count)) {
                return;
            }
            last = last == null ? lastKey() : last;
            change(path[level]).put(keyAt(count == 0 ? 1 : count), last);
        }
    }

    /** Whether the last key lies behind the wanted chunk by its offset within an element. */
    private boolean isBehind(ByteBuffer node, int entry) {
        return node.getLong(keyAt(entry) + OFFSETS + rank * WIDTH) > 0;
    }

    /** The key behind the wanted chunk, as HDF5 makes it: without size and mask, and further by one along all axes. */
    private byte[] lastKey() {
        ByteBuffer bytes = ByteBuffer.allocate(key).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(0);
        for (int axis = 0; axis < rank; axis++) {
            bytes.putLong(wanted[axis] + grid.chunk(axis));
        }
        return bytes.putLong(grid.elementBytes()).array();
    }

    /** Inserts an entry into the leaf, and into the nodes above if nodes are split. */
    private void insert(int height, byte[] first, long address) throws IOException {
        byte[] newKey = first;
        long newChild = address;
        for (int level = 0; ; level++) {
            ByteBuffer node = change(path[level]);
            int at = places[level] + 1;
            if (entries(node) < most) {
                insert(node, at, newKey, newChild);
                return;
            }
            long right = split(path[level], node, level, Math.max(0, places[level]));
            int left = entries(node);
            ByteBuffer second = change(right);
            if (Math.max(0, places[level]) < left) {
                insert(node, at, newKey, newChild);
                copyKey(second, 0, node, entries(node));
            } else {
                insert(second, at - left, newKey, newChild);
            }
            newKey = new byte[key];
            second.get(keyAt(0), newKey);
            newChild = right;
            if (level == height) {
                grow(node, level, newKey, second, right);
                return;
            }
        }
    }

    private void copyKey(ByteBuffer from, int entry, ByteBuffer to, int toEntry) {
        to.put(keyAt(toEntry), from, keyAt(entry), key);
    }

    private void insert(ByteBuffer node, int at, byte[] newKey, long newChild) {
        int count = entries(node);
        int from = keyAt(at);
        byte[] behind = new byte[(count - at) * step + key];
        node.get(from, behind);
        if (count > 0 || at > 0) {
            node.put(from + step, behind);
        }
        node.put(from, newKey).putLong(from + key, newChild).putShort(ENTRIES, (short) (count + 1));
    }

    /**
     * Moves the last children of a full node to a new node on the right; returns that node's address. The child beside which a child will
     * be inserted has at least one neighbour.
     */
    private long split(long address, ByteBuffer node, int level, int beside) throws IOException {
        boolean rightmost = node.getLong(RIGHT) == Superblock.UNDEFINED;
        boolean leftmost = node.getLong(LEFT) == Superblock.UNDEFINED;
        int left = (int) (most * (rightmost ? 0.9 : leftmost ? 0.1 : 0.5));
        if (beside < left && left == most) {
            left--;
        } else if (beside >= left && left == 0) {
            left++;
        }
        long right = file.allocateBlock(nodeBytes());
        ByteBuffer second = empty(level);
        int count = most - left;
        second.put(HEAD, node, keyAt(left), count * step + key).putShort(ENTRIES, (short) count);
        second.putLong(LEFT, address).putLong(RIGHT, node.getLong(RIGHT));
        file.makeUnsealed(right, second);
        if (!rightmost) {
            node(node.getLong(RIGHT), level);
            change(node.getLong(RIGHT)).putLong(LEFT, right);
        }
        node.putLong(RIGHT, right).putShort(ENTRIES, (short) left);
        for (int at = keyAt(left) + key; at < nodeBytes(); at++) {
            node.put(at, (byte) 0);
        }
        return right;
    }

    /** Moves the content of the root, which was split, to a new node, and makes the root the node above. */
    private void grow(ByteBuffer node, int level, byte[] middle, ByteBuffer second, long right) throws IOException {
        long left = file.allocateBlock(nodeBytes());
        file.makeUnsealed(
                left,
                ByteBuffer.allocate(nodeBytes()).order(ByteOrder.LITTLE_ENDIAN).put(0, node, 0, nodeBytes()));
        second.putLong(LEFT, left);
        ByteBuffer above = empty(level + 1).putShort(ENTRIES, (short) 2);
        copyKey(node, 0, above, 0);
        above.putLong(keyAt(0) + key, left);
        above.put(keyAt(1), middle).putLong(keyAt(1) + key, right);
        copyKey(second, entries(second), above, 2);
        change(root).put(0, above, 0, nodeBytes());
    }
}
