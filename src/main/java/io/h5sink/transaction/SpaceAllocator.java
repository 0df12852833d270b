package io.h5sink.transaction;

import io.h5sink.format.Superblock;
import io.h5sink.storage.ChunkBuffers;
import io.h5sink.storage.RollbackJournal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A file that grows without the C library, which has it closed meanwhile: rows go straight to where they belong, and what changes of
 * the file's structure is kept until a commit. All that is changed are blocks that end with a checksum. One thread at a time.
 */
public final class SpaceAllocator {

    /** Space that is taken at once for blocks of the structure, more each time, so that those of many datasets lie together. */
    private static final int SMALLEST_BLOCKS = 1 << 9;

    private static final int LARGEST_BLOCKS = 1 << 16;

    private final DiskFile disk;
    private final MetadataCache structure;
    private final FreeSpace space;
    private final ChunkBuffers buffers = new ChunkBuffers();
    private long commits;
    private long doubts;
    private long committedEnd;
    private long end;

    /** Space that was taken for blocks of the structure, and how much of it is left. */
    private long blocks;

    private int blocksLeft;
    private int blocksAtOnce = SMALLEST_BLOCKS;

    /**
     * For a file that is complete on disk.
     *
     * @param space what of it is free
     */
    public SpaceAllocator(DiskFile disk, FreeSpace space) throws IOException {
        this.disk = disk;
        this.space = space;
        this.committedEnd = disk.end();
        this.structure = new MetadataCache(disk, committedEnd);
        this.end = committedEnd;
    }

    /** Whether nothing was written since the last commit. */
    public boolean isClean() {
        return structure.isClean() && end == committedEnd;
    }

    /** Where the space ends that is in use, relative to the superblock. */
    public long end() {
        return end;
    }

    /** Memory for chunks, which all datasets share. */
    public ChunkBuffers buffers() {
        return buffers;
    }

    /** Takes space at the end of the file; returns its address. */
    public long allocate(long bytes) {
        long at = end;
        end += bytes;
        return at;
    }

    /** Takes space for a block of the structure; returns its address. */
    public long allocateBlock(long bytes) {
        if (bytes > blocksLeft) {
            if (bytes > blocksAtOnce) {
                return allocate(bytes);
            }
            freeUnused();
            blocks = allocateAnywhere(blocksAtOnce);
            blocksLeft = blocksAtOnce;
            blocksAtOnce = Math.min(LARGEST_BLOCKS, 2 * blocksAtOnce);
        }
        long at = blocks;
        blocks += bytes;
        blocksLeft -= (int) bytes;
        return at;
    }

    /** Gives back what was taken for blocks and is not used. */
    public void freeUnused() {
        space.spare(blocks, blocksLeft);
        blocksLeft = 0;
    }

    /** How often something was committed. */
    public long commits() {
        return commits;
    }

    /** How often others may have written to the file without that anything tells. */
    public long doubts() {
        return doubts;
    }

    /** Notes that others may have written to the file, to which they have added nothing: what is known of it must be looked at again. */
    public void doubt() {
        doubts++;
    }

    /** Whether these bytes, up to their limit, are what is on disk at an address. */
    public boolean has(long address, ByteBuffer bytes) throws IOException {
        return disk.read(address, bytes.limit()).equals(bytes.duplicate().rewind());
    }

    /** Takes space that was freed before the last commit, whose content is undefined, or at the end of the file. */
    public long allocateAnywhere(long bytes) {
        long at = space.allocate(bytes);
        return at == Superblock.UNDEFINED ? allocate(bytes) : at;
    }

    /** Writes bytes to new space at the end of the file, which is not taken if that fails; returns its address. */
    public long append(ByteBuffer bytes) throws IOException {
        disk.write(end, bytes);
        return allocate(bytes.remaining());
    }

    /** Gives space back, which is in use until the next commit is done. */
    public void free(long address, long bytes) {
        space.add(address, bytes);
    }

    /** What of the file is free. */
    FreeSpace space() {
        return space;
    }

    /** Copies what is at an address to space that is not in use, with what was changed of it. */
    void move(long from, long to, int length) throws IOException {
        disk.write(to, disk.read(from, length));
        structure.move(from, to, length);
    }

    /** Has the file end before what was moved away from there. */
    void end(long address) {
        end = address;
        blocksLeft = 0;
    }

    /** Reads what is not structure. */
    public void read(long address, ByteBuffer to) throws IOException {
        to.put(disk.read(address, to.remaining()));
    }

    /** Writes rows to space that no committed row is in. */
    public void write(long address, ByteBuffer rows) throws IOException {
        disk.write(address, rows);
    }

    /** What there is at an address, as far as it goes; not to be changed. */
    public ByteBuffer look(long address, int atMost) throws IOException {
        return structure.look(address, atMost);
    }

    /** A block that is about to be changed. */
    public ByteBuffer change(long address, int length) throws IOException {
        return structure.change(address, length);
    }

    /** Puts a number into a block, which is read when it is needed: with a commit those of many datasets, in the order of the disk. */
    public void put(long address, int length, int offset, long value) throws IOException {
        structure.put(address, length, offset, value);
    }

    /** A new block in space that was taken for it. */
    public void make(long address, ByteBuffer block) {
        structure.make(address, block);
    }

    /** Bytes that will replace others, which are committed and have no checksum. */
    public void replace(long address, ByteBuffer bytes) {
        structure.replace(address, bytes);
    }

    /** Writes the new blocks, to which nothing leads yet, and tells what is on disk of what the commit will overwrite. */
    public List<RollbackJournal.Image> prepare() throws IOException {
        return structure.prepare();
    }

    /** Overwrites the blocks that were changed. */
    public void overwrite() throws IOException {
        structure.overwrite();
    }

    /** All that was written is committed. */
    public void committed() {
        committedEnd = end;
        structure.committed(end);
        commits++;
    }
}
