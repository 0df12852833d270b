package io.h5sink.transaction;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.FormatInput;
import io.h5sink.format.Superblock;
import io.h5sink.storage.ChunkBuffers;
import io.h5sink.storage.RollbackJournal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Allocates and frees the space of a file that Java extends. Rows are written to their place at once; changes of metadata stay in the
 * {@link MetadataCache} until a commit. Blocks of metadata end with a checksum, which the commit computes; collections of the global heap
 * and the structures of HDF5's oldest format have none ({@link #makeUnsealed}). One thread at a time.
 */
public final class SpaceAllocator {

    /**
     * The size of the first space for metadata blocks, in bytes. Each later space is larger, so that the blocks of many datasets lie
     * together.
     */
    private static final int SMALLEST_BLOCKS = 1 << 9;

    private static final int LARGEST_BLOCKS = 1 << 16;

    private static final int MOST_EXPECTED = 1 << 20;

    private final DiskFile disk;
    private final MetadataCache structure;
    private final FreeSpace space;
    private final ChunkBuffers buffers = new ChunkBuffers();
    private final FormatInput input = new FormatInput(new FormatInput.BlockSource() {
        @Override
        public ByteBuffer read(long address, int length) throws IOException {
            return structure.within(address, length);
        }

        @Override
        public long end() {
            return end;
        }

        @Override
        public long available(long address) {
            RawSpace apart = rawAt(address);
            return apart != null ? apart.available(address) : address < 0 ? 0 : end - address;
        }
    });

    /** The space of the raw data, if the driver keeps raw data apart; null if raw data lies among the metadata. */
    private @Nullable RawSpace raw;

    private long commits;
    private long doubts;
    private long moves;
    private long committedEnd;
    private long end;

    /** The next address for a metadata block, and the bytes that are left from there. */
    private long blocks;

    private int blocksLeft;
    private int blocksAtOnce = SMALLEST_BLOCKS;

    /** The bytes of metadata blocks that will be allocated soon. */
    private int expected;

    /**
     * The allocator of a file that is complete on disk.
     *
     * @param order the order in which a commit overwrites metadata
     * @param space the free space of the file
     */
    public SpaceAllocator(DiskFile disk, CommitOrder order, FreeSpace space) throws IOException {
        this.disk = disk;
        this.space = space;
        this.committedEnd = disk.end();
        this.structure = new MetadataCache(disk, order, committedEnd);
        this.end = committedEnd;
        Superblock superblock = disk.superblock();
        input.superblock();
        input.mostEntries(superblock.leafEntries(), superblock.nodeEntries());
    }

    /**
     * Keeps raw data apart from metadata from now on.
     *
     * @param start the address of the first byte of raw data, an unsigned number
     * @param bytes the bytes in use, from the first one on
     */
    public void keepApart(long start, long bytes) {
        raw = new RawSpace(start, bytes);
    }

    /** The bytes of raw data from the first one on, in a file that keeps raw data apart. */
    public long rawBytes() {
        return Objects.requireNonNull(raw).bytes();
    }

    /** The space of raw data that an address belongs to; null if the address is among the metadata. */
    private @Nullable RawSpace rawAt(long address) {
        RawSpace apart = raw;
        return apart != null && disk.isApart(address) ? apart : null;
    }

    /** Reads the superblock, as the last commit left it. */
    public Superblock superblock() throws IOException {
        return disk.superblock();
    }

    /** Whether nothing has been written since the last commit. */
    public boolean isClean() {
        return structure.isClean() && end == committedEnd && (raw == null || raw.isClean());
    }

    /** Whether an address was in use at the last commit. */
    boolean isCommitted(long address) {
        RawSpace apart = rawAt(address);
        return apart != null ? apart.isCommitted(address) : address < committedEnd;
    }

    /** The end of the space in use, relative to the superblock. */
    public long end() {
        return end;
    }

    /** Buffers for chunks, which all datasets share. */
    public ChunkBuffers buffers() {
        return buffers;
    }

    /** Allocates space for raw data at the end of the file, or of the raw data if these lie apart; returns its address. */
    public long allocateRaw(long bytes) {
        RawSpace apart = raw;
        return apart != null ? apart.allocate(bytes) : allocate(bytes);
    }

    /** Allocates space for raw data as {@link #allocateAnywhere} does for metadata. */
    public long allocateRawAnywhere(long bytes) {
        RawSpace apart = raw;
        return apart != null ? apart.allocateAnywhere(bytes) : allocateAnywhere(bytes);
    }

    /** Allocates space for metadata at the end of the file; returns its address. */
    public long allocate(long bytes) {
        long at = end;
        end += bytes;
        return at;
    }

    /** Allocates space for a metadata block; returns its address. */
    public long allocateBlock(long bytes) {
        if (bytes > blocksLeft) {
            int space = Math.max(blocksAtOnce, expected);
            if (bytes > space) {
                return allocate(bytes);
            }
            freeUnused();
            blocks = allocateAnywhere(space);
            blocksLeft = space;
            blocksAtOnce = Math.min(LARGEST_BLOCKS, 2 * blocksAtOnce);
            expected = 0;
        }
        long at = blocks;
        blocks += bytes;
        blocksLeft -= (int) bytes;
        return at;
    }

