package io.h5sink.jhdf5.write;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.filter.ChunkCoder;
import io.h5sink.hdf5.type.H5DumpText;
import io.h5sink.hdf5.type.Recoding;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.LibraryDatatype;
import io.h5sink.jhdf5.LibraryFilters;
import io.h5sink.jhdf5.Named;
import io.h5sink.jhdf5.ObjectText;
import io.h5sink.jhdf5.commit.FileSession;
import io.h5sink.jhdf5.file.Links;
import io.h5sink.jhdf5.type.Types;
import io.h5sink.storage.StorageException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An existing dataset that suits the plan.
 *
 * @param rows the length of the dataset
 * @param chunk the shape of the dataset's chunks
 * @param filtered whether the dataset has filters
 * @param coder Java's implementation of the filters; null without filters, or if only the C library has them
 * @param filled whether HDF5 fills new chunks with a user-defined fill value
 * @param elsewhere whether the dataset is in another file, behind an external link
 * @param recoding converts a column's rows to the dataset's type; null if the types are the same
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record FoundDataset(
        long rows,
        long[] chunk,
        boolean filtered,
        @Nullable ChunkCoder coder,
        boolean filled,
        boolean elsewhere,
        @Nullable Recoding recoding) {

    /**
     * The result of following a dataset's path.
     *
     * @param there whether an object has the path
     * @param group the path of the last group that exists
     * @param elsewhere whether that group is in another file, behind an external link
     */
    record AppendWay(boolean there, String group, boolean elsewhere) {}

    /** Follows a dataset's path; throws if an object above is not a group, or a link above dangles. */
    static AppendWay way(FileSession file, DatasetPlan plan) throws HDF5Exception {
        String path = plan.path;
        String group = "/";
        boolean elsewhere = false;
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            String parent = path.substring(0, slash);
            if (!Named.exists(file.id(), parent)) {
                return new AppendWay(false, group, elsewhere);
            }
            String wanted = H5DumpText.group(parent, path.substring(slash + 1), plan.text(0));
            try (Handle object = Links.open(file.id(), parent, wanted)) {
                if (H5.H5Iget_type(object.id) != HDF5Constants.H5I_GROUP) {
                    throw StorageException.schema(parent, wanted, ObjectText.of(parent, object.id));
                }
                elsewhere |= Links.isElsewhere(file.id(), object.id);
            }
            group = parent;
        }
        return new AppendWay(Named.exists(file.id(), path), group, elsewhere);
    }

    /**
     * Compares the existing dataset with the plan.
     *
     * @param chunk the chunk shape that a new dataset would get
     * @throws StorageException if the dataset does not suit the plan
     */
    static FoundDataset check(FileSession file, DatasetPlan plan, long[] chunk) throws HDF5Exception {
        String path = plan.path;
        try (Handle object = Links.open(file.id(), path, H5DumpText.dataset(path, plan.text(0)))) {
            if (H5.H5Iget_type(object.id) != HDF5Constants.H5I_DATASET) {
                throw StorageException.schema(
                        path, H5DumpText.dataset(path, plan.text(0)), ObjectText.of(path, object.id));
            }
            try (Handle found = Handle.type(H5.H5Dget_type(object.id));
                    Handle expected = Types.of(plan.type);
                    Handle space = Handle.space(H5.H5Dget_space(object.id));
                    Handle storage = Handle.propertiesOf(H5.H5Dget_create_plist(object.id))) {
                int rank = H5.H5Sget_simple_extent_ndims(space.id);
                long[] extent = new long[rank];
                long[] maximum = new long[rank];
                H5.H5Sget_simple_extent_dims(space.id, extent, maximum);
                boolean same = Types.same(found.id, expected.id);
                Recoding recoding = same ? null : Recoding.of(plan.type, LibraryDatatype.of(found.id));
                boolean chunked = H5.H5Pget_layout(storage.id) == HDF5Constants.H5D_CHUNKED;
                if (!chunked
                        || !(same || recoding != null)
                        || !sameShape(plan, extent)
                        || maximum[0] != HDF5Constants.H5S_UNLIMITED) {
                    String wanted = plan.text(rank == 0 ? 0 : extent[0]); // any length suits
                    String actual = ObjectText.dataset(found.id, space.id);
                    if (chunked && actual.equals(wanted)) {
                        wanted += " of " + H5DumpText.places(LibraryDatatype.of(expected.id));
                        actual += " of " + H5DumpText.places(LibraryDatatype.of(found.id));
                    }
                    throw chunked
                            ? StorageException.schema(path, wanted, actual)
                            : StorageException.schema(
                                    path, wanted + plan.storage(chunk), actual + ' ' + ObjectText.storage(storage.id));
                }
                long[] chunkFound = new long[rank];
                H5.H5Pget_chunk(storage.id, rank, chunkFound);
                plan.mustFitMemory(chunkFound, H5.H5Tget_size(found.id));
                boolean filtered = H5.H5Pget_nfilters(storage.id) > 0;
                DatasetPlan stored = recoding == null ? plan : plan.found(recoding.stored());
                ChunkCoder coder = filtered ? stored.coder(storage.id, chunkFound) : null;
                if (coder == null) {
                    LibraryFilters.mustPack(path, storage.id);
                }
                boolean elsewhere = Links.isElsewhere(file.id(), object.id);
                return new FoundDataset(
                        extent[0], chunkFound, filtered, coder, isFilled(storage.id), elsewhere, recoding);
            }
        }
    }

    /** Whether HDF5 fills new chunks with a user-defined fill value. */
    private static boolean isFilled(long storage) throws HDF5Exception {
        int[] when = new int[1];
        int[] defined = new int[1];
        H5.H5Pget_fill_time(storage, when);
        H5.H5Pfill_value_defined(storage, defined);
        return when[0] != HDF5Constants.H5D_FILL_TIME_NEVER && defined[0] == HDF5Constants.H5D_FILL_VALUE_USER_DEFINED;
    }

    private static boolean sameShape(DatasetPlan plan, long[] extent) {
        return extent.length > 0 && Arrays.equals(extent, plan.extent(extent[0]));
    }
}
