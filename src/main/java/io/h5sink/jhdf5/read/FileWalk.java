package io.h5sink.jhdf5.read;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.LibraryFilters;
import io.h5sink.jhdf5.Named;
import io.h5sink.hdf5.FileOpener;
import io.h5sink.jhdf5.file.GroupLinks;
import io.h5sink.jhdf5.file.Links;
import io.h5sink.jhdf5.file.Opening;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.driver.StoredFile;
import java.util.HashSet;
import java.util.Set;

/** Checks that a file can be read: every group, every dataset, and each dataset's last row. */
public final class FileWalk {

    private final StoredFile stored;
    private final long file;
    private final Set<Long> seen = new HashSet<>();
    private int datasets;

    private FileWalk(StoredFile stored, long file) {
        this.stored = stored;
        this.file = file;
    }

    /**
     * Reads a file that nobody writes to.
     *
     * @return the number of datasets
     * @throws StorageException if an object cannot be read; the message names the object
     */
    public static int datasets(StoredFile file) {
        FileOpener.mustBeWhole(file);
        try (Opening opening = new Opening(file.access())) {
            long id = Named.openFile(file.path().toString(), HDF5Constants.H5F_ACC_RDONLY, opening.list.id);
            try {
                FileWalk walk = new FileWalk(file, id);
                walk.object("/", Links.header(id, "/"));
                return walk.datasets;
            } finally {
                H5.H5Fclose(id);
            }
        } catch (HDF5Exception e) {
            throw StorageException.file("HDF5 cannot open it: " + ErrorStack.reason(e), e);
        }
    }

    private void object(String path, long header) {
        try (Handle object = Links.at(file, header)) {
            if (!seen.add(header)) {
                return; // the object was visited by another path
            }
            int kind = H5.H5Iget_type(object.id);
            if (kind == HDF5Constants.H5I_DATASET) {
                datasets++;
                readLastRow(path, object.id);
            } else if (kind == HDF5Constants.H5I_GROUP) {
                members(path, object.id);
            }
        } catch (StorageException e) {
            throw e.object() == null ? e : StorageException.file(path + ": " + e.getMessage(), e);
        } catch (HDF5Exception e) {
            throw StorageException.file(path + " cannot be read: " + ErrorStack.reason(e), e);
        }
    }

    private void members(String path, long group) throws HDF5Exception {
        for (GroupLinks.FoundLink link : GroupLinks.committed(file, group, stored.addresses())) {
            String name = path.equals("/") ? "/" + link.name() : path + "/" + link.name();
            boolean hard = link.kind() != null
                    || H5.H5Lget_info(file, name, HDF5Constants.H5P_DEFAULT).type == HDF5Constants.H5L_TYPE_HARD;
            if (hard) {
                object(name, link.kind() != null ? link.header() : Links.header(file, name));
            }
        }
    }

    private static boolean isVirtual(long dataset) throws HDF5Exception {
        try (Handle creation = Handle.propertiesOf(H5.H5Dget_create_plist(dataset))) {
            return H5.H5Pget_layout(creation.id) == HDF5Constants.H5D_VIRTUAL;
        }
    }

    private void readLastRow(String path, long dataset) throws HDF5Exception {
        try (Handle type = Handle.type(H5.H5Dget_type(dataset));
                Handle space = Handle.space(H5.H5Dget_space(dataset))) {
            int rank = H5.H5Sget_simple_extent_ndims(space.id);
            long[] extent = new long[Math.max(rank, 0)];
            H5.H5Sget_simple_extent_dims(space.id, extent, null);
            boolean references = H5.H5Tdetect_class(type.id, HDF5Constants.H5T_VLEN)
                    || H5.H5Tis_variable_str(type.id)
                    || H5.H5Tget_class(type.id) == HDF5Constants.H5T_REFERENCE;
            ChunkCheck.rows(stored, path, dataset, rank < 1 ? 0 : extent[0] - 1, rank < 1 ? -1 : extent[0] - 1);
            long row = H5.H5Tget_size(type.id);
            for (int axis = 1; axis < rank; axis++) {
                row = Math.multiplyExact(row, extent[axis]);
            }
            boolean unread = references
                    || isVirtual(dataset)
                    || !LibraryFilters.areKnown(dataset); // the dataset may be undamaged all the same
            if (rank < 1 || extent[0] == 0 || unread || row == 0 || row > Integer.MAX_VALUE / 2) {
                return;
            }
            long[] start = new long[rank];
            start[0] = extent[0] - 1;
            extent[0] = 1;
            H5.H5Sselect_hyperslab(space.id, HDF5Constants.H5S_SELECT_SET, start, null, extent, null);
            try (Handle memory = Handle.space(H5.H5Screate_simple(rank, extent, null))) {
                H5.H5Dread(
                        dataset, type.id, memory.id, space.id, HDF5Constants.H5P_DEFAULT, new byte[(int) row], false);
            }
        }
    }
}
