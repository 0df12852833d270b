package io.h5sink.format.index;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.FormatException;
import io.h5sink.format.FormatInput;
import io.h5sink.format.Superblock;
import io.h5sink.format.btree.BTreeV2;
import io.h5sink.format.message.Dataspace;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Checks the layout message and the chunk index of a dataset: HDF5 File Format Specification 3.0, sections III.A.1 and IV.A.2.i. In a
 * B-tree of version 1, which has no checksums and grows with the data, only the path to the last chunk is checked: a session reads only
 * that path.
 */
public final class ChunkIndexCheck {

    private static final int COMPACT = 0;
    private static final int CHUNKED = 2;
    private static final int ARRAY = 4;
    private static final int TREE = 5;
    private static final long LARGEST = (1L << 32) - 1;

    private final FormatInput bytes;
    private final Dataspace space;
    private final long elementBytes;

    private ChunkIndexCheck(FormatInput bytes, Dataspace space, long elementBytes) {
        this.bytes = bytes;
        this.space = space;
        this.elementBytes = elementBytes;
    }

    public static void check(FormatInput bytes, ByteBuffer layout, Dataspace space, long elementBytes) {
        new ChunkIndexCheck(bytes, space, elementBytes).check(layout);
    }

    private void check(ByteBuffer from) {
        int version = from.get();
        if (version == 1 || version == 2) {
            old(from);
        } else if (version == 3 || version == 4) {
            int kind = from.get();
            if (kind == COMPACT) {
                compact(Short.toUnsignedLong(from.getShort()), from);
            } else if (kind == CHUNKED && version == 3) {
                int rank = Byte.toUnsignedInt(from.get());
                long tree = bytes.address(from);
                chunks(tree, chunk(from, rank, Integer.BYTES));
            } else if (kind == CHUNKED) {
                from.get();
                int rank = Byte.toUnsignedInt(from.get());
                chunk(from, rank, Byte.toUnsignedInt(from.get()));
                index(from);
            }
        }
    }

    private void index(ByteBuffer from) {
        int kind = from.get();
        if (kind == ARRAY) {
            from.position(from.position() + 5);
            ExtensibleArrayCheck.check(bytes, bytes.address(from));
        } else if (kind == TREE) {
            from.position(from.position() + 6);
            BTreeV2.check(bytes, bytes.address(from), true, record -> {});
        }
    }

    private void old(ByteBuffer from) {
        int rank = Byte.toUnsignedInt(from.get());
        int kind = from.get();
        from.position(from.position() + 5);
        long address = kind == COMPACT ? Superblock.UNDEFINED : bytes.address(from);
        if (kind == CHUNKED) {
            chunks(address, chunk(from, rank, Integer.BYTES));
            return;
        }
        from.position(from.position() + 4 * rank);
        if (kind == COMPACT) {
            compact(Integer.toUnsignedLong(from.getInt()), from);
        }
    }

    private void compact(long size, ByteBuffer from) {
        long elements = space.elements();
        if (size > from.remaining() || elements > size / elementBytes) {
            throw new FormatException(elements + " elements of " + elementBytes + " bytes are in " + size + " bytes");
        }
    }

    /** Reads the extents of a chunk; the last axis is the size of an element. */
    private long[] chunk(ByteBuffer from, int rank, int width) {
        if (rank != space.rank() + 1 || width < 1 || width > Long.BYTES) {
            throw new FormatException("chunks have " + (rank - 1) + " axes, and the dataset " + space.rank());
        }
        long[] chunk = new long[rank];
        long size = 1;
        for (int i = 0; i < rank; i++) {
            chunk[i] = FieldSizes.number(from, width);
            if (chunk[i] <= 0 || chunk[i] > LARGEST || (size *= chunk[i]) > LARGEST) {
                throw new FormatException("a chunk is empty, or has more than " + LARGEST + " bytes");
            }
        }
        if (chunk[rank - 1] != elementBytes) {
            throw new FormatException("the elements of chunks have " + chunk[rank - 1]
                    + " bytes, and those of the dataset " + elementBytes);
        }
        return chunk;
    }

    private void chunks(long tree, long[] chunk) {
        int level = -1;
        long address = tree;
        while (address != Superblock.UNDEFINED) {
            ByteBuffer head = bytes.at(address, 8 + 2L * bytes.addressBytes());
            bytes.expect(head, address, "TREE");
            int type = head.get();
            int here = Byte.toUnsignedInt(head.get());
            int entries = Short.toUnsignedInt(head.getShort());
            if (type != 1 || (level >= 0 && here != level) || entries > 1 << 15) {
                throw bytes.damaged(
                        address,
                        "a node of type " + type + ", level " + here + " and " + entries + " entries is among chunks");
            }
            long child = node(address, head.limit(), entries, here, chunk);
            if (here == 0) {
                return;
            }
            address = child;
            level = here - 1;
        }
    }

    /** Checks that a node's keys ascend, as the C library's search requires, and returns the node's last child. */
    private long node(long address, int head, int entries, int level, long[] chunk) {
        int key = 8 + 8 * chunk.length;
        ByteBuffer content = bytes.at(
                address + head, (long) entries * (key + bytes.addressBytes()) + (level > 0 || entries > 0 ? key : 0));
        long child = Superblock.UNDEFINED;
        long[] before = new long[0];
        for (int i = 0; i < entries; i++) {
            long stored = Integer.toUnsignedLong(content.getInt());
            long[] offset = offset(content, address, chunk);
            if (i > 0 && Arrays.compare(before, offset) >= 0) {
                throw bytes.damaged(address, "chunks are not in order");
            }
            before = offset;
            child = bytes.address(content);
            if (level == 0) {
                bytes.at(child + Math.max(0, stored - 1), 1);
            } else if (child == Superblock.UNDEFINED) {
                throw bytes.damaged(address, "a node of the index of chunks has no address");
            }
        }
        if (entries > 0) {
            content.getInt();
            offset(content, address, chunk);
        }
        return child;
    }

    private long[] offset(ByteBuffer content, long address, long[] chunk) {
        content.getInt(); // the filter mask
        long[] offset = new long[chunk.length];
        for (int axis = 0; axis < chunk.length; axis++) {
            offset[axis] = content.getLong();
            if (offset[axis] < 0 || offset[axis] % chunk[axis] != 0) {
                throw bytes.damaged(address, "a chunk starts at " + offset[axis] + ", between others");
            }
        }
        return offset;
    }
}
