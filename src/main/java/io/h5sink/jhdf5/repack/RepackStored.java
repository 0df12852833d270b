package io.h5sink.jhdf5.repack;

import io.h5sink.format.FormatException;
import io.h5sink.format.Superblock;
import io.h5sink.format.message.DataSelection;
import io.h5sink.jhdf5.read.StoredElements;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Iterates over the stored chunks of a dataset. One thread at a time. */
final class RepackStored {

    /** The number of chunks that are searched in the index at once. */
    private static final long SOME = 1 << 10;

    private final String path;
    private final StoredElements storage;
    private final long[] shape;
    private final long[] chunk;
    private final RepackBoxes grid;
    private final Deque<RepackBox> found = new ArrayDeque<>();

    /** The bytes of stored chunks that were not found yet. */
    private long missing;

    private final long chunkBytes;

    /**
     * Creates the iteration.
     *
     * @param path the path of the dataset
     * @param stored the bytes of all stored chunks
     */
    RepackStored(String path, StoredElements storage, long[] shape, long elementBytes, long stored) {
        this.path = path;
        this.storage = storage;
        this.shape = shape;
        this.chunk = storage.extents();
        this.grid = new RepackBoxes(new long[shape.length], chunks(shape, chunk), SOME);
        this.chunkBytes = Math.multiplyExact(RepackBox.elements(chunk), elementBytes);
        this.missing = stored;
    }

    /** The number of possible chunks along each axis. */
    static long[] chunks(long[] shape, long[] chunk) {
        long[] chunks = new long[shape.length];
        for (int axis = 0; axis < shape.length; axis++) {
            chunks[axis] = shape[axis] == 0 ? 0 : (shape[axis] - 1) / chunk[axis] + 1;
        }
        return chunks;
    }

    /** The next stored chunk, cut at the dataset's extents; null at the end. */
    @Nullable
    RepackBox next() {
        while (found.isEmpty()) {
            RepackBox numbers = missing > 0 ? grid.next() : null;
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
        FormatException.naming(path, () -> {
            storage.find(new DataSelection(start, box.step(), count), (offset, address, size, mask) -> {
                if (address != Superblock.UNDEFINED) {
                    found.add(RepackBox.chunk(offset.clone(), chunk, shape));
                    missing -= size > 0 ? size : chunkBytes;
                }
            });
            return true;
        });
    }
}
