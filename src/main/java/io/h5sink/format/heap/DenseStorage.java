package io.h5sink.format.heap;

import io.h5sink.format.FormatInput;
import io.h5sink.format.Lookup3;
import io.h5sink.format.Superblock;
import io.h5sink.format.btree.BTreeV2;
import io.h5sink.format.btree.BTreeV2Writer;
import io.h5sink.format.btree.RecordOrder;
import io.h5sink.format.message.AttributeInfo;
import io.h5sink.format.message.LinkInfo;
import io.h5sink.transaction.BlockAccess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Dense storage of links or attributes: a fractal heap with link or attribute messages, a B-tree of version 2 whose records point into the
 * heap and are sorted by the hashes of the names, and, if the group or object indexes creation order, a tree that is sorted by creation
 * order. HDF5 File Format Specification 3.0, sections III.G and III.A.2. The addresses of heap and trees are in the group's Link Info or
 * the object's Attribute Info message, which the caller keeps, with the largest creation index.
 *
 * <p>Changes stay in memory until {@link #save}, which must be called before the commit. After a commit that was undone, a storage must be
 * opened anew. One thread at a time.
 */
public final class DenseStorage {

    private static final int SHARED = 2;

    private final BlockAccess blocks;
    private final DenseKind kind;
    private final FractalHeapWriter heap;
    private final BTreeV2Writer byName;
    private final @Nullable BTreeV2Writer byOrder;

    private DenseStorage(
            BlockAccess blocks,
            DenseKind kind,
            FractalHeapWriter heap,
            BTreeV2Writer byName,
            @Nullable BTreeV2Writer byOrder) {
        this.blocks = blocks;
        this.kind = kind;
        this.heap = heap;
        this.byName = byName;
        this.byOrder = byOrder;
    }

    /**
     * Creates a storage without messages.
     *
     * @param ordered whether creation order is indexed
     */
    public static DenseStorage create(BlockAccess blocks, DenseKind kind, boolean ordered) throws IOException {
        return new DenseStorage(
                blocks,
                kind,
                FractalHeapWriter.create(blocks, kind.idBytes, kind.startBytes, kind.bits),
                BTreeV2Writer.create(blocks, kind.namedType, kind.namedBytes()),
                ordered ? BTreeV2Writer.create(blocks, kind.orderedType, kind.orderedBytes()) : null);
    }

    /**
     * Opens a storage to change it.
     *
     * @param heap the address of the heap
     * @param byName the address of the tree that is sorted by name
     * @param byOrder the address of the tree that is sorted by creation order; {@link Superblock#UNDEFINED} without such a tree
     */
    public static DenseStorage open(BlockAccess blocks, DenseKind kind, long heap, long byName, long byOrder)
            throws IOException {
        FractalHeapWriter messages = FractalHeapWriter.open(blocks, heap);
        if (messages.idBytes() != kind.idBytes) {
            throw blocks.damaged(heap, "a heap has IDs of " + messages.idBytes() + " bytes");
        }
        return new DenseStorage(
                blocks,
                kind,
                messages,
                BTreeV2Writer.open(blocks, byName, kind.namedType, kind.namedBytes()),
                byOrder == Superblock.UNDEFINED
                        ? null
                        : BTreeV2Writer.open(blocks, byOrder, kind.orderedType, kind.orderedBytes()));
    }

    /** The address of the heap. */
    public long heap() {
        return heap.address();
    }

    /** The address of the tree that is sorted by name. */
    public long byName() {
        return byName.address();
    }

    /** The address of the tree that is sorted by creation order; {@link Superblock#UNDEFINED} without such a tree. */
    public long byOrder() {
        return byOrder == null ? Superblock.UNDEFINED : byOrder.address();
    }

    /** The number of messages. */
    public long size() {
        return byName.size();
    }

    /** Finds the message with a name; null if the storage has none. The message is a copy, from position 0 to the limit. */
    public @Nullable ByteBuffer find(byte[] name) throws IOException {
        ByteBuffer record = byName.find(named(name));
        return record == null ? null : copy(message(record));
    }

    /** Passes on copies of all messages, in the order of the hashes of the names. Attributes in a shared message heap are skipped. */
    public void each(Consumer<ByteBuffer> taker) throws IOException {
        byName.each(record -> {
            if ((kind.flags(record) & SHARED) == 0) {
                taker.accept(copy(heap.get(kind.pointer(record))));
            }
        });
    }

    /**
     * Adds a message.
     *
     * @param name the name in the message, without a zero at the end
     * @param order the creation order; the same as in a link message that has one
     * @param message the message from the buffer's position to the limit
     * @return false if the storage has a message with the name, and was not changed
     */
    public boolean add(byte[] name, long order, ByteBuffer message) throws IOException {
        RecordOrder place = named(name);
        if (byName.find(place) != null) {
            return false;
        }
        byte[] id = heap.insert(message);
        byName.insert(kind.named(id, 0, order, hash(name)), place);
        if (byOrder != null && !byOrder.insert(kind.ordered(id, 0, order), ordered(order))) {
            throw blocks.damaged(byOrder.address(), "a tree has the creation order " + order + " already");
        }
        return true;
    }

    /**
     * Replaces the message with a name. The creation order stays, and must be the same in a link message that has one.
     *
     * @param message the new message from the buffer's position to the limit
     * @return false if the storage has no message with the name, and was not changed
     */
    public boolean replace(byte[] name, ByteBuffer message) throws IOException {
        RecordOrder place = named(name);
        ByteBuffer record = byName.find(place);
        if (record == null) {
            return false;
        }
        long order = kind.orderOf(record, message(record), blocks.sizes());
        if (heap.overwrite(kind.pointer(record), message)) {
            return true;
        }
        // while the trees are searched, messages are compared, the old one too
        byte[] id = heap.insert(message);
        byName.replace(kind.named(id, kind.flags(record), order, hash(name)), place);
        if (byOrder != null && !byOrder.replace(kind.ordered(id, kind.flags(record), order), ordered(order))) {
            throw blocks.damaged(byOrder.address(), "a tree does not have the creation order " + order);
        }
        heap.remove(kind.pointer(record));
        return true;
    }

    /** Removes the message with a name; false if the storage has none. */
    public boolean remove(byte[] name) throws IOException {
        RecordOrder place = named(name);
        ByteBuffer record = byName.find(place);
        if (record == null) {
            return false;
        }
        long order = kind.orderOf(record, message(record), blocks.sizes());
        byName.remove(place);
        if (byOrder != null && byOrder.remove(ordered(order)) == null) {
            throw blocks.damaged(byOrder.address(), "a tree does not have the creation order " + order);
        }
        heap.remove(kind.pointer(record));
        return true;
    }

    /** Adds all changes to the commit. */
    public void save() throws IOException {
        heap.save();
        byName.save();
        if (byOrder != null) {
            byOrder.save();
        }
    }

    /** Frees the space of the storage, which must not be used any more. */
    public void free() throws IOException {
        heap.free();
        byName.free();
        if (byOrder != null) {
            byOrder.free();
        }
    }

    private RecordOrder named(byte[] name) {
        int hash = hash(name);
        return record -> {
            int where = Integer.compareUnsigned(kind.hash(record), hash);
            return where != 0 ? where : Arrays.compareUnsigned(kind.name(message(record), blocks.sizes()), name);
        };
    }

    private RecordOrder ordered(long order) {
        return record -> Long.compare(kind.order(record), order);
    }

    /** The message of a record, for reading at once. */
    private ByteBuffer message(ByteBuffer record) throws IOException {
        if ((kind.flags(record) & SHARED) != 0) {
            throw blocks.damaged(byName.address(), "an attribute is in a shared message heap");
        }
        return heap.get(kind.pointer(record));
    }

    private static int hash(byte[] name) {
        return Lookup3.of(ByteBuffer.wrap(name), 0, name.length);
    }

    private static ByteBuffer copy(ByteBuffer message) {
        return ByteBuffer.allocate(message.limit())
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(0, message, 0, message.limit());
    }

    /** Passes on the densely stored links of a group, whose Link Info message is given. */
    public static void links(FormatInput bytes, ByteBuffer info, Consumer<ByteBuffer> taker) {
        LinkInfo links = LinkInfo.decode(info, bytes);
        check(bytes, DenseKind.LINKS, links.heap(), links.names(), links.orders(), taker);
    }

    /**
     * Passes on the densely stored attributes of an object, whose Attribute Info message is given. Attributes in a shared message heap are
     * skipped.
     */
    public static void attributes(FormatInput bytes, ByteBuffer info, Consumer<ByteBuffer> taker) {
        AttributeInfo attributes = AttributeInfo.decode(info, bytes);
        check(bytes, DenseKind.ATTRIBUTES, attributes.heap(), attributes.names(), attributes.orders(), taker);
    }

    private static void check(
            FormatInput bytes, DenseKind kind, long address, long byName, long byOrder, Consumer<ByteBuffer> taker) {
        if (address == Superblock.UNDEFINED) {
            return;
        }
        FractalHeap heap = FractalHeap.read(bytes, address);
        BTreeV2.check(bytes, byName, false, record -> {
            if ((kind.flags(record) & SHARED) == 0) {
                heap.object(kind.pointer(record), taker);
            }
        });
        BTreeV2.check(bytes, byOrder, false, record -> {});
    }
}
