package io.h5sink.format.heap;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.FormatOutput;
import io.h5sink.format.btree.BTreeV2;
import java.nio.ByteBuffer;

/**
 * A record of the B-tree of a fractal heap's huge objects, type 1: objects without filters that are found by number. HDF5 File Format
 * Specification 3.0, section III.A.2.
 *
 * @param address the address of the object
 * @param length the size of the object
 * @param number the object's number, by which records are sorted
 */
record HugeObject(long address, long length, long number) {

    static final int TYPE = 1;

    static int bytes(FieldSizes sizes) {
        return sizes.addressBytes() + 2 * sizes.lengthBytes();
    }

    static HugeObject decode(ByteBuffer from, FieldSizes sizes) {
        return new HugeObject(sizes.address(from), sizes.length(from), sizes.length(from));
    }

    /** Finds the record of a number. */
    static BTreeV2.Order byNumber(long number, FieldSizes sizes) {
        return record -> Long.compareUnsigned(decode(record, sizes).number(), number);
    }

    byte[] encode(FieldSizes sizes) {
        return new FormatOutput(sizes)
                .address(address)
                .length(length)
                .length(number)
                .toBuffer()
                .array();
    }
}
