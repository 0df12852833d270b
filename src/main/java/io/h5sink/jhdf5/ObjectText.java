package io.h5sink.jhdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.filter.Filter;
import io.h5sink.format.message.DataLayout;
import io.h5sink.format.message.Dataspace;
import io.h5sink.hdf5.type.H5DumpText;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Objects that the C library has opened, in the words of {@link H5DumpText}. */
public final class ObjectText {

    private static final int MAX_AXES = 32;
    private static final int MAX_NAME = 1 << 12;

    private ObjectText() {}

    /** Describes the object at a path: its kind and, except for groups, its type, space and storage. */
    public static String of(String path, long object) throws HDF5Exception {
        int kind = H5.H5Iget_type(object);
        if (kind == HDF5Constants.H5I_GROUP) {
            return H5DumpText.group(path);
        }
        if (kind == HDF5Constants.H5I_DATATYPE) {
            return H5DumpText.committed(path, LibraryDatatype.of(object));
        }
        try (Handle type = Handle.type(H5.H5Dget_type(object));
                Handle space = Handle.space(H5.H5Dget_space(object))) {
            return H5DumpText.dataset(path, dataset(type.id, space.id));
        }
    }

    /** Describes a dataset's type and space. A committed type is shown with its structure too. */
    public static String dataset(long type, long space) throws HDF5Exception {
        return H5DumpText.dataset(LibraryDatatype.of(type), committed(type), dataspace(space));
    }

    /** The quoted path of a committed type; the structure of any other type. */
    public static String type(long type) throws HDF5Exception {
        String path = committed(type);
        return path == null ? H5DumpText.of(LibraryDatatype.of(type)) : '"' + path + '"';
    }

    /** The path of a committed type; null for any other type, and if the file has no link to the type any more. */
    private static @Nullable String committed(long type) throws HDF5Exception {
        if (!H5.H5Tcommitted(type)) {
            return null;
        }
        byte[] reference = H5.H5Rcreate(type, ".", HDF5Constants.H5R_OBJECT, -1);
        String[] name = {""};
        long length = H5.H5Rget_name(type, HDF5Constants.H5R_OBJECT, reference, name, MAX_NAME);
        return length > 0 ? name[0] : null;
    }

    /** The text behind {@code DATASPACE}. */
    public static String space(long space) throws HDF5Exception {
        return H5DumpText.space(dataspace(space));
    }

    private static Dataspace dataspace(long space) throws HDF5Exception {
        int kind = H5.H5Sget_simple_extent_type(space);
        if (kind == HDF5Constants.H5S_NULL) {
            return new Dataspace(Dataspace.Kind.NULL, List.of(), List.of());
        }
        if (kind == HDF5Constants.H5S_SCALAR) {
            return Dataspace.scalar();
        }
        long[] extent = new long[H5.H5Sget_simple_extent_ndims(space)];
        long[] maximum = new long[extent.length];
        H5.H5Sget_simple_extent_dims(space, extent, maximum);
        return new Dataspace(
                Dataspace.Kind.SIMPLE,
                LongStream.of(extent).boxed().toList(),
                LongStream.of(maximum).boxed().toList());
    }

    /** Describes a dataset's storage layout and filters, from its creation properties. */
    public static String storage(long creation) throws HDF5Exception {
        int layout = H5.H5Pget_layout(creation);
        if (layout != HDF5Constants.H5D_CHUNKED) {
            return H5DumpText.storage(new DataLayout(DataLayout.VERSION, layout, ByteBuffer.allocate(0)));
        }
        long[] chunk = new long[MAX_AXES];
        int rank = H5.H5Pget_chunk(creation, chunk.length, chunk);
        List<Filter> filters = LibraryFilters.of(creation);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < filters.size(); i++) {
            names.add(LibraryFilters.name(creation, i));
        }
        return H5DumpText.chunks(Arrays.copyOf(chunk, rank), filters, names);
    }

    /** Describes the fill value of a dataset without a fill value of its own, from its creation properties. */
    public static String fill(long creation) throws HDF5Exception {
        int[] time = new int[1];
        H5.H5Pget_fill_time(creation, time);
        int[] defined = new int[1];
        H5.H5Pfill_value_defined(creation, defined);
        return H5DumpText.fill(time[0], defined[0] != HDF5Constants.H5D_FILL_VALUE_UNDEFINED);
    }
}
