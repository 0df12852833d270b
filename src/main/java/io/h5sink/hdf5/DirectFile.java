package io.h5sink.hdf5;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A file that grows without the C library, which has it closed meanwhile: rows go straight to where they belong, and what changes of
 * the file's structure is kept until a commit. All that is changed are blocks that end with a checksum. One thread at a time.
 */
final class DirectFile {

    /** A block of the structure; {@code before} is what is on disk, empty for one that is new. */
    private record Block(ByteBuffer before, ByteBuffer now) {}

    private static final int CHECKSUM = Integer.BYTES;

    private final DiskFile disk;
    private final Map<Long, Block> changed = new TreeMap<>();
    private final long committedEnd;
    private long end;
    private boolean sealed;

    /** For a file that is complete on disk. */
    DirectFile(DiskFile disk) throws IOException {
        this.disk = disk;
        this.committedEnd = disk.end();
        this.end = committedEnd;
    }

    /** Whether nothing was written since the last commit. */
    boolean isClean() {
        return changed.isEmpty();
    }

    /** Where the space ends that is in use, relative to the superblock. */
    long end() {
        return end;
    }

    /** Takes space at the end of the file; returns its address. */
    long take(long bytes) {
        long at = end;
        end += bytes;
        return at;
    }

    /** Writes rows to space that no committed row is in. */
    void write(long address, ByteBuffer rows) throws IOException {
        disk.write(address, rows);
    }

    /** What there is at an address, as far as it goes; not to be changed. */
    ByteBuffer look(long address, int atMost) throws IOException {
        Block block = changed.get(address);
        return block != null ? block.now : read(address, (int) Math.min(atMost, end - address));
    }

    /** A block that is about to be changed. */
    ByteBuffer change(long address, int length) throws IOException {
        Block block = changed.get(address);
        if (block == null) {
            ByteBuffer before = read(address, length);
            if (Lookup3.of(before, 0, length - CHECKSUM) != before.getInt(length - CHECKSUM)) {
                throw new IOException("its structure at address " + address + " is not what it was");
            }
            ByteBuffer now = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
            block = new Block(before, now.put(0, before, 0, length));
            changed.put(address, block);
        }
        sealed = false;
        return block.now;
    }

    private ByteBuffer read(long address, int length) throws IOException {
        return disk.read(address, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A new block in space that was taken for it. */
    void make(long address, ByteBuffer block) {
        changed.put(address, new Block(ByteBuffer.allocate(0), block));
        sealed = false;
    }

    /** What is on disk of the blocks that the commit will overwrite. */
    List<Journal.Image> before() {
        List<Journal.Image> images = new ArrayList<>();
        changed.forEach((address, block) -> {
            if (block.before.hasRemaining()) {
                images.add(new Journal.Image(address, block.before.duplicate()));
            }
        });
        return images;
    }

    /** Writes the new blocks, to which nothing leads yet. */
    void writeNew() throws IOException {
        seal();
        for (Map.Entry<Long, Block> entry : changed.entrySet()) {
            if (!entry.getValue().before.hasRemaining()) {
                disk.write(entry.getKey(), entry.getValue().now.duplicate().clear());
            }
        }
    }

    /** Overwrites the blocks that were changed. */
    void overwrite() throws IOException {
        for (Map.Entry<Long, Block> entry : changed.entrySet()) {
            if (entry.getValue().before.hasRemaining()) {
                disk.write(entry.getKey(), entry.getValue().now.duplicate().clear());
            }
        }
    }

    private void seal() {
        if (!sealed) {
            for (Block block : changed.values()) {
                int at = block.now.capacity() - CHECKSUM;
                block.now.putInt(at, Lookup3.of(block.now, 0, at));
            }
            sealed = true;
        }
    }

    /** The commit is done. */
    void done() {
        changed.clear();
    }
}
