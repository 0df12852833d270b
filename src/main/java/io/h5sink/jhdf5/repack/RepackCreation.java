package io.h5sink.jhdf5.repack;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.filter.Filter;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.LibraryFilters;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Creation properties. */
final class RepackCreation {

    private RepackCreation() {}

    /** Copies those of a group; the list itself also says where its links are, and a group that was made with it would look there. */
    static void copyGroup(long old, long creation) throws HDF5Exception {
        H5.H5Pset_link_creation_order(creation, H5.H5Pget_link_creation_order(old));
        int[] links = new int[2];
        H5.H5Pget_link_phase_change(old, links);
        H5.H5Pset_link_phase_change(creation, links[0], links[1]);
        copyAttributes(old, creation);
    }

    private static void copyAttributes(long old, long creation) throws HDF5Exception {
        H5.H5Pset_attr_creation_order(creation, H5.H5Pget_attr_creation_order(old));
        int[] attributes = new int[2];
        H5.H5Pget_attr_phase_change(old, attributes);
        H5.H5Pset_attr_phase_change(creation, attributes[0], attributes[1]);
    }

    /**
     * Those of a dataset without its filters, set one by one: the list itself also says where in the old file messages are that several
     * objects share, and the new file would look there. {@code H5Premove_filter} is not in any provider, though all declare it.
     *
     * @param old the dataset's, which are closed
     * @param type of its elements
     * @param chunk the extents of its chunks; null if there are none
     */
    static Handle withoutFilters(Handle old, long type, long @Nullable [] chunk) throws HDF5Exception {
        Handle creation = Handle.properties(HDF5Constants.H5P_DATASET_CREATE);
        try (old) {
            if (chunk != null) {
                H5.H5Pset_chunk(creation.id, chunk.length, chunk);
            } else {
                H5.H5Pset_layout(creation.id, H5.H5Pget_layout(old.id));
                int[] when = new int[1];
                H5.H5Pget_alloc_time(old.id, when);
                H5.H5Pset_alloc_time(creation.id, when[0]);
            }
            fill(old.id, creation.id, type);
            int[] time = new int[1];
            H5.H5Pget_fill_time(old.id, time);
            H5.H5Pset_fill_time(creation.id, time[0]);
            H5.H5Pset_obj_track_times(creation.id, H5.H5Pget_obj_track_times(old.id));
            copyAttributes(old.id, creation.id);
        }
        return creation;
    }

    /** As {@link #withoutFilters}, but with them. */
    static Handle withFilters(Handle old, long type, long[] chunk) throws HDF5Exception {
        List<Filter> filters = LibraryFilters.of(old.id);
        Handle creation = withoutFilters(old, type, chunk);
        LibraryFilters.set(creation.id, filters);
        return creation;
    }

    /** A shape like another one, which does not say that the old file has it in a place that several objects share. */
    static Handle space(long old) throws HDF5Exception {
        int kind = H5.H5Sget_simple_extent_type(old);
        if (kind != HDF5Constants.H5S_SIMPLE) {
            return Handle.space(H5.H5Screate(kind));
        }
        long[] extents = new long[H5.H5Sget_simple_extent_ndims(old)];
        long[] most = new long[extents.length];
        H5.H5Sget_simple_extent_dims(old, extents, most);
        return Handle.space(H5.H5Screate_simple(extents.length, extents, most));
    }

    /** Copies the fill value; if there are pointers in it, the library copies what they lead to. */
    private static void fill(long old, long creation, long type) throws HDF5Exception {
        int[] defined = new int[1];
        H5.H5Pfill_value_defined(old, defined);
        if (defined[0] == HDF5Constants.H5D_FILL_VALUE_USER_DEFINED) {
            byte[] fill = new byte[Math.toIntExact(H5.H5Tget_size(type))];
            H5.H5Pget_fill_value(old, type, fill);
            H5.H5Pset_fill_value(creation, type, fill);
        } else if (defined[0] == HDF5Constants.H5D_FILL_VALUE_UNDEFINED) {
            H5.H5Pset_fill_value(creation, type, (byte[]) null);
        }
    }
}
