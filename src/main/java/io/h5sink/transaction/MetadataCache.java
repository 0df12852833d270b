package io.h5sink.transaction;

import io.h5sink.format.Lookup3;
import io.h5sink.storage.DeferredUpdates;
import io.h5sink.storage.RollbackJournal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * The metadata of a file as a commit changes them: blocks of headers, heaps and indexes. In HDF5's newer formats, each block but those of
 * the global heap ends with a checksum. Changes stay in memory until the commit. One thread at a time.
 */
final class MetadataCache {

    /**
     * A block of metadata with its changes.
     *
     * @param now the bytes with the changes
     * @param fresh whether the block's space was allocated since the last commit
     * @param sealed whether the block ends with a checksum
     */
    private record CachedBlock(ByteBuffer now, boolean fresh, boolean sealed) {}

    /**
     * Adjacent blocks that are written at once.
     *
     * @param before the bytes on disk, which become the pre-image
     * @param now the bytes to be written
     */
    private record CachePiece(long address, ByteBuffer before, ByteBuffer now) {}

    /**
     * Bytes as they are on disk.
     *
     * @param start the address of the first byte
     */
    private record DiskWindow(long start, ByteBuffer bytes) {

        boolean has(long address, int length) {
            return address >= start && address + length <= start + bytes.limit();
        }
    }

    private static final int CHECKSUM = Integer.BYTES;

    /** The size of one read, in bytes: metadata that are used together mostly lie close together. */
    private static final int WINDOW = 1 << 14;

    /** The most windows that are kept: the indexes of datasets that were made one by one lie apart, and each write of rows uses one. */
    private static final int MOST_WINDOWS = 1 << 5;

    /** Changed blocks that are separated by at most this many unchanged bytes are written in one piece. */
    private static final int GAP = 1 << 10;

    private static final int LARGEST_PIECE = 1 << 16;

    private final DiskFile disk;
    private final CommitOrder order;
    private final NavigableMap<Long, CachedBlock> changed = new TreeMap<>();
    private final DeferredUpdates puts = new DeferredUpdates();

    /** What was read last, the most recently used window first. */
    private final List<DiskWindow> windows = new ArrayList<>();

    private List<CachePiece> pieces = List.of();

    /** New blocks that will be written at once; empty before the first commit with new blocks. */
    private ByteBuffer run = ByteBuffer.allocate(0);

    /** The end of the space that is in use on disk, as an address. */
    private long end;

    /**
     * The cache of a file that is complete on disk.
     *
     * @param order the order in which a commit overwrites blocks
     * @param end the end of the file's space, as an address
     */
    MetadataCache(DiskFile disk, CommitOrder order, long end) {
        this.disk = disk;
        this.order = order;
        this.end = end;
    }

    /** Whether nothing has changed since the last commit. */
    boolean isClean() {
        return changed.isEmpty() && puts.isEmpty();
    }

    /** The bytes at an address, with all changes; fewer than asked for at the end of the file. Read-only for the caller. */
    ByteBuffer look(long address, int atMost) throws IOException {
        int length = puts.length(address);
        if (length > 0) {
            return change(address, length);
        }
        CachedBlock block = changed.get(address);
        return block != null ? block.now : read(address, (int) Math.min(atMost, end - address));
    }

