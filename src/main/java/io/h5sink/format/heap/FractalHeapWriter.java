package io.h5sink.format.heap;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.FormatOutput;
import io.h5sink.format.Superblock;
import io.h5sink.format.btree.BTreeV2Writer;
import io.h5sink.transaction.BlockAccess;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Changes a fractal heap without filters: HDF5 File Format Specification 3.0, section III.G. Objects are placed as HDF5 places objects: in
 * the smallest free space that is large enough, or else in a new direct block at the heap's iterator. The root block is a direct block at
 * first, then an indirect block whose rows are doubled.
 *
 * <p>Blocks that the iterator skips because they are too small for an object take no space in the file, and are not listed as free, unlike
 * in HDF5: the heap's address space, which is all that is lost, is far larger than what a group or an object needs. A direct block stays,
 * though all of its objects are removed; its space is used for later objects.
 *
 * <p>Changes of direct blocks, of the header and of the free space stay in memory until {@link #save}, which must be called before the
 * commit. After a commit that was undone, a heap must be opened anew. One thread at a time.
 */
final class FractalHeapWriter {

    static final String DIRECT = "FHDB";
    static final String INDIRECT = "FHIB";

    /** The parameters with which HDF5 makes heaps of links and attributes. */
    private static final int WIDTH = 4;

    private static final int LARGEST_DIRECT = 1 << 16;
    private static final int LARGEST_MANAGED = 1 << 12;
    private static final int START_ROWS = 1;

    /** The longest objects that a heap ID of any size may hold. */
    private static final int LONGEST_TINY = 16;

    /** The place of a byte of the heap: a direct block's address, size and offset in the heap. */
    private record Place(long block, int size, long offset) {}

    private final BlockAccess blocks;
    private final SpaceAllocator file;
    private final FieldSizes sizes;
    private final long address;
    private final FractalHeapHeader header;
    private final DoublingTable table;
    private final FreeSpaceManager space;

    /** Changed direct blocks that are not part of the commit yet, by address. */
    private final Map<Long, ByteBuffer> dirty = new HashMap<>();

    /** The place that was used last. */
    private @Nullable Place last;

    /** The tree of huge objects; null until a huge object is used. */
    private @Nullable BTreeV2Writer huge;

    private boolean changed;
    private boolean isNew;

    private FractalHeapWriter(BlockAccess blocks, long address, FractalHeapHeader header) throws IOException {
        this.blocks = blocks;
        this.file = blocks.file();
        this.sizes = blocks.sizes();
        this.address = address;
        this.header = header;
        this.table = header.table;
        this.space = FreeSpaceManager.open(blocks, table, header.manager);
    }

    /**
     * Creates a heap.
     *
     * @param idBytes the size of a heap ID
     * @param startBytes the size of the smallest direct blocks
     * @param bits the size of an address within the heap, in bits
     */
    static FractalHeapWriter create(BlockAccess blocks, int idBytes, int startBytes, int bits) throws IOException {
        DoublingTable table = new DoublingTable(WIDTH, startBytes, LARGEST_DIRECT, bits, true, blocks.sizes());
        long address = blocks.file().allocateBlock(headerBytes(blocks.sizes()));
        FractalHeapWriter heap = new FractalHeapWriter(
                blocks, address, new FractalHeapHeader(table, idBytes, 0, LARGEST_MANAGED, START_ROWS));
        heap.isNew = true;
        heap.changed = true;
        return heap;
    }

    /** Opens a heap; throws if the heap has filters. */
    static FractalHeapWriter open(BlockAccess blocks, long address) throws IOException {
        int length = headerBytes(blocks.sizes());
        ByteBuffer head = blocks.look(address, length, FractalHeapHeader.SIGNATURE);
        FractalHeapHeader header = FractalHeapHeader.decode(head, blocks.sizes());
        if (header.filterBytes > 0) {
            throw blocks.damaged(address, "a heap has filters");
        }
        blocks.sealed(address, length, FractalHeapHeader.SIGNATURE);
        return new FractalHeapWriter(blocks, address, header);
    }

    private static int headerBytes(FieldSizes sizes) {
        return FractalHeapHeader.bytes(sizes) + BlockAccess.CHECKSUM;
    }

    /** The address of the header. */
    long address() {
        return address;
    }

    /** The size of a heap ID. */
    int idBytes() {
        return header.idBytes;
    }

    /** The object to which a heap ID points, in a buffer that starts at position 0; for reading only, until the next change. */
    ByteBuffer get(ByteBuffer pointer) throws IOException {
        HeapId id = HeapId.decode(pointer, header);
        return switch (id.kind()) {
            case MANAGED -> {
                Place place = managed(id);
                int within = (int) (id.at() - place.offset);
                int length = (int) id.length();
                ByteBuffer block = dirty.get(place.block);
                if (block == null) {
                    block = blocks.look(place.block, 1);
                }
                yield block.limit() >= within + length
                        ? part(block, within, length)
                        : part(blocks.look(place.block + within, length), 0, length);
            }
            case HUGE -> {
                HugeObject object = hugeObject(id);
                yield part(blocks.look(object.address(), (int) object.length()), 0, (int) object.length());
            }
            case TINY -> part(pointer, id.tiny(), (int) id.length());
            case UNKNOWN -> throw blocks.damaged(address, "a heap ID is of an unknown type");
        };
    }

    private static ByteBuffer part(ByteBuffer bytes, int from, int length) {
        return bytes.slice(from, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Inserts an object, from the buffer's position to the limit; returns the heap ID. */
    byte[] insert(ByteBuffer object) throws IOException {
        int length = object.remaining();
        changed = true;
        if (length > header.largestManaged) {
            return insertHuge(object);
        }
        if (length <= LONGEST_TINY && length < header.idBytes) {
            header.tinyBytes += length;
            header.tinyObjects++;
            return HeapId.tiny(header, object);
        }
        long offset = space.take(length);
        if (offset < 0) {
            offset = makeDirect(table.directFor(length));
            long end = place(offset).offset + place(offset).size;
            if (end - offset > length) {
                space.add(offset + length, end - offset - length);
            }
        }
        put(offset, object);
        header.free -= length;
        header.managedObjects++;
        return HeapId.managed(header, offset, length);
    }

    /**
     * Replaces an object by one of the same size in place.
     *
     * @return false if the sizes differ or the object is not in a direct block; the heap was not changed then
     */
    boolean overwrite(ByteBuffer pointer, ByteBuffer object) throws IOException {
        HeapId id = HeapId.decode(pointer, header);
        if (id.kind() != HeapId.Kind.MANAGED || id.length() != object.remaining()) {
            return false;
        }
        managed(id);
        put(id.at(), object);
        return true;
    }

    /** Removes the object to which a heap ID points. */
    void remove(ByteBuffer pointer) throws IOException {
        HeapId id = HeapId.decode(pointer, header);
        changed = true;
        switch (id.kind()) {
            case MANAGED -> {
                managed(id);
                space.add(id.at(), id.length());
                header.free += id.length();
                header.managedObjects--;
            }
            case HUGE -> removeHuge(hugeObject(id));
            case TINY -> {
                header.tinyBytes -= id.length();
                header.tinyObjects--;
            }
            case UNKNOWN -> throw blocks.damaged(address, "a heap ID is of an unknown type");
        }
    }

    private byte[] insertHuge(ByteBuffer object) throws IOException {
        if (header.hugeDirectly() || header.hugeWrapped) {
            throw blocks.damaged(address, "a heap has no numbers for more objects");
        }
        BTreeV2Writer tree = huge;
        if (tree == null) {
            tree = header.hugeTree == Superblock.UNDEFINED
                    ? BTreeV2Writer.create(blocks, HugeObject.TYPE, HugeObject.bytes(sizes))
                    : hugeTree();
            huge = tree;
            header.hugeTree = tree.address();
        }
        int length = object.remaining();
        long place = file.allocateAnywhere(length);
        file.makeUnsealed(
                place, ByteBuffer.allocate(length).put(object.duplicate()).flip());
        long number = ++header.hugeNumber;
        header.hugeWrapped = number == mostNumbers();
        tree.insert(new HugeObject(place, length, number).encode(sizes), HugeObject.byNumber(number, sizes));
        header.hugeBytes += length;
        header.hugeObjects++;
        return HeapId.huge(header, number);
    }

    private long mostNumbers() {
        int bytes = header.hugeNumberBytes();
        return bytes == Long.BYTES ? -1 : (1L << (8 * bytes)) - 1;
    }

    private BTreeV2Writer hugeTree() throws IOException {
        BTreeV2Writer tree = huge;
        if (tree == null) {
            tree = BTreeV2Writer.open(blocks, header.hugeTree, HugeObject.TYPE, HugeObject.bytes(sizes));
            huge = tree;
        }
        return tree;
    }

    private HugeObject hugeObject(HeapId id) throws IOException {
        if (header.hugeDirectly()) {
            throw blocks.damaged(address, "a heap has objects without numbers");
        }
        ByteBuffer record = hugeTree().find(HugeObject.byNumber(id.at(), sizes));
        if (record == null) {
            throw blocks.damaged(address, "a heap has no huge object " + id.at());
        }
        HugeObject object = HugeObject.decode(record, sizes);
        if (object.length() > Integer.MAX_VALUE) {
            throw blocks.damaged(address, "a heap has an object of " + object.length() + " bytes");
        }
        return object;
    }

    /** Removes a huge object. HDF5 removes the tree with the last record, and then numbers objects from the beginning. */
    private void removeHuge(HugeObject object) throws IOException {
        BTreeV2Writer tree = hugeTree();
        tree.remove(HugeObject.byNumber(object.number(), sizes));
        file.free(object.address(), object.length());
        header.hugeBytes -= object.length();
        header.hugeObjects--;
        if (header.hugeObjects == 0) {
            tree.free();
            huge = null;
            header.hugeTree = Superblock.UNDEFINED;
            header.hugeNumber = 0;
            header.hugeWrapped = false;
        }
    }

    /** Writes bytes at an offset of the heap. */
    private void put(long offset, ByteBuffer object) throws IOException {
        Place place = place(offset);
        ByteBuffer block = dirty.get(place.block);
        if (block == null) {
            ByteBuffer content = blocks.look(place.block, place.size, DIRECT);
            if (table.checked()
                    && !file.isChanged(place.block)
                    && content.getInt(table.checksumAt()) != table.checksum(content)) {
                throw blocks.damaged(place.block, "a checksum is wrong");
            }
            block = copy(content);
            dirty.put(place.block, block);
        }
        block.put((int) (offset - place.offset), object, object.position(), object.remaining());
    }

    private static ByteBuffer copy(ByteBuffer content) {
        return ByteBuffer.allocate(content.limit())
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(0, content, 0, content.limit());
    }

    /** The place of an object, which must lie in a direct block. */
    private Place managed(HeapId id) throws IOException {
        Place place = place(id.at());
        long within = id.at() - place.offset;
        if (within < table.directHead() || id.length() > place.size - within) {
            throw blocks.damaged(place.block, "a heap has nothing at byte " + within + " of a block of " + place.size);
        }
        return place;
    }

    private Place place(long offset) throws IOException {
        Place known = last;
        if (known != null && offset >= known.offset && offset - known.offset < known.size) {
            return known;
        }
        Place found = find(offset);
        last = found;
        return found;
    }

    private Place find(long offset) throws IOException {
        if (offset < 0 || header.root == Superblock.UNDEFINED || offset >= table.rowOffset(Math.max(1, header.rows))) {
            throw blocks.damaged(address, "a heap has no byte " + offset);
        }
        if (header.rows == 0) {
            return new Place(header.root, (int) table.startBytes(), 0);
        }
        long block = header.root;
        int rows = header.rows;
        long start = 0;
        while (true) {
            DoublingTable.ChildBlock entry = table.childOf(offset - start);
            long child = entry(block, rows, entry.number());
            if (child == Superblock.UNDEFINED) {
                throw blocks.damaged(block, "a heap has no byte " + offset);
            }
            start += entry.start();
            if (table.isDirect(entry)) {
                return new Place(child, (int) entry.size(), start);
            }
            block = child;
            rows = table.rowsOf(entry.size());
        }
    }

    private long entry(long block, int rows, int entry) throws IOException {
        ByteBuffer content = blocks.sealed(block, table.indirectBytes(rows), INDIRECT);
        return sizes.address(content.position(table.indirectHead() + entry * sizes.addressBytes()));
    }

    /**
     * Makes a direct block.
     *
     * @param least the least size of the block
     * @return the offset in the heap of the first byte for objects
     */
    private long makeDirect(long least) throws IOException {
        if (header.root == Superblock.UNDEFINED && least == table.startBytes()) {
            header.root = direct(0, least);
            header.rows = 0;
            header.managedBytes = least;
            header.free += table.objectBytes(0);
            return table.directHead();
        }
        if (header.rows == 0) {
            makeRoot(least);
        }
        while (true) {
            long made = makeNext(least);
            if (made >= 0) {
                return made + table.directHead();
            }
        }
    }

    /** Makes the direct block at the iterator, and returns its offset; or returns -1 after a step towards a block of sufficient size. */
    private long makeNext(long least) throws IOException {
        long block = header.root;
        int rows = header.rows;
        long start = 0;
        if (table.rowOf(header.next) >= rows) {
            doubleRoot(least);
            return -1;
        }
        while (true) {
            DoublingTable.ChildBlock entry = table.childOf(header.next - start);
            long size = entry.size();
            long child = entry(block, rows, entry.number());
            long childStart = start + entry.start();
            if (table.isDirect(entry)) {
                if (size < least) {
                    header.next = start + table.rowOffset(Math.min(table.rowFor(least), rows));
                    return -1;
                }
                header.next = childStart + size;
                if (child != Superblock.UNDEFINED) {
                    return -1;
                }
                point(block, rows, entry.number(), direct(childStart, size));
                return childStart;
            }
            int childRows = table.rowsOf(size);
            if (child == Superblock.UNDEFINED) {
                if (table.blockBytes(childRows - 1) < least) {
                    header.next = childStart + size;
                    return -1;
                }
                child = indirect(childStart, childRows);
                point(block, rows, entry.number(), child);
            }
            block = child;
            rows = childRows;
            start = childStart;
        }
    }

    /** Makes a root block that is an indirect block, with the direct block, if there is one, as its first entry. */
    private void makeRoot(long least) throws IOException {
        int rows = Math.max(header.startRows, 1 + table.rowFor(least));
        long first = header.root;
        header.root = indirect(0, rows);
        header.rows = rows;
        header.managedBytes = table.rowOffset(rows);
        for (int row = 0; row < rows; row++) {
            header.free += table.objectBytes(row) * table.width();
        }
        header.next = 0;
        if (first != Superblock.UNDEFINED) {
            point(header.root, rows, 0, first);
            header.free -= table.objectBytes(0);
            header.next = table.startBytes();
        }
    }

    private void doubleRoot(long least) throws IOException {
        int rows = Math.max(Math.min(2 * header.rows, table.mostRows()), 1 + table.rowFor(least));
        if (rows <= header.rows || rows > table.mostRows()) {
            throw new IOException("its heap at address " + address + " is full");
        }
        int before = table.indirectBytes(header.rows);
        ByteBuffer old = blocks.sealed(header.root, before, INDIRECT);
        int used = before - BlockAccess.CHECKSUM;
        long bigger = indirect(0, rows);
        file.change(bigger, table.indirectBytes(rows)).put(0, old, 0, used);
        file.free(header.root, before);
        for (int row = header.rows; row < rows; row++) {
            header.free += table.objectBytes(row) * table.width();
        }
        header.root = bigger;
        header.rows = rows;
        header.managedBytes = table.rowOffset(rows);
    }

    /** Sets an entry of an indirect block. */
    private void point(long block, int rows, int entry, long child) throws IOException {
        int at = table.indirectHead() + entry * sizes.addressBytes();
        ByteBuffer pointer = new FormatOutput(sizes).address(child).toBuffer();
        file.change(block, table.indirectBytes(rows)).put(at, pointer, 0, pointer.limit());
    }

    /** Makes a direct block without objects; returns its address. */
    private long direct(long offset, long size) {
        long block = file.allocateBlock(size);
        FormatOutput out = head(DIRECT, offset);
        ByteBuffer content = out.zeros((int) size - out.size()).toBuffer();
        file.makeUnsealed(block, content);
        dirty.put(block, content);
        header.allocatedBytes += size;
        return block;
    }

    /** Makes an indirect block without entries; returns its address. */
    private long indirect(long offset, int rows) {
        int size = table.indirectBytes(rows);
        long block = file.allocateBlock(size);
        FormatOutput out = head(INDIRECT, offset);
        for (int i = 0; i < rows * table.width(); i++) {
            out.address(Superblock.UNDEFINED);
        }
        file.make(block, out.zeros(BlockAccess.CHECKSUM).toBuffer());
        return block;
    }

    private FormatOutput head(String signature, long offset) {
        return new FormatOutput(sizes)
                .signature(signature)
                .int8(0)
                .address(address)
                .number(offset, table.offsetBytes());
    }

    /** Adds all changes to the commit. */
    void save() throws IOException {
        if (huge != null) {
            huge.save();
        }
        for (Map.Entry<Long, ByteBuffer> entry : dirty.entrySet()) {
            ByteBuffer block = entry.getValue();
            if (table.checked()) {
                block.putInt(table.checksumAt(), table.checksum(block));
            }
            file.replace(entry.getKey(), block.duplicate().clear());
        }
        dirty.clear();
        if (changed) {
            space.save();
            header.manager = space.address();
            FormatOutput out = new FormatOutput(sizes);
            header.encode(out);
            ByteBuffer head = out.zeros(BlockAccess.CHECKSUM).toBuffer();
            if (isNew) {
                file.make(address, head);
            } else {
                file.change(address, head.limit()).put(0, head, 0, head.limit());
            }
            isNew = false;
            changed = false;
        }
    }

    /** Frees the space of the heap with all objects, which must not be used any more. */
    void free() throws IOException {
        if (header.hugeTree != Superblock.UNDEFINED) {
            BTreeV2Writer tree = hugeTree();
            tree.each(record -> {
                HugeObject object = HugeObject.decode(record, sizes);
                file.free(object.address(), object.length());
            });
            tree.free();
        }
        space.free();
        if (header.root != Superblock.UNDEFINED) {
            if (header.rows == 0) {
                file.free(header.root, table.startBytes());
            } else {
                free(header.root, header.rows);
            }
        }
        file.free(address, headerBytes(sizes));
        dirty.clear();
    }

    private void free(long block, int rows) throws IOException {
        for (int entry = 0; entry < rows * table.width(); entry++) {
            long child = entry(block, rows, entry);
            int row = entry / table.width();
            if (child != Superblock.UNDEFINED) {
                if (row < table.directRows()) {
                    file.free(child, table.blockBytes(row));
                } else {
                    free(child, table.rowsOf(table.blockBytes(row)));
                }
            }
        }
        file.free(block, table.indirectBytes(rows));
    }
}
