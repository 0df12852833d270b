package io.h5sink.format.heap;

import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes the values of variable length into collections of the global heap: HDF5 File Format Specification 3.0, section III.E. A collection
 * consists of objects, each with a head, and ends with an object that stands for the free space, if any. Later commits add objects to the
 * collection; each commit overwrites no more than the head of the free space. One thread at a time.
 */
public final class GlobalHeapWriter {

    private static final int SMALLEST = 1 << 12;

    /** The largest collection of several objects, in bytes: readers read a collection as a whole. */
    private static final int LARGEST = 1 << 16;

    /** The size of a reference, in bytes: a number of elements, the address of a collection and the number of an object in it. */
    private static final int REFERENCE = 16;

    private static final int PREFIX = 16;
    private static final int HEAD = 16;
    private static final int MOST_OBJECTS = (1 << 16) - 1;

    private final SpaceAllocator file;

    /** The collection to which objects are added, with the bytes that are not written yet. */
    private ByteBuffer collection = ByteBuffer.allocateDirect(0);

    private ByteBuffer references = ByteBuffer.allocateDirect(0);

    private long address;
    private int size;
    private int used;
    private int objects;
    private int written;

    /** The bytes of the collection that belong to committed rows; 0 for a new collection. */
    private int committed;

    /** The number of commits ({@link SpaceAllocator#commits}) when the last object was added. */
    private long commits;

    /** The number of doubts ({@link SpaceAllocator#doubts}) when the collection was last compared with the file. */
    private long doubts;

    /** A writer that begins with a new collection. */
    public GlobalHeapWriter(SpaceAllocator file) {
        this.file = file;
        this.doubts = file.doubts();
    }

    /** The file of this heap. */
    public SpaceAllocator file() {
        return file;
    }

    /**
     * Adds an object.
     *
     * @param from the index of the object's first byte
     * @param length the object's length in bytes
     * @param about an estimate of the bytes of this object and of those that will follow
     * @param reference receives the address of the collection and the number of the object in it
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

    /** Whether later objects may be added to the collection at an address. */
    public boolean mayAddTo(long collectionAddress) {
        return size > 0 && address == collectionAddress;
    }

    /** Leaves the current collection if another program has used its free space; the next object starts a new collection. */
    private void leaveIfChanged() throws IOException {
        if (size > 0 && !file.has(address, collection.slice(0, size))) {
            size = 0;
            used = 0;
            written = 0;
        }
    }

    /** The buffer for references to objects, which is reused. */
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
        address = file.allocateRaw(size);
        collection.putInt(0, 'G' | 'C' << 8 | 'O' << 16 | 'L' << 24).put(4, (byte) 1);
        collection.putLong(8, size);
        used = PREFIX;
        objects = 0;
        written = 0;
        committed = 0;
    }

    /** Writes the new objects, in space that belongs to no committed object. */
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
        if (committed > 0 && from == committed) { // the committed free space began here
            file.replace(address + from, collection.slice(from, HEAD));
            from += HEAD;
        }
        file.write(address + from, collection.slice(from, (committed == 0 ? size : end) - from));
        written = used;
    }
}
