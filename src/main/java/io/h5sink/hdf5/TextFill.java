package io.h5sink.hdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.schema.ColumnType;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes the fill value of strings of variable length. HDF5 could leave that to whoever reads, but then refuses the reader who
 * has opened the file without write intent.
 */
final class TextFill {

    private static final int MAX_STRINGS = 1 << 16;

    private TextFill() {}

    /** Writes the first rows of a dataset that is long enough. */
    static void write(long dataset, ColumnType type, long elementType, ByteBuffer fill, long rows)
            throws HDF5Exception {
        long most = Math.max(1, Math.min(rows, MAX_STRINGS / Math.max(1, type.elements())));
        ByteBuffer text = Texts.direct(fill.duplicate().clear());
        long address = Library.calls().address(text);
        ByteBuffer pointers = ByteBuffer.allocateDirect(Math.toIntExact(most * type.elements() * Long.BYTES))
                .order(ByteOrder.nativeOrder());
        while (pointers.hasRemaining()) {
            pointers.putLong(address);
        }
        pointers.flip();
        long[] start = new long[type.shape().size() + 1];
        long[] block = new long[start.length];
        for (int axis = 1; axis < block.length; axis++) {
            block[axis] = type.shape().get(axis - 1);
        }
        try (Handle inFile = Handle.space(H5.H5Dget_space(dataset))) {
            for (long row = 0; row < rows; row += block[0]) {
                start[0] = row;
                block[0] = Math.min(most, rows - row);
                H5.H5Sselect_hyperslab(inFile.id, HDF5Constants.H5S_SELECT_SET, start, null, block, null);
                try (Handle inMemory = Handle.space(H5.H5Screate_simple(block.length, block, null))) {
                    Library.calls().write(dataset, elementType, inMemory.id, inFile.id, pointers.duplicate());
                }
            }
        } finally {
            Reference.reachabilityFence(text);
        }
    }
}
