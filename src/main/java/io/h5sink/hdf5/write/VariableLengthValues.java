package io.h5sink.hdf5.write;

import io.h5sink.format.FormatException;
import io.h5sink.format.FormatInput;
import io.h5sink.format.Superblock;
import io.h5sink.format.heap.GlobalHeap;
import io.h5sink.format.heap.GlobalHeapWriter;
import io.h5sink.format.message.Datatype;
import io.h5sink.transaction.SpaceAllocator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Values of variable length that a session reads or replaces: HDF5 File Format Specification 3.0, sections III.E and VIII.A. The first value
 * of an object lies among those of others in the global heap. A value that replaces another one gets a collection of its own, whose space the
 * next value takes, so that the file does not grow with each value.
 */
final class VariableLengthValues {

    /** The size of a reference, in bytes: a number of elements, the address of a collection and the number of an object in it. */
    static final int REFERENCE = 16;

    private static final int SMALLEST = 1 << 12;
    private static final int PREFIX = 16;
    private static final int HEAD = 16;
    private static final int MOST_OBJECTS = (1 << 16) - 1;

    /** The deepest nesting of sequences in sequences that is copied. */
    private static final int DEEPEST = 16;

    /**
     * A value of variable length.
     *
     * @param count the number of elements
     * @param content the bytes of all elements, from position to limit
     * @param isNull whether the value gets no heap object: HDF5 gives none to an empty sequence, and one without bytes to an empty string,
     *     without which h5py cannot read a fill value
     */
    record VariableValue(int count, ByteBuffer content, boolean isNull) {

        /** A sequence. */
        static VariableValue sequence(int count, ByteBuffer content) {
            return new VariableValue(count, content, count == 0);
        }
    }

    /** An object of the global heap; undefined for a value that has none. */
    private record HeapPlace(int count, long address, int index) {

        private boolean isThere() {
            return address != 0 && address != Superblock.UNDEFINED;
        }
    }

    private VariableLengthValues() {}

    /** The values of strings, which follow each other, each with a NUL behind it. */
    static List<VariableValue> ofStrings(ByteBuffer utf8) {
        List<VariableValue> values = new ArrayList<>();
        for (int start = utf8.position(); start < utf8.limit(); ) {
            int end = start;
            while (utf8.get(end) != 0) {
                end++;
            }
            values.add(new VariableValue(end - start, utf8.slice(start, end - start), false));
            start = end + 1;
        }
        return values;
    }

    /** Reads strings; gives them one after the other, each with a NUL behind it. */
    static ByteBuffer strings(FormatInput in, ByteBuffer references) {
        GlobalHeap heap = new GlobalHeap(in);
        ByteArrayOutputStream utf8 = new ByteArrayOutputStream();
        for (HeapPlace place : places(references)) {
            if (place.isThere()) {
                ByteBuffer content = heap.object(place.address, place.index);
                int length = Math.min(place.count, content.remaining());
                for (int i = 0; i < length && content.get(i) != 0; i++) {
                    utf8.write(content.get(i));
                }
            }
            utf8.write(0);
        }
        return ByteBuffer.wrap(utf8.toByteArray());
    }

    private static List<HeapPlace> places(ByteBuffer references) {
        ByteBuffer from = references.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        List<HeapPlace> places = new ArrayList<>();
        while (from.hasRemaining()) {
            places.add(new HeapPlace(from.getInt(), from.getLong(), from.getInt()));
        }
        return places;
    }

    /** Writes the first values of an object; returns references to them. */
    static ByteBuffer add(GlobalHeapWriter heap, List<VariableValue> values) throws IOException {
        ByteBuffer references = references(values.size());
        long about = values.stream().mapToLong(value -> heapBytes(value)).sum();
        for (VariableValue value : values) {
            if (value.isNull) {
                references.putInt(0).putLong(0).putInt(0);
            } else {
                ByteBuffer content = value.content;
                references.putInt(value.count);
                heap.add(content, content.position(), content.remaining(), about, references);
            }
        }
        heap.flush();
        return references.flip();
    }

