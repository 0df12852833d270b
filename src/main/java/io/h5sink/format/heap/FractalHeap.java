package io.h5sink.format.heap;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.FormatException;
import io.h5sink.format.FormatInput;
import io.h5sink.format.Superblock;
import io.h5sink.format.btree.BTreeV2;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** Reads a fractal heap, whose blocks double in size: HDF5 File Format Specification 3.0, section III.G. */
final class FractalHeap {

    private final FormatInput bytes;
    private final FractalHeapHeader header;
    private final DoublingTable table;

    /** The addresses of the blocks that were checked. */
    private final Set<Long> seen = new HashSet<>();

    private FractalHeap(FormatInput bytes, FractalHeapHeader header) {
        this.bytes = bytes;
        this.header = header;
        this.table = header.table;
    }

    static FractalHeap read(FormatInput bytes, long address) {
        FieldSizes sizes = bytes.sizes();
        int length = FractalHeapHeader.bytes(sizes);
        ByteBuffer head = bytes.at(address, length + 4L);
        bytes.expect(head, address, FractalHeapHeader.SIGNATURE);
        FractalHeapHeader header;
        try {
            header = FractalHeapHeader.decode(head, sizes);
        } catch (FormatException e) {
            throw bytes.damaged(address, e.what());
        }
        if (header.filterBytes == 0) {
            bytes.checksum(head, address, length);
        }
        FreeSpaceManager.check(bytes, header.manager);
        return new FractalHeap(bytes, header);
    }

    /** Passes on the object to which a heap ID points. Skips objects of heaps with filters. */
    void object(ByteBuffer pointer, Consumer<ByteBuffer> taker) {
        if (header.filterBytes > 0) {
            return;
        }
        HeapId id = HeapId.decode(pointer, header);
        switch (id.kind()) {
            case MANAGED -> {
                long offset = id.at();
                long length = id.length();
                long address = header.rows == 0
                        ? direct(header.root, table.startBytes(), offset, length)
                        : find(header.root, header.rows, 0, offset, length);
                taker.accept(bytes.at(address, length));
            }
            case HUGE -> {
                if (header.hugeDirectly()) {
                    taker.accept(bytes.at(id.at(), id.length()));
                } else {
                    huge(id.at(), taker);
                }
            }
            case TINY -> {
                if (id.tiny() + id.length() > pointer.limit()) {
                    throw new FormatException("a heap ID has an object of " + id.length() + " bytes");
                }
                taker.accept(pointer.slice(id.tiny(), (int) id.length()).order(ByteOrder.LITTLE_ENDIAN));
            }
            case UNKNOWN -> throw new FormatException("a heap ID is of an unknown type");
        }
    }

    private void huge(long number, Consumer<ByteBuffer> taker) {
        FieldSizes sizes = header.sizes;
        boolean[] found = new boolean[1];
        BTreeV2.find(bytes, header.hugeTree, HugeObject.byNumber(number, sizes), record -> {
            HugeObject object = HugeObject.decode(record, sizes);
            taker.accept(bytes.at(object.address(), object.length()));
            found[0] = true;
        });
        if (!found[0]) {
            throw new FormatException("a heap has no huge object " + number);
        }
    }

    private long direct(long block, long size, long within, long length) {
        if (within < 0 || length > size - within) {
            throw bytes.damaged(block, "a heap has nothing at byte " + within + " of a block of " + size);
        }
        if (within == 0) {
            throw bytes.damaged(block, "a heap's block is named as one of its objects");
        }
        if (seen.add(block)) {
            ByteBuffer content = bytes.at(block, size);
            bytes.expect(content, block, FractalHeapWriter.DIRECT);
            if (table.checked()) {
                if (content.getInt(table.checksumAt()) != table.checksum(content)) {
                    throw bytes.damaged(block, "a checksum is wrong");
                }
            }
        }
        return block + within;
    }

    private long find(long block, int rows, long blockOffset, long offset, long length) {
        if (seen.add(block)) {
            bytes.sealed(block, table.indirectBytes(rows) - (long) Integer.BYTES, FractalHeapWriter.INDIRECT);
        }
        long within = offset - blockOffset;
        if (within < 0 || table.rowOf(within) >= rows) {
            throw bytes.damaged(block, "a heap has no byte " + offset);
        }
        DoublingTable.ChildBlock entry = table.childOf(within);
        long child = child(block, entry.number());
        return table.isDirect(entry)
                ? direct(child, entry.size(), within - entry.start(), length)
                : find(child, table.rowsOf(entry.size()), blockOffset + entry.start(), offset, length);
    }

    private long child(long block, int entry) {
        long place = block + table.indirectHead() + (long) entry * bytes.addressBytes();
        ByteBuffer pointer = bytes.at(place, bytes.addressBytes());
        long child = bytes.address(pointer.order(ByteOrder.LITTLE_ENDIAN));
        if (child == Superblock.UNDEFINED) {
            throw bytes.damaged(block, "a heap has no block " + entry);
        }
        return child;
    }
}