    /** The bytes at an address, with all changes, which may lie within a block. Read-only for the caller. */
    ByteBuffer within(long address, int length) throws IOException {
        int deferred = puts.length(address);
        if (deferred > 0) {
            change(address, deferred);
        }
        Map.Entry<Long, CachedBlock> block = changed.floorEntry(address);
        if (block != null && address - block.getKey() <= block.getValue().now.capacity() - length) {
            if (block.getValue().sealed) { // readers check the checksum, which changes leave wrong
                seal(block.getValue().now, 0, block.getValue().now.capacity());
            }
            return block.getValue()
                    .now
                    .slice((int) (address - block.getKey()), length)
                    .order(ByteOrder.LITTLE_ENDIAN);
        }
        return disk.read(address, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A block for the caller to change. */
    ByteBuffer change(long address, int length) throws IOException {
        CachedBlock block = changed.get(address);
        if (block == null) {
            ByteBuffer before = read(address, length);
            check(address, before, 0, length);
            ByteBuffer now = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
            block = new CachedBlock(now.put(0, before, 0, length), false, true);
            if (puts.length(address) > 0) {
                now.putLong(puts.offset(address), puts.value(address));
                puts.remove(address);
            }
            changed.put(address, block);
        }
        return block.now;
    }

    /** A block that does not end with a checksum, for the caller to change. */
    ByteBuffer changeUnsealed(long address, int length) throws IOException {
        CachedBlock block = changed.get(address);
        if (block == null) {
            ByteBuffer now = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
            block = new CachedBlock(now.put(0, read(address, length), 0, length), false, false);
            changed.put(address, block);
        }
        return block.now;
    }

    private static void check(long address, ByteBuffer bytes, int at, int length) throws IOException {
        int checked = length - CHECKSUM;
        if (Lookup3.of(bytes, at, checked) != bytes.getInt(at + checked)) {
            throw new IOException("its structure at address " + address + " is not what it was");
        }
    }

    /**
     * Sets a number in a block. The block is read when its content is needed: at the commit, in ascending order of the addresses of all
     * datasets.
     */
    void put(long address, int length, int offset, long value) throws IOException {
        if ((!changed.isEmpty() && changed.containsKey(address)) || !puts.put(address, length, offset, value)) {
            change(address, length).putLong(offset, value);
        }
    }

    /** Reads all blocks that have deferred updates. */
    private void readAll() throws IOException {
        for (long address : puts.addresses()) {
            change(address, puts.length(address));
        }
    }

    private ByteBuffer read(long address, int length) throws IOException {
        if (length > WINDOW) {
            return disk.read(address, length).order(ByteOrder.LITTLE_ENDIAN);
        }
        DiskWindow window = window(address, length);
        return window.bytes.slice((int) (address - window.start), length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private DiskWindow window(long address, int length) throws IOException {
        int at = 0;
        while (at < windows.size() && !windows.get(at).has(address, length)) {
            at++;
        }
        DiskWindow window = at < windows.size()
                ? windows.remove(at)
                : new DiskWindow(address, disk.read(address, (int) Math.max(length, Math.min(WINDOW, end - address))));
        windows.add(0, window);
        if (windows.size() > MOST_WINDOWS) {
            windows.remove(MOST_WINDOWS);
        }
        return window;
    }

    /** Adds a new block in space that was allocated for the block. */
    void make(long address, ByteBuffer block) {
        changed.put(address, new CachedBlock(block, true, true));
    }

    /** Adds a new block that does not end with a checksum, in space that was allocated for the block. */
    void makeUnsealed(long address, ByteBuffer block) {
        changed.put(address, new CachedBlock(block, true, false));
    }

    /** Replaces bytes that do not end with a checksum. A block that is new in this commit stays new. */
    void replace(long address, ByteBuffer bytes) {
        ByteBuffer now = ByteBuffer.allocate(bytes.remaining()).put(bytes);
        CachedBlock before = changed.get(address);
        changed.put(address, new CachedBlock(now, before != null && before.fresh, false));
    }

    /** Forgets what was read and not changed, because another program may have written to the file. */
    void doubt() {
        windows.clear();
    }

    /** Whether the block at an address is new or has changed since the last commit. */
    boolean isChanged(long address) {
        return changed.containsKey(address);
    }

    /** Moves the changes of a range of bytes to the range's copy on disk. */
    void move(long from, long to, int length) throws IOException {
        windows.clear();
        end = Math.max(end, to + length);
        readAll();
        List<Long> blocks = changed.keySet().stream()
                .filter(at -> at >= from && at < from + length)
                .toList();
        for (long at : blocks) {
            CachedBlock block = Objects.requireNonNull(changed.remove(at));
            changed.put(at - from + to, new CachedBlock(block.now, true, block.sealed));
        }
    }

    /** Writes the new blocks, to which no pointer leads yet, and returns the pre-images of all bytes that the commit will overwrite. */
    List<RollbackJournal.Image> prepare() throws IOException {
        if (order == CommitOrder.CHILDREN_FIRST) {
            readAll(); // the rank of a block is in the block
        }
        List<Long> old = new ArrayList<>();
        long runAt = 0; // adjacent new blocks are written at once
        run.clear();
        for (Map.Entry<Long, CachedBlock> entry : changed.entrySet()) {
            ByteBuffer now = entry.getValue().now;
            if (entry.getValue().sealed) {
                seal(now, 0, now.capacity());
            }
            if (!entry.getValue().fresh) {
                old.add(entry.getKey());
                continue;
            }
            if (run.capacity() == 0) {
                run = ByteBuffer.allocate(LARGEST_PIECE);
            }
            if (entry.getKey() != runAt + run.position() || now.capacity() > run.remaining()) {
                disk.write(runAt, run.flip());
                run.clear();
                runAt = entry.getKey();
            }
            if (now.capacity() > run.remaining()) {
                disk.write(runAt, now.duplicate().clear());
                runAt += now.capacity();
            } else {
                run.put(now.duplicate().clear());
            }
        }
        disk.write(runAt, run.flip());
        pieces = order == CommitOrder.CHILDREN_FIRST
                ? childrenFirst(old)
                : pieces(LongStream.concat(old.stream().mapToLong(at -> at), LongStream.of(puts.addresses()))
                        .sorted()
                        .toArray());
        List<RollbackJournal.Image> images = new ArrayList<>();
        for (CachePiece piece : pieces) {
            images.add(new RollbackJournal.Image(piece.address, piece.before));
        }
        Collections.reverse(images); // the block that is written last is written back first
        return images;
    }

    private static void seal(ByteBuffer bytes, int at, int length) {
        int checked = length - CHECKSUM;
        bytes.putInt(at + checked, Lookup3.of(bytes, at, checked));
    }

    /** The blocks at these addresses, each as a piece of its own. */
    private List<CachePiece> childrenFirst(List<Long> addresses) throws IOException {
        List<Long> sorted = new ArrayList<>(addresses);
        sorted.sort(Comparator.comparingInt(at -> CommitOrder.rank(block(at))));
        List<CachePiece> all = new ArrayList<>();
        for (long at : sorted) {
            all.add(piece(new long[] {at}, 0, 1, at + block(at).capacity()));
        }
        return all;
    }

    /** The pieces to be written for the blocks at these addresses, which are sorted. */
    private List<CachePiece> pieces(long[] addresses) throws IOException {
        List<CachePiece> all = new ArrayList<>();
        int first = 0;
        long stop = 0;
        for (int i = 0; i < addresses.length; i++) {
            long end = addresses[i] + length(addresses[i]);
            if (i > first && (addresses[i] > stop + GAP || end > addresses[first] + LARGEST_PIECE)) {
                all.add(piece(addresses, first, i, stop));
                first = i;
            }
            stop = end;
        }
        if (first < addresses.length) {
            all.add(piece(addresses, first, addresses.length, stop));
        }
        return all;
    }

    private int length(long address) {
        int length = puts.length(address);
        return length > 0 ? length : block(address).capacity();
    }

    private ByteBuffer block(long address) {
        return Objects.requireNonNull(changed.get(address)).now;
    }

    private CachePiece piece(long[] addresses, int first, int end, long stop) throws IOException {
        long start = addresses[first];
        ByteBuffer before = disk.read(start, (int) (stop - start)).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer now = ByteBuffer.allocate(before.limit())
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(0, before, 0, before.limit());
        for (int i = first; i < end; i++) {
            long address = addresses[i];
            int at = (int) (address - start);
            int length = puts.length(address);
            if (length > 0) {
                check(address, before, at, length);
                now.putLong(at + puts.offset(address), puts.value(address));
                seal(now, at, length);
            } else {
                ByteBuffer block = block(address);
                now.put(at, block, 0, block.capacity());
            }
        }
        return new CachePiece(start, before, now);
    }

    /** Overwrites the changed blocks. */
    void overwrite() throws IOException {
        for (CachePiece piece : pieces) {
            disk.write(piece.address, piece.now);
        }
    }

    /** Notes that all changes are on disk, and that the file's space ends at the given address. */
    void committed(long newEnd) {
        changed.clear();
        puts.clear();
        pieces = List.of();
        windows.clear();
        end = newEnd;
    }
}
