package io.h5sink.jhdf5.write;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.engine.WritableFile;
import io.h5sink.format.index.ChunkIndex;
import io.h5sink.hdf5.VariableLengthReferences;
import io.h5sink.hdf5.type.H5DumpText;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.Named;
import io.h5sink.jhdf5.ObjectText;
import io.h5sink.jhdf5.commit.FileSession;
import io.h5sink.jhdf5.commit.Preread;
import io.h5sink.jhdf5.file.Links;
import io.h5sink.jhdf5.read.ChunkCache;
import io.h5sink.jhdf5.read.LibraryTransfer;
import io.h5sink.jhdf5.type.Types;
import io.h5sink.schema.ColumnType;
import io.h5sink.storage.StorageException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;

/** A dataset of one value, scalar or an array, which each commit replaces. */
final class LatestDataset implements WritableFile.Latest {

    /**
     * The largest value, in bytes, that is stored in the object header (compact layout), of which HDF5 allows 64 KiB. The object header is
     * metadata, which a commit replaces as a whole or not at all; a value elsewhere is overwritten in place, and must be copied to the
     * journal before.
     */
    private static final long LARGEST_COMPACT = 1 << 15;

    private final FileSession file;
    private final Attributes attributes;
    private final String path;
    private final ColumnType type;
    private final long[] extent;

    /** Whether the chunk that HDF5 will decode is known to be undamaged: it was checked, or this sink has written it. */
    private boolean checked;

    LatestDataset(FileSession file, Attributes attributes, String path, ColumnType type) {
        this.file = file;
        this.attributes = attributes;
        this.path = path;
        this.type = type;
        this.extent = type.shape().stream().mapToLong(Integer::longValue).toArray();
    }

    /** Checks the existing dataset, if the path has one. */
    void check() throws HDF5Exception {
        boolean there = Links.exists(file.id(), path);
        file.mustTake(path, !there, type.variable());
        if (there) {
            try (Handle object = Links.open(file.id(), path)) {
                if (!fits(object.id)) {
                    throw StorageException.schema(
                            path, H5DumpText.dataset(path, planned()), ObjectText.of(path, object.id));
                }
            }
        }
    }

    private boolean fits(long object) throws HDF5Exception {
        if (H5.H5Iget_type(object) != HDF5Constants.H5I_DATASET) {
            return false;
        }
        try (Handle found = Handle.type(H5.H5Dget_type(object));
                Handle expected = Types.of(type);
                Handle space = Handle.space(H5.H5Dget_space(object))) {
            if (H5.H5Sget_simple_extent_type(space.id) == HDF5Constants.H5S_NULL) {
                return false;
            }
            long[] extentFound = new long[H5.H5Sget_simple_extent_ndims(space.id)];
            H5.H5Sget_simple_extent_dims(space.id, extentFound, null);
            return Types.same(found.id, expected.id) && Arrays.equals(extentFound, extent);
        }
    }

    private String planned() throws HDF5Exception {
        try (Handle element = Types.of(type);
                Handle space = space()) {
            return ObjectText.dataset(element.id, space.id);
        }
    }

    private Handle space() throws HDF5Exception {
        return Handle.space(
                extent.length == 0
                        ? H5.H5Screate(HDF5Constants.H5S_SCALAR)
                        : H5.H5Screate_simple(extent.length, extent, null));
    }

    @Override
    public void write(ByteBuffer data) {
        try {
            file.reserve(data.remaining(), 0, true); // H5Dclose may write the value, and must not fail
            if (Preread.path(file, path)) {
                try (Handle dataset = Links.open(file.id(), path);
                        Handle element = Types.of(type)) {
                    if (!checked && extent.length > 0) {
                        file.checkChunks(path, dataset.id, 0, extent[0] - 1);
                    }
                    checked = true;
                    Preread.value(file, dataset.id);
                    keepOld(dataset);
                    write(dataset, element, data);
                }
            } else {
                create(data);
                checked = true;
                attributes.made(path);
            }
        } catch (HDF5Exception e) {
            throw StorageException.write(path, "the value cannot be written: " + ErrorStack.reason(e), e);
        }
    }

    /** Notes the old bytes of a value that is not in the object header and is overwritten in place. */
    private void keepOld(Handle dataset) throws HDF5Exception {
        try (Handle storage = Handle.propertiesOf(H5.H5Dget_create_plist(dataset.id))) {
            int layout = H5.H5Pget_layout(storage.id);
            long bytes = Library.calls().storageSize(dataset.id);
            if (layout == HDF5Constants.H5D_CHUNKED) { // a dataset of another program
                keepChunks(dataset, storage);
            } else if (layout == HDF5Constants.H5D_CONTIGUOUS && bytes > 0) {
                file.overwrites(H5.H5Dget_offset(dataset.id), bytes);
            }
        }
    }

    private void keepChunks(Handle dataset, Handle storage) throws HDF5Exception {
        long[] chunk = new long[extent.length];
        H5.H5Pget_chunk(storage.id, chunk.length, chunk);
        long[] maximum = new long[extent.length];
        try (Handle space = Handle.space(H5.H5Dget_space(dataset.id))) {
            H5.H5Sget_simple_extent_dims(space.id, null, maximum);
        }
        ChunkIndex.IndexGrid grid = new ChunkIndex.IndexGrid(extent, maximum, chunk);
        long bytes = Math.multiplyExact(ChunkCache.elementBytes(dataset), LibraryTransfer.elements(chunk));
        for (long row = 0; row < extent[0]; row += chunk[0]) {
            file.overwritesChunks(path, dataset.id, grid, bytes, row);
        }
    }

    private void create(ByteBuffer data) throws HDF5Exception {
        try (Handle links = Links.creation();
                Handle creation = Handle.properties(HDF5Constants.H5P_DATASET_CREATE);
                Handle element = Types.of(type);
                Handle space = space()) {
            H5.H5Pset_obj_track_times(creation.id, false);
            if (elements() * H5.H5Tget_size(element.id) <= LARGEST_COMPACT) {
                H5.H5Pset_layout(creation.id, HDF5Constants.H5D_COMPACT);
            }
            try (Handle dataset =
                    Handle.object(Named.dataset(file.id(), path, element.id, space.id, links.id, creation.id))) {
                write(dataset, element, data);
            } catch (HDF5Exception e) {
                throw ErrorStack.kept(e);
            }
        }
    }

    private long elements() {
        return Arrays.stream(extent).reduce(1, (a, b) -> a * b);
    }

    private static void write(Handle dataset, Handle element, ByteBuffer data) throws HDF5Exception {
        int all = HDF5Constants.H5S_ALL;
        Library.calls().write(dataset.id, element.id, all, all, data);
    }

    @Override
    public void writeVariable(ByteBuffer data) {
        long address = Library.calls().address(data);
        IntBuffer starts = IntBuffer.wrap(new int[] {0, data.remaining()});
        ByteBuffer references = type.ragged()
                ? VariableLengthReferences.sequences(address, 1, starts, type.elementBytes())
                : VariableLengthReferences.strings(address, (int) type.elements(), data);
        try {
            write(references);
        } finally {
            Reference.reachabilityFence(data);
        }
    }
}
