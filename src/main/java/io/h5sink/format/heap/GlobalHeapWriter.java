package io.h5sink.format.heap;

import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What elements of variable length refer to, in collections of the global heap: the HDF5 File Format Specification 3.0, section III.E. A
 * collection consists of objects, each with a head, and ends with one that stands for the free space, if there is any. It is filled up
 * in later commits, of which each overwrites no more than the head of that. One thread at a time.
 */
public final class GlobalHeapWriter {

    private static final int SMALLEST = 1 << 12;

    /** Of what holds many objects; readers take a collection as a whole. */
    private static final int LARGEST = 1 << 16;

    /** A number of elements, the address of a collection and a number in it. */
    private static final int REFERENCE = 16;

    private static final int PREFIX = 16;
    private static final int HEAD = 16;
    private static final int MOST_OBJECTS = (1 << 16) - 1;

    private final SpaceAllocator file;

    /** The collection that is being filled, and what of it is not written yet. */
    private ByteBuffer collection = ByteBuffer.allocateDirect(0);

    private ByteBuffer references = ByteBuffer.allocateDirect(0);

    private long address;
    private int size;
    private int used;
    private int objects;
    private int written;

    /** How much of it belongs to committed rows; 0 if it is new. */
    private int committed;

    /** How often something had been committed when something was last added. */
    private long commits;

    /** How often others may have written to the file when that was last asked. */
    private long doubts;

    /** A heap that goes on in new collections. */
    public GlobalHeapWriter(SpaceAllocator file) {
        this.file = file;
        this.doubts = file.doubts();
    }

    /** The file that it is in. */
    public SpaceAllocator file() {
        return file;
    }

    /**
     * Adds an object.
     *
     * @param from what it consists of begins there
     * @param length in bytes, more than 0
     * @param about how many bytes come with it and behind it, as far as that is known
     * @param reference gets the address of its collection and its number there
     */
    public void add(ByteBuffer bytes, int from, int length, long about, ByteBuffer reference) throws IOException {
        if (commits != file.commits()) {
            commits = file.commits();
            committed = written;
        }
        if (doubts != file.doubts()) {
            doubts = file.doubts();
            leaveIfChanged();
        }
        int need = Math.addExact(HEAD, length + 7 & -8);
        if (used + need > size || objects == MOST_OBJECTS) {
            flush();
            begin(need, about);
        }
        objects++;
        collection
                .putShort(used, (short) objects)
                .putShort(used + 2, (short) 0)
                .putInt(used + 4, 0)
                .putLong(used + 8, length)
                .put(used + HEAD, bytes, from, length);
        used += need;
        reference.putLong(address).putInt(objects);
    }

    /** Goes on in a new collection if another program has used what was free in this one. */
    private void leaveIfChanged() throws IOException {
        if (size > 0 && !file.has(address, collection.slice(0, size))) {
            size = 0;
            used = 0;
            written = 0;
        }
    }

    /** Room for what stands for objects, which is used again and again. */
    public ByteBuffer references(int count) {
        int bytes = Math.multiplyExact(count, REFERENCE);
        if (references.capacity() < bytes) {
            references = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }
        return references.clear();
    }

    private void begin(int need, long about) {
        size = (int) Math.max(PREFIX + need, Math.min(LARGEST, Math.max(SMALLEST, PREFIX + (about + 7 & -8))));
        size = Math.max(SMALLEST, size);
        if (collection.capacity() < size) {
            collection = ByteBuffer.allocateDirect(Math.max(size, Math.min(LARGEST, 2 * size)))
                    .order(ByteOrder.LITTLE_ENDIAN);
        }
        for (int i = 0; i < size; i += Long.BYTES) {
            collection.putLong(i, 0);
        }
        address = file.allocate(size);
        collection.putInt(0, 'G' | 'C' << 8 | 'O' << 16 | 'L' << 24).put(4, (byte) 1);
        collection.putLong(8, size);
        used = PREFIX;
        objects = 0;
        written = 0;
        committed = 0;
    }

    /** Writes what was added, for which there is space that belongs to no committed object. */
    public void flush() throws IOException {
        if (used == written) {
            return;
        }
        int end = used;
        if (size - used >= HEAD) {
            collection.putLong(used, 0).putLong(used + 8, size - used);
            end += HEAD;
        }
        int from = written;
        if (committed > 0 && from == committed) { // where the free space began
            file.replace(address + from, collection.slice(from, HEAD));
            from += HEAD;
        }
        file.write(address + from, collection.slice(from, (committed == 0 ? size : end) - from));
        written = used;
    }
}
