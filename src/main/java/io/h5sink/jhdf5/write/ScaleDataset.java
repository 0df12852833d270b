package io.h5sink.jhdf5.write;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.hdf5.type.H5DumpText;
import io.h5sink.hdf5.write.ScaleValues;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.Named;
import io.h5sink.jhdf5.NativeCalls;
import io.h5sink.jhdf5.ObjectText;
import io.h5sink.jhdf5.Texts;
import io.h5sink.jhdf5.commit.FileSession;
import io.h5sink.jhdf5.file.Links;
import io.h5sink.jhdf5.type.Types;
import io.h5sink.schema.Axes;
import io.h5sink.storage.StorageException;
import java.nio.ByteBuffer;

/** A dimension scale: a dataset of one axis, of fixed length, that labels axes of other datasets. */
final class ScaleDataset {

    private ScaleDataset() {}

    private static long length(Axes.Scale scale) {
        return scale.type().shape().get(0);
    }

    /** Checks that the existing dataset is the one that {@link #make} would make. */
    static void check(FileSession file, Axes.Scale scale) throws HDF5Exception {
        try (Handle object = Links.open(file.id(), scale.path());
                Handle type = Types.of(scale.type());
                Handle space = space(scale)) {
            String expected = H5DumpText.dataset(scale.path(), ObjectText.dataset(type.id, space.id));
            if (H5.H5Iget_type(object.id) != HDF5Constants.H5I_DATASET || !fits(object, type, scale)) {
                throw StorageException.schema(scale.path(), expected, ObjectText.of(scale.path(), object.id));
            }
            ByteBuffer values = scale.values();
            if (values == null) {
                return;
            }
            file.checkChunks(scale.path(), object.id, 0, length(scale) - 1);
            ByteBuffer found = read(object, type, space, scale);
            ScaleValues.compare(scale, values, found);
        }
    }

    private static boolean fits(Handle dataset, Handle type, Axes.Scale scale) throws HDF5Exception {
        try (Handle found = Handle.type(H5.H5Dget_type(dataset.id));
                Handle space = Handle.space(H5.H5Dget_space(dataset.id))) {
            long[] extent = {0};
            if (H5.H5Sget_simple_extent_ndims(space.id) != 1) {
                return false;
            }
            H5.H5Sget_simple_extent_dims(space.id, extent, null);
            // A scale without values may have any type: netCDF's own are big-endian.
            return extent[0] == length(scale) && (scale.values() == null || Types.same(found.id, type.id));
        }
    }

    private static ByteBuffer read(Handle dataset, Handle type, Handle space, Axes.Scale scale) throws HDF5Exception {
        NativeCalls calls = Library.calls();
        if (scale.type().variable()) {
            return Texts.read(type.id, space.id, pointers -> calls.read(dataset.id, type.id, pointers));
        }
        ByteBuffer values =
                ByteBuffer.allocateDirect(Math.toIntExact(scale.type().rowBytes()));
        calls.read(dataset.id, type.id, values);
        return values;
    }

    static void make(long file, Axes.Scale scale) throws HDF5Exception {
        try (Handle links = Links.creation();
                Handle creation = Handle.properties(HDF5Constants.H5P_DATASET_CREATE);
                Handle type = Types.of(scale.type());
                Handle space = space(scale)) {
            H5.H5Pset_obj_track_times(creation.id, false);
            try (Handle dataset =
                    Handle.object(Named.dataset(file, scale.path(), type.id, space.id, links.id, creation.id))) {
                write(dataset, type, scale);
            } catch (HDF5Exception e) {
                throw ErrorStack.kept(e);
            }
        }
    }

    private static void write(Handle dataset, Handle type, Axes.Scale scale) throws HDF5Exception {
        ByteBuffer values = scale.values();
        if (values == null) {
            return;
        }
        NativeCalls calls = Library.calls();
        int all = HDF5Constants.H5S_ALL;
        if (scale.type().variable()) {
            Texts.write(values, pointers -> calls.write(dataset.id, type.id, all, all, pointers));
        } else {
            calls.write(dataset.id, type.id, all, all, Texts.direct(values));
        }
    }

    private static Handle space(Axes.Scale scale) throws HDF5Exception {
        return Handle.space(H5.H5Screate_simple(1, new long[] {length(scale)}, null));
    }
}
