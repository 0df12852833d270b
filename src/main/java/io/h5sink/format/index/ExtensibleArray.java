package io.h5sink.format.index;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.Superblock;
import io.h5sink.storage.RelocatableBlock;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An extensible array: the chunk index of a dataset that grows along one axis, with the address of each chunk by its number. HDF5 File
 * Format Specification 3.0, section VII.D. New blocks are laid out as the C library lays them out: each data block is twice as large as one
 * two levels below, and has pages beyond some size. The index block points to the data blocks of the first levels; secondary blocks point
 * to those of the other levels.
 */
public final class ExtensibleArray implements ChunkIndexWriter {

    /** The place of an entry: a block's address and length, and the entry's offset in the block. */
    private record ElementPlace(long block, int length, int offset) {}

    private static final int STATISTICS = 12;
    private static final int SECONDARY_BLOCKS = STATISTICS;
    private static final int DATA_BLOCKS = STATISTICS + 2 * ExtensibleArrayShape.WIDTH;
    private static final int LAST = STATISTICS + 4 * ExtensibleArrayShape.WIDTH;
    private static final int ENTRIES = STATISTICS + 5 * ExtensibleArrayShape.WIDTH;
    private static final int INDEX = STATISTICS + 6 * ExtensibleArrayShape.WIDTH;
    private static final int HEADER = INDEX + ExtensibleArrayShape.WIDTH + ExtensibleArrayShape.CHECKSUM;

    private final SpaceAllocator file;
    private final ExtensibleArrayShape shape;
    private final ExtensibleArrayBlocks blocks;
    private final ChunkGrid grid;

    private long header;

    private ExtensibleArray(SpaceAllocator file, long header, ExtensibleArrayShape shape, ChunkGrid grid) {
        this.file = file;
        this.header = header;
        this.shape = shape;
        this.blocks = shape.blocks();
        this.grid = grid;
    }

    /** The array whose header is at an address; null if the array's shape differs from that in the layout message. */
    static @Nullable ExtensibleArray at(SpaceAllocator file, long header, ExtensibleArrayShape shape, ChunkGrid grid)
            throws IOException {
        ByteBuffer head = file.look(header, HEADER);
        boolean same = head.remaining() >= HEADER
                && head.getInt(0) == signature("EAHD")
                && head.getShort(4) == shape.kind()
                && head.get(6) == shape.entryBytes()
                && head.get(7) == shape.bits()
                && Byte.toUnsignedInt(head.get(8)) == shape.indexEntries()
                && Byte.toUnsignedInt(head.get(9)) == shape.minEntries()
                && Byte.toUnsignedInt(head.get(10)) == shape.pointers()
                && head.get(11) == shape.pageBits()
                && head.getLong(INDEX) != Superblock.UNDEFINED;
        return same ? new ExtensibleArray(file, header, shape, grid) : null;
    }

    /** Creates an array without entries. */
    static ExtensibleArray make(SpaceAllocator file, ExtensibleArrayShape shape, ChunkGrid grid) {
        ExtensibleArray array = new ExtensibleArray(file, file.allocateBlock(HEADER), shape, grid);
        long index = file.allocateBlock(shape.indexLength());
        file.make(index, array.block("EAIB", shape.indexLength(), ExtensibleArrayShape.PREFIX, shape.indexEntries()));
        ByteBuffer head = ByteBuffer.allocate(HEADER)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(signature("EAHD"))
                .putShort(shape.kind())
                .put((byte) shape.entryBytes())
                .put((byte) shape.bits())
                .put((byte) shape.indexEntries())
                .put((byte) shape.minEntries())
                .put((byte) shape.pointers())
                .put((byte) shape.pageBits());
        head.putLong(ENTRIES, shape.indexEntries()).putLong(INDEX, index);
        file.make(array.header, head.clear());
        return array;
    }

    /** The address of the header. */
    @Override
    public long address() {
        return header;
    }

