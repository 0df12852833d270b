package io.h5sink.jhdf5.write;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.engine.WritableFile;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.Named;
import io.h5sink.jhdf5.ObjectText;
import io.h5sink.jhdf5.commit.FileSession;
import io.h5sink.jhdf5.commit.HeldIdentifiers;
import io.h5sink.jhdf5.commit.Preread;
import io.h5sink.jhdf5.file.Links;
import io.h5sink.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A dataset of any type that is extended by rows of its own fill value. The value is written into the rows: HDF5 does not fill the rest of
 * an existing chunk when a dataset is extended into that rest.
 */
final class FilledDataset implements WritableFile.Filled, HeldIdentifiers.HeldIdentifier {

    private static final long CLOSED = -1;
    private static final int MAX_BYTES = 1 << 20;

    private final FileSession file;
    private final String path;
    private long rows;

    /** The length to which the dataset was extended last; the last rows may lack the value. */
    private long extended;

    /** Whether the dataset's last chunks were found undamaged. */
    private boolean checked;

    private long id = CLOSED;

    FilledDataset(FileSession file, String path) {
        this.file = file;
        this.path = path;
    }

    /** Checks that the dataset has a fill value. */
    void bind() throws HDF5Exception {
        try (Handle dataset = Links.open(file.id(), path);
                Handle creation = Handle.propertiesOf(H5.H5Dget_create_plist(dataset.id))) {
            int[] defined = new int[1];
            H5.H5Pfill_value_defined(creation.id, defined);
            if (defined[0] != HDF5Constants.H5D_FILL_VALUE_USER_DEFINED) {
                throw StorageException.schema(
                        path,
                        "a fill value of its own, for no component has it any more",
                        ObjectText.fill(creation.id));
            }
            rows = extent(dataset.id)[0];
            extended = rows;
        }
    }

    @Override
    public long rows() {
        return rows;
    }

    @Override
    public void fill(long length) {
        try {
            reopen();
            long[] extent = extent(id);
            if (extent[0] != extended) {
                throw StorageException.schema(
                        path,
                        extended + " rows, as this sink left it",
                        extent[0] + " rows; another program changed it");
            }
            extent[0] = length;
            H5.H5Dset_extent(id, extent);
            extended = length;
            write(extent, length);
            rows = length;
        } catch (HDF5Exception e) {
            throw StorageException.write(
                    path, "the fill value cannot be written from row " + rows + " on: " + ErrorStack.reason(e), e);
        }
    }

    private void write(long[] extent, long length) throws HDF5Exception {
        try (Handle type = Handle.type(H5.H5Dget_type(id));
                Handle creation = Handle.propertiesOf(H5.H5Dget_create_plist(id));
                Handle one = Handle.space(H5.H5Screate(HDF5Constants.H5S_SCALAR));
                Handle inFile = Handle.space(H5.H5Dget_space(id))) {
            byte[] value = new byte[Math.toIntExact(H5.H5Tget_size(type.id))];
            H5.H5Pget_fill_value(creation.id, type.id, value);
            long elements = 1;
            for (int axis = 1; axis < extent.length; axis++) {
                elements = Math.multiplyExact(elements, extent[axis]);
            }
            long rowBytes = Math.max(1, Math.multiplyExact(elements, (long) value.length));
            long most = Math.max(1, Math.min(length - rows, MAX_BYTES / rowBytes));
            ByteBuffer data = repeated(value, Math.toIntExact(Math.multiplyExact(most, elements)));
            long[] start = new long[extent.length];
            long[] block = extent.clone();
            for (long row = rows; row < length; row += block[0]) {
                start[0] = row;
                block[0] = Math.min(most, length - row);
                H5.H5Sselect_hyperslab(inFile.id, HDF5Constants.H5S_SELECT_SET, start, null, block, null);
                try (Handle inMemory = Handle.space(H5.H5Screate_simple(block.length, block, null))) {
                    Library.calls().write(id, type.id, inMemory.id, inFile.id, data.duplicate());
                }
            }
            Library.calls().reclaim(type.id, one.id, repeated(value, 1)); // frees the strings that the value points to
        }
    }

    private static ByteBuffer repeated(byte[] value, int count) {
        ByteBuffer data = ByteBuffer.allocateDirect(Math.multiplyExact(value.length, count))
                .order(ByteOrder.nativeOrder());
        for (int i = 0; i < count; i++) {
            data.put(value);
        }
        return data.flip();
    }

    @Override
    public void truncate(long length) {
        if (id != CLOSED) {
            try {
                long[] extent = extent(id);
                extent[0] = length;
                H5.H5Dset_extent(id, extent);
                rows = length;
                extended = length;
            } catch (HDF5Exception e) {
                throw StorageException.write(path, "rows cannot be taken away: " + ErrorStack.reason(e), e);
            }
        }
    }

    private void reopen() throws HDF5Exception {
        if (id == CLOSED) {
            id = file.reading(() -> Named.openDataset(file.id(), path, HDF5Constants.H5P_DEFAULT));
            file.identifiers.add(this);
            if (!checked) {
                file.checkChunks(path, id, rows - 1, rows - 1);
                checked = true;
            }
            Preread.lastChunks(file, id);
        }
    }

    private static long[] extent(long dataset) throws HDF5Exception {
        try (Handle space = Handle.space(H5.H5Dget_space(dataset))) {
            long[] extent = new long[H5.H5Sget_simple_extent_ndims(space.id)];
            H5.H5Sget_simple_extent_dims(space.id, extent, null);
            return extent;
        }
    }

    @Override
    public void close() throws HDF5Exception {
        if (id != CLOSED) {
            H5.H5Dclose(id);
            id = CLOSED;
        }
    }
}
