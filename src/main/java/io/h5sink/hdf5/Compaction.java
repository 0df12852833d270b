package io.h5sink.hdf5;

import java.io.IOException;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/**
 * Makes a file shorter when its session ends: what lies last moves into space that the session has freed further ahead, as far as that
 * goes. That is one more commit, which is as safe as any: what moves is copied to space that is not in use, and only then is the index
 * of chunks overwritten that leads there. One thread at a time.
 */
final class Compaction {

    /** Where movables are known. */
    interface Source {
        void find(long from, Consumer<Movable> to) throws IOException;
    }

    private Compaction() {}

    /**
     * Moves what there is to move, in a file that has nothing to commit yet.
     *
     * @param movables what can lie elsewhere, as far as it ends behind the address that it is given
     */
    static void run(DirectFile file, Source movables) throws IOException {
        file.giveBack();
        FreeSpace space = file.space();
        long free = space.bytes();
        if (free == 0) {
            return;
        }
        space.join();
        long end = file.end();
        PriorityQueue<Movable> last =
                new PriorityQueue<>(Comparator.comparingLong(Movable::address).reversed());
        movables.find(end - free, last::add);
        while (true) {
            long start = space.takeEnding(end);
            if (start == end) {
                Movable next = last.poll();
                long to = next == null || next.address() + next.size() != end
                        ? DirectArray.UNDEFINED
                        : space.takeBefore(next.address(), next.size());
                if (next == null || to == DirectArray.UNDEFINED) {
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
