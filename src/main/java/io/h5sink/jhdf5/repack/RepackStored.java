package io.h5sink.jhdf5.repack;

import io.h5sink.format.FormatException;
import io.h5sink.format.Superblock;
import io.h5sink.format.message.DataSelection;
import io.h5sink.jhdf5.read.StoredElements;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Goes through the chunks of a dataset that are stored. One thread at a time. */
final class RepackStored {

    /** So many are looked for at once. */
    private static final long SOME = 1 << 10;

    private final String path;
    private final StoredElements storage;
    private final long[] shape;
    private final long[] chunk;
    private final RepackBoxes grid;
    private final Deque<RepackBox> found = new ArrayDeque<>();

    /** What is stored and was not found yet, in bytes. */
    private long rest;

    private final long chunkBytes;

    /**
     * Begins with the first one.
     *
     * @param path of the dataset
     * @param stored how many bytes they take in all
     */
    RepackStored(String path, StoredElements storage, long[] shape, long elementBytes, long stored) {
        this.path = path;
        this.storage = storage;
        this.shape = shape;
        this.chunk = storage.extents();
        this.grid = new RepackBoxes(new long[shape.length], chunks(shape, chunk), SOME);
        this.chunkBytes = Math.multiplyExact(RepackBox.elements(chunk), elementBytes);
        this.rest = stored;
    }

    /** How many chunks there may be along each axis. */
    static long[] chunks(long[] shape, long[] chunk) {
        long[] chunks = new long[shape.length];
        for (int axis = 0; axis < shape.length; axis++) {
            chunks[axis] = shape[axis] == 0 ? 0 : (shape[axis] - 1) / chunk[axis] + 1;
        }
        return chunks;
    }

    /** The next one, as far as it is within the dataset; null if there is none. */
    @Nullable
    RepackBox next() {
        while (found.isEmpty()) {
            RepackBox numbers = rest > 0 ? grid.next() : null;
            if (numbers == null) {
                return null;
            }
            find(numbers);
        }
        return found.remove();
    }

    private void find(RepackBox numbers) {
        long[] start = numbers.start().clone();
        long[] count = numbers.count().clone();
        for (int axis = 0; axis < start.length; axis++) {
            start[axis] *= chunk[axis];
            count[axis] = Math.min(shape[axis] - start[axis], Math.multiplyExact(count[axis], chunk[axis]));
        }
        RepackBox box = new RepackBox(start, count);
        FormatException.told(path, () -> {
            storage.find(new DataSelection(start, box.step(), count), (offset, address, size, mask) -> {
                if (address != Superblock.UNDEFINED) {
                    found.add(RepackBox.chunk(offset.clone(), chunk, shape));
                    rest -= size > 0 ? size : chunkBytes;
                }
            });
            return true;
        });
    }
}
