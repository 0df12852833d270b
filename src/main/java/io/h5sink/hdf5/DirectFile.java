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

    /** A block of the structure; one that is new lies in space that was taken since the last commit. */
    private record Block(ByteBuffer now, boolean fresh) {}

    /** Bytes that are written at once. */
    private record Piece(long address, ByteBuffer before, ByteBuffer now) {}

    private static final int CHECKSUM = Integer.BYTES;

    /** As much is read at once, because what belongs together lies together. */
    private static final int WINDOW = 1 << 14;

    /** Unchanged bytes between two changed blocks that are not worth a piece more. */
    private static final int GAP = 1 << 10;

    private static final int LARGEST_PIECE = 1 << 16;

    private final DiskFile disk;
    private final Map<Long, Block> changed = new TreeMap<>();
    private final FreeSpace space;
    private final long committedEnd;
    private long end;
    private ByteBuffer window = ByteBuffer.allocate(0);
    private long windowAt;
    private List<Piece> pieces = List.of();

    /**
     * For a file that is complete on disk.
     *
     * @param space what of it is free
     */
    DirectFile(DiskFile disk, FreeSpace space) throws IOException {
        this.disk = disk;
        this.space = space;
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

    /** Takes space that was freed before the last commit, whose content is undefined, or at the end of the file. */
    long takeAnywhere(long bytes) {
        long at = space.take(bytes);
        return at == DirectArray.UNDEFINED ? take(bytes) : at;
    }

    /** Writes bytes to new space at the end of the file, which is not taken if that fails; returns its address. */
    long append(ByteBuffer bytes) throws IOException {
        disk.write(end, bytes);
        return take(bytes.remaining());
    }

    /** Gives space back, which is in use until the next commit is done. */
    void free(long address, long bytes) {
        space.add(address, bytes);
    }

    /** What of the file is free. */
    FreeSpace space() {
        return space;
    }

    /** Has the file end before what was moved away from there. */
    void end(long address) {
        end = address;
    }

    /** Reads what is not structure. */
    void read(long address, ByteBuffer to) throws IOException {
        to.put(disk.read(address, to.remaining()));
    }

    /** Writes rows to space that no committed row is in. */
    void write(long address, ByteBuffer rows) throws IOException {
        disk.write(address, rows);
    }

    /** What there is at an address, as far as it goes; not to be changed. */
    ByteBuffer look(long address, int atMost) throws IOException {
        Block block = changed.get(address);
        return block != null ? block.now : read(address, (int) Math.min(atMost, committedEnd - address));
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
            block = new Block(now.put(0, before, 0, length), false);
            changed.put(address, block);
        }
        return block.now;
    }

    private ByteBuffer read(long address, int length) throws IOException {
        if (length > WINDOW) {
            return disk.read(address, length).order(ByteOrder.LITTLE_ENDIAN);
        }
        if (address < windowAt || address + length > windowAt + window.limit()) {
            window = disk.read(address, (int) Math.max(length, Math.min(WINDOW, committedEnd - address)));
            windowAt = address;
        }
        return window.slice((int) (address - windowAt), length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A new block in space that was taken for it. */
    void make(long address, ByteBuffer block) {
        changed.put(address, new Block(block, true));
    }

    /** Writes the new blocks, to which nothing leads yet, and tells what is on disk of what the commit will overwrite. */
    List<Journal.Image> prepare() throws IOException {
        for (Map.Entry<Long, Block> entry : changed.entrySet()) {
            ByteBuffer now = entry.getValue().now;
            int at = now.capacity() - CHECKSUM;
            now.putInt(at, Lookup3.of(now, 0, at));
            if (entry.getValue().fresh) {
                disk.write(entry.getKey(), now.duplicate().clear());
            }
        }
        pieces = pieces();
        List<Journal.Image> images = new ArrayList<>();
        for (Piece piece : pieces) {
            images.add(new Journal.Image(piece.address, piece.before));
        }
        return images;
    }

    private List<Piece> pieces() throws IOException {
        List<Piece> all = new ArrayList<>();
        Map<Long, Block> near = new TreeMap<>();
        long start = 0;
        long stop = 0;
        for (Map.Entry<Long, Block> entry : changed.entrySet()) {
            if (!entry.getValue().fresh) {
                long address = entry.getKey();
                int length = entry.getValue().now.capacity();
                if (!near.isEmpty() && (address > stop + GAP || address + length > start + LARGEST_PIECE)) {
                    all.add(piece(start, stop, near));
                    near.clear();
                }
                start = near.isEmpty() ? address : start;
                stop = address + length;
                near.put(address, entry.getValue());
            }
        }
        if (!near.isEmpty()) {
            all.add(piece(start, stop, near));
        }
        return all;
    }

    private Piece piece(long start, long stop, Map<Long, Block> near) throws IOException {
        ByteBuffer before = disk.read(start, (int) (stop - start));
        ByteBuffer now = ByteBuffer.allocate(before.limit()).put(0, before, 0, before.limit());
        near.forEach((address, block) -> now.put((int) (address - start), block.now, 0, block.now.capacity()));
        return new Piece(start, before, now);
    }

    /** Overwrites the blocks that were changed. */
    void overwrite() throws IOException {
        for (Piece piece : pieces) {
            disk.write(piece.address, piece.now);
        }
    }
}
