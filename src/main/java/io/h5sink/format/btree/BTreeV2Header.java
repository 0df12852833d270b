package io.h5sink.format.btree;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.FormatException;
import io.h5sink.format.FormatOutput;
import java.nio.ByteBuffer;

/**
 * The header of a B-tree of version 2: HDF5 File Format Specification 3.0, section III.A.2.
 *
 * @param type what the records are
 * @param depth the number of levels of internal nodes; 0 if the root is a leaf
 * @param splitPercent how full a node is when it is split, in percent
 * @param mergePercent how empty a node is when it is merged, in percent
 * @param rootRecords the number of records in the root node
 * @param records the number of records in all nodes
 */
record BTreeV2Header(
        int type,
        int nodeBytes,
        int recordBytes,
        int depth,
        int splitPercent,
        int mergePercent,
        long root,
        int rootRecords,
        long records) {

    static final String SIGNATURE = "BTHD";
    static final int DEEPEST = 32;

    /** The size without the checksum. */
    static int bytes(FieldSizes sizes) {
        return 16 + sizes.addressBytes() + Short.BYTES + sizes.lengthBytes();
    }

    /** Decodes what follows the signature. */
    static BTreeV2Header decode(ByteBuffer from, FieldSizes sizes) {
        int version = from.get();
        int type = Byte.toUnsignedInt(from.get());
        int nodeBytes = from.getInt();
        int recordBytes = Short.toUnsignedInt(from.getShort());
        int depth = Short.toUnsignedInt(from.getShort());
        int splitPercent = Byte.toUnsignedInt(from.get());
        int mergePercent = Byte.toUnsignedInt(from.get());
        long root = sizes.address(from);
        int rootRecords = Short.toUnsignedInt(from.getShort());
        long records = sizes.length(from);
        if (version != 0 || nodeBytes < 32 || recordBytes < 1 || depth > DEEPEST) {
            throw new FormatException("a tree has depth " + depth + " and nodes of " + nodeBytes + " bytes");
        }
        return new BTreeV2Header(
                type, nodeBytes, recordBytes, depth, splitPercent, mergePercent, root, rootRecords, records);
    }

    /** The sizes in the nodes. */
    BTreeV2Shape shape(FieldSizes sizes) {
        return new BTreeV2Shape(nodeBytes, recordBytes, sizes.addressBytes());
    }

    /** Encodes the header with its signature, without the checksum. */
    void encode(FormatOutput out) {
        out.signature(SIGNATURE)
                .int8(0)
                .int8(type)
                .int32(nodeBytes)
                .int16(recordBytes)
                .int16(depth)
                .int8(splitPercent)
                .int8(mergePercent)
                .address(root)
                .int16(rootRecords)
                .length(records);
    }
}
