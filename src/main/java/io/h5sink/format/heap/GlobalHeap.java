package io.h5sink.format.heap;

import io.h5sink.format.FormatInput;
import io.h5sink.format.Superblock;
import io.h5sink.format.message.Datatype;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The global heap, which holds values of variable length: HDF5 File Format Specification 3.0, section III.E. The global heap has no
 * checksums in files of any version, and the C library loops for ever in a collection with an empty gap.
 */
public final class GlobalHeap {

    private static final int HEAD = 8;
    private static final int MOST_COLLECTIONS = 16;

    private record Item(long address, long size) {}

    private final FormatInput bytes;

    /** The collections that were used last, by address. */
    private final Map<Long, Map<Integer, Item>> collections = new LinkedHashMap<>(2 * MOST_COLLECTIONS, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Map<Integer, Item>> eldest) {
            return size() > MOST_COLLECTIONS;
        }
    };

    public GlobalHeap(FormatInput bytes) {
        this.bytes = bytes;
    }

    /**
     * Checks the heap objects to which an element refers, and all heap objects to which those refer.
     *
     * @param references the {@link Datatype#references()} of the element's type
     */
    public void check(List<Datatype.HeapReference> references, ByteBuffer element, int start) {
        for (Datatype.HeapReference reference : references) {
            ByteBuffer from = element.duplicate().order(ByteOrder.LITTLE_ENDIAN);
            from.position(Math.toIntExact(start + reference.offset()));
            Datatype of = reference.of();
            if (of == null) {
                region(from);
                continue;
            }
            long count = Integer.toUnsignedLong(from.getInt());
            long address = bytes.address(from);
            int index = from.getInt();
            // the C library also reads the object of an empty sequence
            if (address != 0 && address != Superblock.UNDEFINED) {
                check(of, count, address, index);
            }
        }
    }

    /** The bytes of an object, in a buffer that starts at position 0. */
    public ByteBuffer object(long address, int index) {
        Item item = item(address, index);
        return bytes.at(item.address, item.size);
    }

    /** The numbers of the objects of a collection. */
    public Set<Integer> objects(long address) {
        return Set.copyOf(collections.computeIfAbsent(address, this::read).keySet());
    }

    /** The size of a collection, in bytes. */
    public long collectionBytes(long address) {
        objects(address);
        return bytes.length(bytes.at(address + HEAD, bytes.lengthBytes()));
    }

    /** Checks the heap object of a region reference, which starts with the address of a dataset. */
    private void region(ByteBuffer from) {
        long address = bytes.address(from);
        int index = from.getInt();
        if (address != 0 && address != Superblock.UNDEFINED && item(address, index).size < bytes.addressBytes()) {
            throw bytes.damaged(address, "an object of the global heap is too short for a region");
        }
    }

    private Item item(long address, int index) {
        Item item = collections.computeIfAbsent(address, this::read).get(index);
        if (item == null) {
            throw bytes.damaged(address, "the global heap has no object " + Integer.toUnsignedString(index));
        }
        return item;
    }

    private void check(Datatype of, long count, long address, int index) {
        Item item = item(address, index);
        // the C library (1.10) copies the whole object into memory that it allocates by the size of the elements
        if (item.size != count * of.size()) {
            throw bytes.damaged(
                    item.address,
                    "an object of the global heap has " + item.size + " bytes, of which " + count * of.size()
                            + " are used");
        }
        List<Datatype.HeapReference> references = of.references();
        if (!references.isEmpty()) {
            ByteBuffer content = bytes.at(item.address, item.size);
            for (long i = 0; i + of.size() <= item.size; i += of.size()) {
                check(references, content, (int) i);
            }
        }
    }

    private Map<Integer, Item> read(long address) {
        int head = aligned(HEAD + bytes.lengthBytes()); // the size of the heads of the collection and of each object
        ByteBuffer prefix = bytes.at(address, head);
        bytes.expect(prefix, address, "GCOL");
        if (prefix.get() != 1) {
            throw bytes.damaged(address, "the global heap has an unknown version");
        }
        prefix.position(HEAD);
        long size = bytes.length(prefix);
        bytes.at(address + size - 1, 1);
        Map<Integer, Item> items = new HashMap<>();
        long at = head;
        while (at + head <= size) {
            ByteBuffer object = bytes.at(address + at, head);
            int index = Short.toUnsignedInt(object.getShort());
            object.position(HEAD);
            long length = bytes.length(object);
            long taken =
                    // the size of a gap includes the gap's own head
                    index == 0 ? length : head + Math.addExact(length, 7) / HEAD * HEAD;
            if (taken < head || taken > size - at) {
                throw bytes.damaged(address + at, "an object of the global heap has " + length + " bytes");
            }
            if (index != 0 && items.put(index, new Item(address + at + head, length)) != null) {
                throw bytes.damaged(address + at, "the global heap has two objects " + index);
            }
            at += taken;
        }
        return items;
    }

    private static int aligned(int length) {
        return (length + HEAD - 1) / HEAD * HEAD;
    }
}
