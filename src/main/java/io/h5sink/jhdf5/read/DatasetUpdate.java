package io.h5sink.jhdf5.read;

import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.hdf5.DatasetInfo;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.file.DiskView;
import io.h5sink.jhdf5.type.LibraryType;
import io.h5sink.storage.StorageException;
import java.nio.ByteBuffer;

/**
 * Replaces elements in place. Nothing is changed if the existing elements are damaged.
 *
 * @param info the properties of the dataset
 * @param disk the file that was opened
 * @param transfer writes the elements
 */
record DatasetUpdate(DatasetInfo info, DiskView disk, LibraryTransfer transfer) {

    /**
     * Writes elements of fixed size, and flushes the file.
     *
     * @param start the first index along each axis
     * @param step the distance between indices
     * @param count the number of indices
     * @param elements the elements as they are in memory; may be empty
     * @param check checks the existing elements
     * @throws StorageException if the elements cannot be written
     */
    void write(
            LibraryType known,
            long[] start,
            long[] step,
            long[] count,
            ByteBuffer elements,
            LibraryTransfer.Before check) {
        if (!known.copy.plain()) {
            throw StorageException.schema(
                    info.path(), "elements of fixed size, which can be replaced in place", info.typeText());
        }
        if (!elements.hasRemaining()) {
            return;
        }
        boolean[] changing = {false};
        try {
            transfer.write(known, start, step, count, elements, () -> {
                check.run();
                changing[0] = true;
                disk.changing();
            });
        } catch (HDF5Exception e) {
            if (changing[0]) {
                disk.fail();
            }
            throw StorageException.write(info.path(), "HDF5 cannot write it: " + ErrorStack.reason(e), e);
        }
    }
}