    /**
     * Finds the array's relocatable blocks that end behind an address. The header is relocatable only while the array has no more blocks
     * than the index block: all blocks contain the header's address.
     */
    @Override
    public void movables(long from, RelocatableBlock.BlockPointer headerPointer, Consumer<RelocatableBlock> to)
            throws IOException {
        ByteBuffer head = file.look(header, HEADER);
        boolean small = head.getLong(SECONDARY_BLOCKS) == 0 && head.getLong(DATA_BLOCKS) == 0;
        if (small && header + HEADER > from) {
            to.accept(new RelocatableBlock(header, HEADER, moved -> {
                header = moved;
                file.change(index(), shape.indexLength()).putLong(6, moved);
                headerPointer.set(moved);
            }));
        }
        movable(() -> header, HEADER, INDEX, shape.indexLength(), from, to);
        for (int level = 0; level < blocks.directLevels(); level++) {
            for (int i = 0; i < ExtensibleArrayShape.blocksOf(level); i++) {
                int pointer = shape.directPointer((int) ExtensibleArrayBlocks.firstBlock(level) + i);
                movable(this::index, shape.indexLength(), pointer, shape.dataSize(level), from, to);
            }
        }
        for (int level = blocks.directLevels(); level < blocks.levels(); level++) {
            int pointer = shape.secondaryPointer(level);
            long secondary = file.look(index(), shape.indexLength()).getLong(pointer);
            if (secondary != Superblock.UNDEFINED) {
                movable(this::index, shape.indexLength(), pointer, shape.secondaryLength(level), from, to);
                for (int i = 0; i < ExtensibleArrayShape.blocksOf(level); i++) {
                    int at = shape.dataHead() + shape.bitmap(level) + i * ExtensibleArrayShape.WIDTH;
                    Finder itsBlock =
                            () -> file.look(index(), shape.indexLength()).getLong(pointer);
                    movable(itsBlock, shape.secondaryLength(level), at, shape.dataSize(level), from, to);
                }
            }
        }
    }

    /** Finds the address of a block. */
    private interface Finder {
        long find() throws IOException;
    }

    /** Adds the block to which a pointer leads; the block with the pointer may itself be moved before. */
    private void movable(Finder block, int length, int pointer, long size, long from, Consumer<RelocatableBlock> to)
            throws IOException {
        long address = file.look(block.find(), length).getLong(pointer);
        if (address != Superblock.UNDEFINED && address + size > from) {
            to.accept(new RelocatableBlock(
                    address, size, moved -> file.change(block.find(), length).putLong(pointer, moved)));
        }
    }

    private long index() throws IOException {
        return file.look(header, HEADER).getLong(INDEX);
    }

    @Override
    public ChunkEntry get(long number) throws IOException {
        long chunk = grid.inArray(number);
        if (chunk >= file.look(header, HEADER).getLong(LAST)) {
            return ChunkEntry.NONE;
        }
        ElementPlace slot = slot(chunk, false);
        if (slot == null) {
            return ChunkEntry.NONE;
        }
        return ChunkEntry.decode(file.look(slot.block, slot.length), slot.offset, shape.sizeBytes());
    }

    @Override
    public void set(long number, ChunkEntry entry) throws IOException {
        long chunk = grid.inArray(number);
        ElementPlace slot = slot(chunk, true);
        if (slot == null) {
            throw new IOException("its index of chunks is full");
        }
        entry.encode(file.change(slot.block, slot.length), slot.offset, shape.sizeBytes());
        if (chunk >= file.look(header, HEADER).getLong(LAST)) {
            file.change(header, HEADER).putLong(LAST, chunk + 1);
        }
    }

    private @Nullable ElementPlace slot(long chunk, boolean make) throws IOException {
        long index = index();
        if (chunk < shape.indexEntries()) {
            return new ElementPlace(
                    index, shape.indexLength(), ExtensibleArrayShape.PREFIX + (int) chunk * shape.entryBytes());
        }
        long entry = chunk - shape.indexEntries();
        int level = blocks.level(entry);
        if (level >= blocks.levels()) {
            return null;
        }
        long within = entry - blocks.start(level);
        int number = (int) (within / blocks.entries(level));
        long block;
        if (level < blocks.directLevels()) {
            int pointer = (int) ExtensibleArrayBlocks.firstBlock(level) + number;
            block = follow(
                    index, shape.indexLength(), shape.directPointer(pointer), make, () -> makeData(level, pointer));
            return block == Superblock.UNDEFINED
                    ? null
                    : new ElementPlace(block, shape.dataLength(level), shape.dataHead() + entry(level, within));
        }
        int pointer = shape.secondaryPointer(level);
        long secondary = follow(index, shape.indexLength(), pointer, make, () -> makeSecondary(level));
        if (secondary == Superblock.UNDEFINED) {
            return null;
        }
        int at = shape.dataHead() + shape.bitmap(level) + number * ExtensibleArrayShape.WIDTH;
        block = follow(secondary, shape.secondaryLength(level), at, make, () -> makeData(level, number));
        if (block == Superblock.UNDEFINED || shape.pages(level) == 0) {
            return block == Superblock.UNDEFINED
                    ? null
                    : new ElementPlace(block, shape.dataLength(level), shape.dataHead() + entry(level, within));
        }
        return page(secondary, level, number, block, (int) (within % blocks.entries(level)), make);
    }

