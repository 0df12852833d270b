package io.h5sink.jhdf5.repack;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.filter.Filter;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.LibraryFilters;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Copies the creation properties of groups and datasets to another file. */
final class RepackCreation {

    private RepackCreation() {}

    /**
     * Copies the creation properties of a group, one by one: the property list itself also has the addresses of the group's links in the
     * old file, and a group made with that list would use those addresses.
     */
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
     * The creation properties of a dataset without its filters, set one by one: the property list itself also has addresses in the old file
     * of messages that several objects share, and the new file would use those addresses. No provider implements {@code H5Premove_filter},
     * though all declare that function.
     *
     * @param old the creation properties of the old dataset; are closed
     * @param type the type of the dataset's elements
     * @param chunk the extents of the new chunks; null for no chunks
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

    /** As {@link #withoutFilters}, but with the filters. */
    static Handle withFilters(Handle old, long type, long[] chunk) throws HDF5Exception {
        List<Filter> filters = LibraryFilters.of(old.id);
        Handle creation = withoutFilters(old, type, chunk);
        LibraryFilters.set(creation.id, filters);
        return creation;
    }

    /** A copy of a dataspace, without the address of a message that several objects of the old file share. */
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

    /** Copies the fill value; HDF5 copies the memory that pointers in the value point to. */
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
