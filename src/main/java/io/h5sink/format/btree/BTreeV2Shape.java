package io.h5sink.format.btree;

/**
 * The sizes in the nodes of a B-tree of version 2, which follow from the sizes of a node and of a record.
 *
 * @param nodeBytes the size of a node
 * @param recordBytes the size of a record
 * @param addressBytes the size of an address
 */
record BTreeV2Shape(int nodeBytes, int recordBytes, int addressBytes) {

    /** The bytes before the records of a node: signature, version and type. */
    static final int PREFIX = 6;

    static final int CHECKSUM = Integer.BYTES;

    /** The size of the pointer to a child in a node of some depth; leaves have depth 0. */
    int pointerBytes(int depth) {
        return depth == 0 ? 0 : addressBytes + countBytes() + totalBytes(depth);
    }

    /** The size of the number of records in a child. */
    int countBytes() {
        return bytesFor(most(0));
    }

    /** The size of the number of records in a child and in all nodes below, in a node of some depth; 0 if the children are leaves. */
    int totalBytes(int depth) {
        return depth > 1 ? bytesFor(total(depth - 1)) : 0;
    }

    /** The most records of a node of some depth. */
    int most(int depth) {
        int pointer = pointerBytes(depth);
        return (nodeBytes - PREFIX - CHECKSUM - pointer) / (recordBytes + pointer);
    }

    /** Whether a node of some depth can have a number of records. */
    boolean holds(int depth, int records) {
        return records >= 0 && records <= most(depth);
    }

    /** The most records in a node of some depth and in all nodes below. */
    private long total(int depth) {
        long total = most(0);
        for (int i = 1; i <= depth; i++) {
            total = Math.min(Long.MAX_VALUE >> 20, (most(i) + 1) * total + most(i));
        }
        return total;
    }

    private static int bytesFor(long most) {
        return (Long.SIZE - Long.numberOfLeadingZeros(Math.max(1, most)) + 7) / 8;
    }
}
