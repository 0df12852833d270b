package io.h5sink.format.heap;

import io.h5sink.format.FormatInput;
import io.h5sink.format.Superblock;
import io.h5sink.format.btree.BTreeV2;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Dense storage of links or attributes: a B-tree of version 2 whose records point into a fractal heap. */
public final class DenseStorage {

    private static final int HASH = 4;

    private DenseStorage() {}

    /** Passes on the densely stored links of a group. The tree is indexed by name; its records have the name's hash before the pointer. */
    public static void links(FormatInput bytes, ByteBuffer info, Consumer<ByteBuffer> taker) {
        check(bytes, info, Long.BYTES, HASH, taker);
    }

    /** Passes on the densely stored attributes of an object. The tree is indexed by name. */
    public static void attributes(FormatInput bytes, ByteBuffer info, Consumer<ByteBuffer> taker) {
        check(bytes, info, Short.BYTES, 0, taker);
    }

    private static void check(
            FormatInput bytes, ByteBuffer info, int orderBytes, int before, Consumer<ByteBuffer> taker) {
        info.get();
        int flags = info.get();
        info.position(info.position() + ((flags & 1) != 0 ? orderBytes : 0));
        long address = bytes.address(info);
        long byName = bytes.address(info);
        if (address == Superblock.UNDEFINED) {
            return;
        }
        FractalHeap heap = FractalHeap.read(bytes, address);
        BTreeV2.check(bytes, byName, false, record -> heap.object(record.position(before), taker));
        if ((flags & 2) != 0) {
            BTreeV2.check(bytes, bytes.address(info), false, record -> {});
        }
    }
}
