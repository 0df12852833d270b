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
 * Makes a file shorter when its session ends: what lies last moves into space that the session has freed further ahead, as far as that
 * goes. Each step is one more commit, which is as safe as any: what moves is copied to space that is not in use, and only then is the
 * index of chunks overwritten that leads there. One thread at a time.
 */
public final class Compactor {

    /** Where movables are known. */
    public interface BlockSource {
        void find(long from, Consumer<RelocatableBlock> to) throws IOException;
    }

    /** A thousandth of a file is worth a move, since many sessions leave as much each. */
    private static final int MUCH = 1000;

    /** So many bytes may be moved for one. */
    private static final int LITTLE = 16;

    /** More is not moved, however much there is, so that a session of many datasets soon ends. */
    private static final long MOST = 1L << 26;

    private Compactor() {}

    /**
     * Moves what lies behind free space to the end of the file, if that is worth it, so that the space becomes one piece when this is
     * committed: what is larger than any piece fits into that, when it is then moved back. Behind that space is nothing that stays.
     *
     * @param movables what can lie elsewhere, as far as it ends behind the address that it is given
     */
    public static void lift(SpaceAllocator file, BlockSource movables) throws IOException {
        file.freeUnused();
        FreeSpace space = file.space();
        space.join();
        for (RelocatableBlock next : worthwhile(file.end(), space, movables)) {
            long to = file.allocate(next.size());
            file.move(next.address(), to, Math.toIntExact(next.size()));
            next.lead().to(to);
            file.free(next.address(), next.size());
        }
    }

    /** What lies last and is to be moved to make one of pieces that are some part of the file, and not too little of what is moved. */
    private static List<RelocatableBlock> worthwhile(long end, FreeSpace space, BlockSource movables)
            throws IOException {
        PriorityQueue<RelocatableBlock> last = lastFirst();
        long most = Math.min(LITTLE * space.bytes(), MOST);
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
                if (free >= end / MUCH && moved <= Math.min(LITTLE * free, MOST)) {
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

    private static PriorityQueue<RelocatableBlock> lastFirst() {
        return new PriorityQueue<>(
                Comparator.comparingLong(RelocatableBlock::address).reversed());
    }

    /**
     * Moves what there is to move, in a file that has nothing to commit yet.
     *
     * @param movables what can lie elsewhere, as far as it ends behind the address that it is given
     */
    public static void run(SpaceAllocator file, BlockSource movables) throws IOException {
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
                next.lead().to(to);
                start = next.address();
            }
            end = start;
        }
        file.end(end);
    }
}
