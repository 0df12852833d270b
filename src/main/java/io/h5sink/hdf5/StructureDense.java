package io.h5sink.hdf5;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Links or attributes that are many, in trees of pointers into a heap. */
final class StructureDense {

    private static final int HASH = 4;

    private StructureDense() {}

    /** Passes on the links in a heap that a tree of names points to, behind the names' hashes. */
    static void links(StructureBytes bytes, ByteBuffer info, Consumer<ByteBuffer> taker) {
        check(bytes, info, Long.BYTES, HASH, taker);
    }

    /** Passes on the attributes in a heap that a tree of names points to. */
    static void attributes(StructureBytes bytes, ByteBuffer info, Consumer<ByteBuffer> taker) {
        check(bytes, info, Short.BYTES, 0, taker);
    }

    private static void check(
            StructureBytes bytes, ByteBuffer info, int orderBytes, int before, Consumer<ByteBuffer> taker) {
        info.get();
        int flags = info.get();
        info.position(info.position() + ((flags & 1) != 0 ? orderBytes : 0));
        long address = bytes.address(info);
        long byName = bytes.address(info);
        if (address == Superblock.UNDEFINED) {
            return;
        }
        StructureFractalHeap heap = StructureFractalHeap.read(bytes, address);
        StructureTree.check(bytes, byName, false, record -> heap.object(record.position(before), taker));
        if ((flags & 2) != 0) {
            StructureTree.check(bytes, bytes.address(info), false, record -> {});
        }
    }
}