    /**
     * Notes that metadata blocks of some bytes will be allocated soon. The blocks are to lie together, before the chunks of their datasets:
     * a chunk before a block that cannot be moved leaves a hole when the chunk is replaced.
     */
    public void expectBlocks(int bytes) {
        expected = Math.min(MOST_EXPECTED, expected + bytes);
    }

    /** Frees the space that was allocated for metadata blocks and is not used. */
    public void freeUnused() {
        space.spare(blocks, blocksLeft);
        blocksLeft = 0;
    }

    /** The number of commits. */
    public long commits() {
        return commits;
    }

    /** How often other programs may have written to the file unseen. */
    public long doubts() {
        return doubts;
    }

    /**
     * Notes that other programs may have written to the file unseen, without adding to the file: cached structure must be checked again.
     */
    public void doubt() {
        doubts++;
        structure.doubt();
    }

    /** How often a structure has moved whose place others may remember. */
    public long moves() {
        return moves;
    }

    /** Notes that a structure has moved whose place others may remember. */
    public void moved() {
        moves++;
    }

    /** Whether bytes up to their limit equal the bytes on disk at an address. */
    public boolean has(long address, ByteBuffer bytes) throws IOException {
        return disk.read(address, bytes.limit()).equals(bytes.duplicate().rewind());
    }

    /** Allocates space that was freed before the last commit, whose content is undefined, or else space at the end of the file. */
    public long allocateAnywhere(long bytes) {
        long at = space.allocate(bytes);
        return at == Superblock.UNDEFINED ? allocate(bytes) : at;
    }

    /** Writes raw data to new space at the end of the file; returns the address. If the write fails, the space is not allocated. */
    public long append(ByteBuffer bytes) throws IOException {
        RawSpace apart = raw;
        disk.write(apart != null ? apart.end() : end, bytes);
        return allocateRaw(bytes.remaining());
    }

    /** Frees space, which stays in use until the next commit is done. */
    public void free(long address, long bytes) {
        RawSpace apart = rawAt(address);
        if (apart != null) {
            apart.free(address, bytes);
        } else {
            space.add(address, bytes);
        }
    }

    /** Frees space that was allocated in this commit and is not used. */
    public void spare(long address, long bytes) {
        RawSpace apart = rawAt(address);
        if (apart != null) {
            apart.spare(address, bytes);
        } else {
            space.spare(address, bytes);
        }
    }

    /** The free space of the file. */
    FreeSpace space() {
        return space;
    }

    /**
     * Copies bytes with their changes to free space.
     *
     * @param from the address of the bytes
     * @param to the address of the copy
     */
    void move(long from, long to, int length) throws IOException {
        disk.write(to, disk.read(from, length));
        structure.move(from, to, length);
    }

    /** Sets the end of the space in use, after all bytes behind that address were moved. */
    void end(long address) {
        end = address;
        blocksLeft = 0;
    }

    /** Reads raw data. */
    public void read(long address, ByteBuffer to) throws IOException {
        to.put(disk.read(address, to.remaining()));
    }

    /** Writes rows to space that has no committed rows. */
    public void write(long address, ByteBuffer rows) throws IOException {
        disk.write(address, rows);
    }

    /** The bytes at an address, with all changes; fewer than asked for at the end of the file. Read-only for the caller. */
    public ByteBuffer look(long address, int atMost) throws IOException {
        return structure.look(address, atMost);
    }

    /** The sizes of addresses and lengths. */
    public FieldSizes sizes() {
        return input.sizes();
    }

    /** A reader of the file's structures with all changes of this commit. */
    public FormatInput input() {
        return input;
    }

    /** A block for the caller to change. */
    public ByteBuffer change(long address, int length) throws IOException {
        return structure.change(address, length);
    }

    /** A block that does not end with a checksum, for the caller to change. */
    public ByteBuffer changeUnsealed(long address, int length) throws IOException {
        return structure.changeUnsealed(address, length);
    }

    /**
     * Sets a number in a block. The block is read when its content is needed: at the commit, in ascending order of the addresses of all
     * datasets.
     */
    public void put(long address, int length, int offset, long value) throws IOException {
        structure.put(address, length, offset, value);
    }

    /** Adds a new block in space that was allocated for the block. */
    public void make(long address, ByteBuffer block) {
        structure.make(address, block);
    }

    /** Adds a new block that does not end with a checksum, in space that was allocated for the block. */
    public void makeUnsealed(long address, ByteBuffer block) {
        structure.makeUnsealed(address, block);
    }

    /** Whether the block at an address is new or has changed since the last commit. */
    public boolean isChanged(long address) {
        return structure.isChanged(address);
    }

    /** Replaces bytes that do not end with a checksum: committed bytes, or a block that is new in this commit. */
    public void replace(long address, ByteBuffer bytes) {
        structure.replace(address, bytes);
    }

    /**
     * Writes the new blocks, to which no pointer leads yet, makes the file long enough, and returns the pre-images of all bytes that the
     * commit will overwrite.
     */
    public List<RollbackJournal.Image> prepare() throws IOException {
        List<RollbackJournal.Image> images = structure.prepare();
        disk.reach(end);
        if (raw != null) {
            disk.reach(raw.end());
        }
        return images;
    }

    /** Overwrites the changed blocks. */
    public void overwrite() throws IOException {
        structure.overwrite();
    }

    /** Notes that all writes are committed. */
    public void committed() {
        committedEnd = end;
        if (raw != null) {
            raw.settle();
        }
        structure.committed(end);
        commits++;
    }
}
