package io.h5sink.jhdf5.write;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.hdf5.VariableLengthReferences;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.Texts;
import io.h5sink.schema.ColumnType;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * Writes the fill value into rows. HDF5 can leave fill values to the reader; but then HDF5 refuses strings of variable length to a reader
 * that has opened the file without write intent, and other readers give no values at all.
 */
final class Backfill {

    private static final int MAX_BYTES = 1 << 20;

    private Backfill() {}

    /** Writes the first rows of a dataset that has at least that many. */
    static void write(long dataset, ColumnType type, long elementType, ByteBuffer fill, long rows)
            throws HDF5Exception {
        ByteBuffer element = Texts.direct(fill.duplicate().clear());
        ByteBuffer value = type.variable()
                ? VariableLengthReferences.strings(Library.calls().address(element), 1, element)
                : element;
        long rowBytes = Math.max(1, Math.multiplyExact(type.elements(), (long) value.remaining()));
        long most = Math.max(1, Math.min(rows, MAX_BYTES / rowBytes));
        ByteBuffer data = ByteBuffer.allocateDirect(Math.toIntExact(Math.multiplyExact(most, rowBytes)));
        while (data.remaining() >= value.remaining()) {
            data.put(value.duplicate());
        }
        data.flip();
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
                    Library.calls().write(dataset, elementType, inMemory.id, inFile.id, data.duplicate());
                }
            }
        } finally {
            Reference.reachabilityFence(element);
        }
    }
}
