package io.h5sink.transaction;

import io.h5sink.format.Superblock;
import io.h5sink.storage.RelocatableBlock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/**
 * Shortens a file at the end of its session: the last blocks move into space that the session has freed before them, as far as they fit.
 * Each step is a commit of its own, as safe as any: a block is copied to space that is not in use, and only then does the commit overwrite
 * the chunk index entry that points to the block. One thread at a time.
 */
public final class Compactor {

    /** Finds the relocatable blocks of a file. */
    public interface Movables {
        void find(long from, Consumer<RelocatableBlock> to) throws IOException;
    }

    /**
     * A move must free at least this fraction of the file, as a divisor: a thousandth is worth a move, since many sessions free as much
     * each.
     */
    private static final int MUCH = 1000;

    /** The bytes that may be moved for each byte that is freed. */
    private static final int LITTLE = 16;

    /** The bytes that may be moved however few are freed: a file of this size is copied in a millisecond. */
    private static final long FEW = 1L << 20;

    /** The most bytes that are moved, however much could be freed, so that the end of a session of many datasets stays short. */
    private static final long MOST = 1L << 26;

    private Compactor() {}

    /**
     * Moves the blocks between free pieces to the end of the file, if that is worth the copying, so that the free pieces become one piece
     * at the next commit. Blocks that are larger than each of the pieces fit into the joined piece when they are moved back. No immovable
     * block lies behind that piece.
     *
     * @param movables the relocatable blocks that end behind a given address
     */
    public static void lift(SpaceAllocator file, Movables movables) throws IOException {
        file.freeUnused();
        FreeSpace space = file.space();
        space.join();
        for (RelocatableBlock next : worthwhile(file.end(), space, movables)) {
            long to = file.allocate(next.size());
            file.move(next.address(), to, Math.toIntExact(next.size()));
            next.pointer().set(to);
            file.free(next.address(), next.size());
        }
    }

    /** The last blocks whose move joins enough free space: at least 1/MUCH of the file, and enough for the moved bytes ({@link #movable}). */
    private static List<RelocatableBlock> worthwhile(long end, FreeSpace space, Movables movables) throws IOException {
        PriorityQueue<RelocatableBlock> last = lastFirst();
        long most = movable(space.bytes());
        movables.find(Math.max(space.first(end), end - space.bytes() - most), last::add);
        List<RelocatableBlock> behind = new ArrayList<>();
        int count = 0;
        long free = 0;
        long moved = 0;
        for (long at = end; ; ) {
            long start = space.startOf(at);
            if (start < at) {
                free += at - start;
                at = start;
                if (free >= end / MUCH && moved <= movable(free)) {
                    count = behind.size();
                }
            } else {
                RelocatableBlock next = last.poll();
                if (next == null || next.address() + next.size() != at) {
                    return behind.subList(0, count);
                }
                behind.add(next);
                moved += next.size();
                at = next.address();
            }
        }
    }

    /** The most bytes that may be moved to free some. */
    private static long movable(long free) {
        return Math.max(FEW, Math.min(LITTLE * free, MOST));
    }

    private static PriorityQueue<RelocatableBlock> lastFirst() {
        return new PriorityQueue<>(
                Comparator.comparingLong(RelocatableBlock::address).reversed());
    }

    /**
     * Moves the last blocks into free space, in a file that has no uncommitted changes, and ends the file before the space that becomes
     * free.
     *
     * @param movables the relocatable blocks that end behind a given address
     */
    public static void run(SpaceAllocator file, Movables movables) throws IOException {
        file.freeUnused();
        FreeSpace space = file.space();
        long free = space.bytes();
        if (free == 0) {
            return;
        }
        space.join();
        long end = file.end();
        PriorityQueue<RelocatableBlock> last = lastFirst();
        movables.find(end - free, last::add);
        while (true) {
            long start = space.allocateEnding(end);
            if (start == end) {
                RelocatableBlock next = last.poll();
                long to = next == null || next.address() + next.size() != end
                        ? Superblock.UNDEFINED
                        : space.allocateBefore(next.address(), next.size());
                if (next == null || to == Superblock.UNDEFINED) {
                    break;
                }
                file.move(next.address(), to, Math.toIntExact(next.size()));
                next.pointer().set(to);
                start = next.address();
            }
            end = start;
        }
        file.end(end);
    }
}
