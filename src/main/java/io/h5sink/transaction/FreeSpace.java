package io.h5sink.transaction;

import io.h5sink.format.Superblock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Space of a file that a session has used and needs no more. What a commit frees is free only when that commit is done, because until
 * then the file may have to become again what it was. One thread at a time.
 */
public final class FreeSpace {

    /** A piece of the file. */
    record FreePiece(long address, long length) {}

    /** The oldest first, which readers who opened the file some commits ago need the least. */
    private final List<FreePiece> free = new ArrayList<>();

    private final List<FreePiece> freed = new ArrayList<>();

    /** Notes that the commit that is under way does without a piece. */
    void add(long address, long length) {
        freed.add(new FreePiece(address, length));
    }

    /** Notes space that was taken and never used. */
    void spare(long address, long length) {
        if (length > 0) {
            free.add(new FreePiece(address, length));
        }
    }

    /** The commit is done. */
    public void settle() {
        free.addAll(freed);
        freed.clear();
    }

    /** Forgets what is not known for sure any more. */
    public void clear() {
        free.clear();
        freed.clear();
    }

    /** Takes space out; undefined if there is none so large. */
    long allocate(long length) {
        for (Iterator<FreePiece> pieces = free.iterator(); pieces.hasNext(); ) {
            FreePiece piece = pieces.next();
            if (piece.length >= length) {
                pieces.remove();
                if (piece.length > length) {
                    free.add(new FreePiece(piece.address + length, piece.length - length));
                }
                return piece.address;
            }
        }
        return Superblock.UNDEFINED;
    }

    /** Takes the lowest space out that ends before an address; undefined if there is none so large. */
    long allocateBefore(long address, long length) {
        @Nullable FreePiece lowest = null;
        for (FreePiece piece : free) {
            if (piece.length >= length
                    && piece.address + length <= address
                    && (lowest == null || piece.address < lowest.address)) {
                lowest = piece;
            }
        }
        if (lowest == null) {
            return Superblock.UNDEFINED;
        }
        free.remove(lowest);
        if (lowest.length > length) {
            free.add(new FreePiece(lowest.address + length, lowest.length - length));
        }
        return lowest.address;
    }

    /** Where the piece begins that ends at an address, or that address if there is none. */
    long startOf(long address) {
        for (FreePiece piece : free) {
            if (piece.address + piece.length == address) {
                return piece.address;
            }
        }
        return address;
    }

    /** Where the first piece begins, or that address if there is none. */
    long first(long otherwise) {
        return free.stream().mapToLong(FreePiece::address).min().orElse(otherwise);
    }

    /** How much there is, in bytes. */
    long bytes() {
        return free.stream().mapToLong(FreePiece::length).sum();
    }

    /** Joins pieces that lie side by side. */
    void join() {
        TreeMap<Long, Long> sorted = new TreeMap<>();
        free.forEach(piece -> sorted.put(piece.address, piece.length));
        free.clear();
        long start = 0;
        long end = -1;
        for (Map.Entry<Long, Long> piece : sorted.entrySet()) {
            if (piece.getKey() != end) {
                if (end > start) {
                    free.add(new FreePiece(start, end - start));
                }
                start = piece.getKey();
            }
            end = piece.getKey() + piece.getValue();
        }
        if (end > start) {
            free.add(new FreePiece(start, end - start));
        }
    }

    /** Takes the piece out that ends at an address; where it began, or that address if there is none. */
    long allocateEnding(long address) {
        long start = startOf(address);
        free.remove(new FreePiece(start, address - start)); // which there is none of without bytes
        return start;
    }
}
