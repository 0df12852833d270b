package io.h5sink.transaction;

import io.h5sink.format.Superblock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * File space that a session has used and no longer needs. Space that a commit frees becomes free when that commit is done, because until
 * then the commit may have to be rolled back. One thread at a time.
 */
public final class FreeSpace {

    /** A contiguous range of the file. */
    record FreePiece(long address, long length) {}

    /** Free pieces, the oldest first: readers who opened the file some commits ago need those the least. */
    private final List<FreePiece> free = new ArrayList<>();

    private final List<FreePiece> freed = new ArrayList<>();

    /** Notes a piece that the current commit frees. */
    void add(long address, long length) {
        freed.add(new FreePiece(address, length));
    }

    /** Notes space that was allocated and never used, and is free at once. */
    void spare(long address, long length) {
        if (length > 0) {
            free.add(new FreePiece(address, length));
        }
    }

    /** Frees the pieces of the commit, which is done. */
    public void settle() {
        free.addAll(freed);
        freed.clear();
    }

    /** Forgets the pieces of the commit, which is done: readers that follow may still read them. */
    void lose() {
        freed.clear();
    }

    /** Forgets all pieces, because the file may have changed. */
    public void clear() {
        free.clear();
        freed.clear();
    }

    /** Allocates free space; returns {@link Superblock#UNDEFINED} if no piece is large enough. */
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

    /** Allocates the lowest free space that ends before an address; returns {@link Superblock#UNDEFINED} if no piece is large enough. */
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

    /** The start of the free piece that ends at an address; the address itself if no piece does. */
    long startOf(long address) {
        for (FreePiece piece : free) {
            if (piece.address + piece.length == address) {
                return piece.address;
            }
        }
        return address;
    }

    /** The start of the lowest free piece; the given address if nothing is free. */
    long first(long otherwise) {
        return free.stream().mapToLong(FreePiece::address).min().orElse(otherwise);
    }

    /** The total length of all free pieces, in bytes. */
    long bytes() {
        return free.stream().mapToLong(FreePiece::length).sum();
    }

    /** Joins adjacent pieces. */
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

    /** Removes the free piece that ends at an address; returns the start of that piece, or the address itself if no piece does. */
    long allocateEnding(long address) {
        long start = startOf(address);
        free.remove(new FreePiece(start, address - start)); // without bytes, no piece is equal
        return start;
    }
}
