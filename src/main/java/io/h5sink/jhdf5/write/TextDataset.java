package io.h5sink.jhdf5.write;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.hdf5.type.H5DumpText;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.Named;
import io.h5sink.jhdf5.ObjectText;
import io.h5sink.jhdf5.Texts;
import io.h5sink.jhdf5.commit.FileSession;
import io.h5sink.jhdf5.commit.Preread;
import io.h5sink.jhdf5.file.Links;
import io.h5sink.jhdf5.type.Types;
import io.h5sink.storage.StorageException;
import java.nio.ByteBuffer;

/** A dataset that is one string: scalar, of variable length, in UTF-8. */
final class TextDataset {

    private TextDataset() {}

    /** Makes the dataset, or replaces its string by another one. */
    static void put(FileSession owner, String path, ByteBuffer utf8) throws HDF5Exception {
        long file = owner.id();
        if (Preread.path(owner, path)) {
            if (replaced(owner, path, utf8)) {
                return;
            }
            H5.H5Ldelete(file, path, HDF5Constants.H5P_DEFAULT); // e.g. h5py's strings of fixed length
        }
        try (Handle links = Links.creation();
                Handle creation = Handle.properties(HDF5Constants.H5P_DATASET_CREATE);
                Handle type = Types.text();
                Handle space = Handle.space(H5.H5Screate(HDF5Constants.H5S_SCALAR))) {
            H5.H5Pset_obj_track_times(creation.id, false);
            H5.H5Pset_layout(
                    creation.id,
                    HDF5Constants
                            .H5D_COMPACT); // compact: the value is metadata, which a commit replaces all or nothing
            try (Handle dataset = Handle.object(Named.dataset(file, path, type.id, space.id, links.id, creation.id))) {
                write(dataset, type, utf8);
            } catch (HDF5Exception e) {
                throw ErrorStack.kept(e);
            }
        }
    }

    /** Whether the existing dataset could take the string; an equal string is not written. */
    private static boolean replaced(FileSession file, String path, ByteBuffer utf8) throws HDF5Exception {
        try (Handle dataset = Links.open(file.id(), path)) {
            if (H5.H5Iget_type(dataset.id) != HDF5Constants.H5I_DATASET) {
                throw doesNotFit(path, dataset.id);
            }
            try (Handle found = Handle.type(H5.H5Dget_type(dataset.id));
                    Handle type = Types.text();
                    Handle space = Handle.space(H5.H5Dget_space(dataset.id))) {
                if (H5.H5Tget_class(found.id) != HDF5Constants.H5T_STRING
                        || H5.H5Sget_simple_extent_type(space.id) != HDF5Constants.H5S_SCALAR) {
                    throw doesNotFit(path, dataset.id);
                }
                if (!Types.same(found.id, type.id)) {
                    return false;
                }
                if (!Preread.twice(file, () -> read(dataset, type, space)).equals(utf8)) {
                    write(dataset, type, utf8);
                }
                return true;
            }
        }
    }

    private static StorageException doesNotFit(String path, long found) throws HDF5Exception {
        try (Handle type = Types.text();
                Handle space = Handle.space(H5.H5Screate(HDF5Constants.H5S_SCALAR))) {
            return StorageException.schema(
                    path, H5DumpText.dataset(path, ObjectText.dataset(type.id, space.id)), ObjectText.of(path, found));
        }
    }

    private static ByteBuffer read(Handle dataset, Handle type, Handle space) throws HDF5Exception {
        return Texts.read(type.id, space.id, pointers -> Library.calls().read(dataset.id, type.id, pointers));
    }

    private static void write(Handle dataset, Handle type, ByteBuffer utf8) throws HDF5Exception {
        int all = HDF5Constants.H5S_ALL;
        Texts.write(utf8, pointers -> Library.calls().write(dataset.id, type.id, all, all, pointers));
    }
}