    /** The offset of an entry in its block, in bytes behind the block's head. */
    private int entry(int level, long within) {
        return (int) (within % blocks.entries(level)) * shape.entryBytes();
    }

    private interface Maker {
        long make() throws IOException;
    }

    /** The address to which a pointer leads; creates the block if the pointer is undefined and {@code make} is true. */
    private long follow(long from, int length, int offset, boolean make, Maker maker) throws IOException {
        long found = file.look(from, length).getLong(offset);
        if (found == Superblock.UNDEFINED && make) {
            found = maker.make();
            file.change(from, length).putLong(offset, found);
        }
        return found;
    }

    private @Nullable ElementPlace page(long secondary, int level, int number, long block, int entry, boolean make)
            throws IOException {
        int page = entry >> shape.pageBits();
        int length = shape.pageLength();
        long address = block + shape.dataHead() + ExtensibleArrayShape.CHECKSUM + (long) page * length;
        int bit = number * shape.pages(level) + page;
        int flags = shape.dataHead() + bit / Byte.SIZE;
        int flag = 0x80 >> (bit % Byte.SIZE);
        if ((file.look(secondary, shape.secondaryLength(level)).get(flags) & flag) == 0) {
            if (!make) {
                return null;
            }
            file.make(address, filled(length, 0, 1 << shape.pageBits()));
            ByteBuffer used = file.change(secondary, shape.secondaryLength(level));
            used.put(flags, (byte) (used.get(flags) | flag));
        }
        return new ElementPlace(address, length, (entry & ((1 << shape.pageBits()) - 1)) * shape.entryBytes());
    }

    private long makeData(int level, int number) throws IOException {
        int length = shape.dataLength(level);
        boolean paged = shape.pages(level) > 0;
        long size = shape.dataSize(level);
        long address = file.allocateBlock(size);
        ByteBuffer block = block("EADB", length, shape.dataHead(), paged ? 0 : (int) blocks.entries(level));
        offset(block, blocks.start(level) + number * blocks.entries(level));
        file.make(address, block);
        count(DATA_BLOCKS, size);
        ByteBuffer head = file.change(header, HEADER);
        head.putLong(ENTRIES, head.getLong(ENTRIES) + blocks.entries(level));
        return address;
    }

    private long makeSecondary(int level) throws IOException {
        int length = shape.secondaryLength(level);
        long address = file.allocateBlock(length);
        ByteBuffer block = block("EASB", length, shape.dataHead(), 0);
        offset(block, blocks.start(level));
        for (int i = 0; i < shape.bitmap(level); i++) {
            block.put(shape.dataHead() + i, (byte) 0);
        }
        file.make(address, block);
        count(SECONDARY_BLOCKS, length);
        return address;
    }

    private void count(int what, long size) throws IOException {
        ByteBuffer head = file.change(header, HEADER);
        head.putLong(what, head.getLong(what) + 1);
        head.putLong(what + ExtensibleArrayShape.WIDTH, head.getLong(what + ExtensibleArrayShape.WIDTH) + size);
    }

    /** A new block with its signature, whose pointers and entries are undefined. */
    private ByteBuffer block(String name, int length, int firstEntry, int entryCount) {
        return filled(length, firstEntry, entryCount)
                .putInt(0, signature(name))
                .putShort(4, shape.kind())
                .putLong(6, header);
    }

    private ByteBuffer filled(int length, int firstEntry, int entryCount) {
        ByteBuffer block = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.fill(block.array(), (byte) Superblock.UNDEFINED);
        for (int i = 0; shape.filtered() && i < entryCount; i++) {
            int size = firstEntry + i * shape.entryBytes() + ExtensibleArrayShape.WIDTH;
            Arrays.fill(block.array(), size, size + shape.sizeBytes() + Integer.BYTES, (byte) 0);
        }
        return block;
    }

    /** Sets the number of a block's first entry, counted behind the entries of the index block. */
    private void offset(ByteBuffer block, long first) {
        FieldSizes.put(block, ExtensibleArrayShape.PREFIX, shape.offsetBytes(), first);
    }

    /** A block's signature of four letters, with which the block begins. */
    static int signature(String name) {
        return name.charAt(0) | name.charAt(1) << 8 | name.charAt(2) << 16 | name.charAt(3) << 24;
    }
}
