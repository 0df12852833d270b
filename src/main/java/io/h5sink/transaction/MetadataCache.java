package io.h5sink.transaction;

import io.h5sink.format.Lookup3;
import io.h5sink.storage.DeferredUpdates;
import io.h5sink.storage.RollbackJournal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;

/**
 * The structure of a file as a commit is to change it: blocks that end with a checksum, of headers, heaps and indexes. What is changed is
 * kept until the commit. One thread at a time.
 */
final class MetadataCache {

    /** Bytes of the structure; of those that are new, the space was taken since the last commit. */
    private record CachedBlock(ByteBuffer now, boolean fresh, boolean sealed) {}

    /** Bytes that are written at once. */
    private record CachePiece(long address, ByteBuffer before, ByteBuffer now) {}

    private static final int CHECKSUM = Integer.BYTES;

    /** As much is read at once, because what belongs together lies together. */
    private static final int WINDOW = 1 << 14;

    /** Unchanged bytes between two changed blocks that are not worth a piece more. */
    private static final int GAP = 1 << 10;

    private static final int LARGEST_PIECE = 1 << 16;

    private final DiskFile disk;
    private final Map<Long, CachedBlock> changed = new HashMap<>();
    private final DeferredUpdates puts = new DeferredUpdates();
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW).limit(0);
    private long windowAt;
    private List<CachePiece> pieces = List.of();

    /** Where what is on disk ends. */
    private long end;

    /** For a file that is complete on disk, where it ends at the given address. */
    MetadataCache(DiskFile disk, long end) {
        this.disk = disk;
        this.end = end;
    }

    /** Whether nothing was changed since the last commit. */
    boolean isClean() {
        return changed.isEmpty() && puts.isEmpty();
    }

    /** What there is at an address, as far as it goes; not to be changed. */
    ByteBuffer look(long address, int atMost) throws IOException {
        int length = puts.length(address);
        if (length > 0) {
            return change(address, length);
        }
        CachedBlock block = changed.get(address);
        return block != null ? block.now : read(address, (int) Math.min(atMost, end - address));
    }

    /** A block that is about to be changed. */
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

    private static void check(long address, ByteBuffer bytes, int at, int length) throws IOException {
        int checked = length - CHECKSUM;
        if (Lookup3.of(bytes, at, checked) != bytes.getInt(at + checked)) {
            throw new IOException("its structure at address " + address + " is not what it was");
        }
    }

    /** Puts a number into a block, which is read when it is needed: with a commit those of many datasets, in the order of the disk. */
    void put(long address, int length, int offset, long value) throws IOException {
        if ((!changed.isEmpty() && changed.containsKey(address)) || !puts.put(address, length, offset, value)) {
            change(address, length).putLong(offset, value);
        }
    }

    /** Reads all blocks that numbers were put into. */
    private void readAll() throws IOException {
        for (long address : puts.addresses()) {
            change(address, puts.length(address));
        }
    }

    private ByteBuffer read(long address, int length) throws IOException {
        if (length > WINDOW) {
            return disk.read(address, length).order(ByteOrder.LITTLE_ENDIAN);
        }
        if (address < windowAt || address + length > windowAt + window.limit()) {
            window.clear().limit((int) Math.max(length, Math.min(WINDOW, end - address)));
            windowAt = address;
            disk.read(address, window);
            window.rewind();
        }
        return window.slice((int) (address - windowAt), length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A new block in space that was taken for it. */
    void make(long address, ByteBuffer block) {
        changed.put(address, new CachedBlock(block, true, true));
    }

    /** Bytes that will replace others, which are committed and have no checksum. */
    void replace(long address, ByteBuffer bytes) {
        ByteBuffer now = ByteBuffer.allocate(bytes.remaining()).put(bytes);
        changed.put(address, new CachedBlock(now, false, false));
    }

    /** Has what was changed of some bytes be changed where they were copied to, on disk. */
    void move(long from, long to, int length) throws IOException {
        window.limit(0);
        end = Math.max(end, to + length);
        readAll();
        List<Long> blocks = changed.keySet().stream()
                .filter(at -> at >= from && at < from + length)
                .toList();
        for (long at : blocks) {
            make(at - from + to, Objects.requireNonNull(changed.remove(at)).now);
        }
    }

    /** Writes the new blocks, to which nothing leads yet, and tells what is on disk of what the commit will overwrite. */
    List<RollbackJournal.Image> prepare() throws IOException {
        List<Long> old = new ArrayList<>();
        for (Map.Entry<Long, CachedBlock> entry : changed.entrySet()) {
            ByteBuffer now = entry.getValue().now;
            if (entry.getValue().sealed) {
                seal(now, 0, now.capacity());
            }
            if (entry.getValue().fresh) {
                disk.write(entry.getKey(), now.duplicate().clear());
            } else {
                old.add(entry.getKey());
            }
        }
        pieces = pieces(LongStream.concat(old.stream().mapToLong(at -> at), LongStream.of(puts.addresses()))
                .sorted()
                .toArray());
        List<RollbackJournal.Image> images = new ArrayList<>();
        for (CachePiece piece : pieces) {
            images.add(new RollbackJournal.Image(piece.address, piece.before));
        }
        return images;
    }

    private static void seal(ByteBuffer bytes, int at, int length) {
        int checked = length - CHECKSUM;
        bytes.putInt(at + checked, Lookup3.of(bytes, at, checked));
    }

    /** What is to be written, of the blocks at these addresses, in order. */
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

    /** Overwrites the blocks that were changed. */
    void overwrite() throws IOException {
        for (CachePiece piece : pieces) {
            disk.write(piece.address, piece.now);
        }
    }

    /** All that was changed is on disk, which ends at the given address. */
    void committed(long newEnd) {
        changed.clear();
        puts.clear();
        pieces = List.of();
        window.limit(0);
        end = newEnd;
    }
}