    private static ByteBuffer references(int count) {
        return ByteBuffer.allocate(Math.multiplyExact(count, REFERENCE)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The bytes of an object and its head in a collection. */
    private static long heapBytes(VariableValue value) {
        return value.isNull ? 0 : HEAD + (value.content.remaining() + 7L & -8);
    }

    /**
     * Replaces values; returns references to the new ones.
     *
     * @param before the references to the old values
     */
    static ByteBuffer replace(OpenObjects owner, ByteBuffer before, List<VariableValue> values) throws IOException {
        SpaceAllocator file = owner.space();
        long need = PREFIX
                + values.stream().mapToLong(VariableLengthValues::heapBytes).sum();
        if (need > Integer.MAX_VALUE / 2) {
            throw new IOException("the values of variable length have " + need + " bytes, which are too many");
        }
        long old = own(owner, places(before));
        long size = old == Superblock.UNDEFINED ? 0 : new GlobalHeap(file.input()).collectionBytes(old);
        if (need > PREFIX && need <= size && values.size() <= MOST_OBJECTS) {
            ByteBuffer references = references(values.size());
            file.replace(old, collection(old, (int) size, values, references));
            return references.flip();
        }
        if (size > 0) {
            file.free(old, size);
        }
        if (need == PREFIX || values.size() > MOST_OBJECTS) {
            return add(owner.heap(), values);
        }
        int bytes = Math.max(SMALLEST, (int) (need + need / 4 + 7 & -8));
        ByteBuffer references = references(values.size());
        long at = file.allocateRawAnywhere(bytes);
        file.write(at, collection(at, bytes, values, references));
        return references.flip();
    }

    /** The collection that has these objects and no others, and to which no others will be added; undefined if they have none of their own. */
    private static long own(OpenObjects owner, List<HeapPlace> places) {
        long address = Superblock.UNDEFINED;
        Set<Integer> objects = new HashSet<>();
        for (HeapPlace place : places) {
            if (place.isThere()) {
                if (address != Superblock.UNDEFINED && address != place.address) {
                    return Superblock.UNDEFINED;
                }
                address = place.address;
                objects.add(place.index);
            }
        }
        boolean whole = address != Superblock.UNDEFINED
                && !owner.heap().mayAddTo(address)
                && new GlobalHeap(owner.space().input()).objects(address).equals(objects);
        return whole ? address : Superblock.UNDEFINED;
    }

    private static ByteBuffer collection(long address, int size, List<VariableValue> values, ByteBuffer references) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put((byte) 'G')
                .put((byte) 'C')
                .put((byte) 'O')
                .put((byte) 'L')
                .putInt(1)
                .putLong(size);
        int index = 0;
        for (VariableValue value : values) {
            if (value.isNull) {
                references.putInt(0).putLong(0).putInt(0);
                continue;
            }
            index++;
            references.putInt(value.count).putLong(address).putInt(index);
            int start = bytes.position();
            bytes.putShort((short) index).putShort((short) 0).putInt(0).putLong(value.content.remaining());
            bytes.put(value.content.duplicate());
            bytes.position(start + (int) heapBytes(value));
        }
        if (bytes.remaining() >= HEAD) {
            bytes.putLong(0)
                    .putLong(bytes.remaining() + Long.BYTES); // the size of the free space includes its own head
        }
        return bytes.clear();
    }

    /**
     * Copies all heap objects to which an element refers; returns the element with references to the copies.
     *
     * @param from a reader of the same heap
     */
    static ByteBuffer copied(GlobalHeap from, GlobalHeapWriter heap, Datatype type, ByteBuffer element)
            throws IOException {
        return copied(from, heap, type, element, 0);
    }

    private static ByteBuffer copied(
            GlobalHeap from, GlobalHeapWriter heap, Datatype type, ByteBuffer element, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new FormatException("sequences are nested more than " + DEEPEST + " times");
        }
        ByteBuffer copy = ByteBuffer.allocate(element.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        copy.put(0, element, element.position(), element.remaining());
        for (Datatype.HeapReference reference : type.references()) {
            Datatype of = reference.of();
            int at = Math.toIntExact(reference.offset()) + (of == null ? 0 : Integer.BYTES);
            HeapPlace place = new HeapPlace(0, copy.getLong(at), copy.getInt(at + Long.BYTES));
            if (place.isThere()) {
                ByteBuffer content = from.object(place.address, place.index);
                if (of != null && !of.references().isEmpty()) {
                    content = copiedSequence(from, heap, of, content, depth);
                }
                heap.add(content, 0, content.limit(), content.limit(), copy.position(at));
            }
        }
        return copy.clear();
    }

    /** Copies the heap objects to which the elements of a sequence refer. */
    private static ByteBuffer copiedSequence(
            GlobalHeap from, GlobalHeapWriter heap, Datatype of, ByteBuffer sequence, int depth) throws IOException {
        ByteBuffer copies = ByteBuffer.allocate(sequence.limit());
        int bytes = Math.toIntExact(of.size());
        while (copies.remaining() >= bytes) {
            copies.put(copied(from, heap, of, sequence.slice(copies.position(), bytes), depth + 1));
        }
        return copies.clear();
    }
}
