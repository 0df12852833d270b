package io.h5sink.jhdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import java.util.Arrays;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Describes objects as {@code h5dump -pH} prints them, on one line. The places of bytes are left out: sizes, offsets, external files and
 * the sources of virtual datasets.
 */
public final class ObjectText {

    private static final int MAX_PARAMETERS = 64;
    private static final int MAX_NAME = 256;

    private static final int SZIP_K13 = 1;
    private static final int SZIP_HARDWARE = 2;
    private static final int SZIP_ENTROPY = 4;
    private static final int SZIP_LSB = 8;
    private static final int SZIP_MSB = 16;
    private static final int SZIP_NEAREST_NEIGHBOUR = 32;
    private static final int SZIP_RAW = 128;

    private ObjectText() {}

    /** Describes the object at a path: its kind and, except for groups, its type, space and storage. */
    public static String of(String path, long object) throws HDF5Exception {
        int kind = H5.H5Iget_type(object);
        if (kind == HDF5Constants.H5I_GROUP) {
            return "GROUP \"" + path + '"';
        }
        if (kind == HDF5Constants.H5I_DATATYPE) {
            return "DATATYPE \"" + path + "\" " + TypeText.structure(object) + ';';
        }
        try (Handle type = Handle.type(H5.H5Dget_type(object));
                Handle space = Handle.space(H5.H5Dget_space(object))) {
            return dataset(path, dataset(type.id, space.id));
        }
    }

    /** Describes a dataset of the given name. */
    public static String dataset(String name, String content) {
        return "DATASET \"" + name + "\" { " + content + " }";
    }

    /** Describes a group that holds a dataset, within nested groups if the relative path has several names. */
    public static String group(String group, String relativePath, String content) {
        int slash = relativePath.indexOf('/');
        return "GROUP \"" + group + "\" { "
                + (slash < 0
                        ? dataset(relativePath, content)
                        : group(relativePath.substring(0, slash), relativePath.substring(slash + 1), content))
                + " }";
    }

    /** Describes a dataset's type and space. A committed type is shown with its structure too. */
    public static String dataset(long type, long space) throws HDF5Exception {
        String name = TypeText.of(type);
        String structure = TypeText.structure(type);
        return "DATATYPE " + (name.equals(structure) ? "" : name + ' ') + structure + " DATASPACE " + space(space);
    }

    /** The text behind {@code DATASPACE}. */
    public static String space(long space) throws HDF5Exception {
        int kind = H5.H5Sget_simple_extent_type(space);
        if (kind == HDF5Constants.H5S_NULL) {
            return "NULL";
        }
        if (kind == HDF5Constants.H5S_SCALAR) {
            return "SCALAR";
        }
        long[] extent = new long[H5.H5Sget_simple_extent_ndims(space)];
        long[] maximum = new long[extent.length];
        H5.H5Sget_simple_extent_dims(space, extent, maximum);
        return "SIMPLE { " + axes(extent) + " / " + axes(maximum) + " }";
    }

    /** Describes a dataset's storage layout, filters and fill value, from its creation properties. */
    public static String storage(long creation) throws HDF5Exception {
        return "STORAGE_LAYOUT { " + layout(creation) + " } FILTERS { " + filters(creation) + " }";
    }

    /** Describes the fill value of a dataset without a fill value of its own, from its creation properties. */
    public static String fill(long creation) throws HDF5Exception {
        int[] time = new int[1];
        H5.H5Pget_fill_time(creation, time);
        int[] defined = new int[1];
        H5.H5Pfill_value_defined(creation, defined);
        String when = time[0] == HDF5Constants.H5D_FILL_TIME_NEVER
                ? "NEVER"
                : time[0] == HDF5Constants.H5D_FILL_TIME_ALLOC ? "ALLOC" : "IFSET";
        String value = defined[0] == HDF5Constants.H5D_FILL_VALUE_UNDEFINED ? "UNDEFINED" : "DEFAULT";
        return "FILLVALUE { FILL_TIME H5D_FILL_TIME_" + when + " VALUE H5D_FILL_VALUE_" + value + " }";
    }

    private static String axes(long[] lengths) {
        return LongStream.of(lengths)
                .mapToObj(length ->
                        length == HDF5Constants.H5S_UNLIMITED ? "H5S_UNLIMITED" : Long.toUnsignedString(length))
                .collect(Collectors.joining(", ", "( ", " )"));
    }

    private static String layout(long creation) throws HDF5Exception {
        int layout = H5.H5Pget_layout(creation);
        if (layout == HDF5Constants.H5D_CHUNKED) {
            long[] chunk = new long[32];
            int rank = H5.H5Pget_chunk(creation, chunk.length, chunk);
            return "CHUNKED " + axes(Arrays.copyOf(chunk, rank));
        }
        return layout == HDF5Constants.H5D_CONTIGUOUS
                ? "CONTIGUOUS"
                : layout == HDF5Constants.H5D_COMPACT ? "COMPACT" : "VIRTUAL";
    }

    private static String filters(long creation) throws HDF5Exception {
        StringJoiner filters = new StringJoiner(" ").setEmptyValue("NONE");
        for (int i = 0; i < H5.H5Pget_nfilters(creation); i++) {
            long[] count = {MAX_PARAMETERS};
            int[] parameters = new int[MAX_PARAMETERS];
            String[] name = {""};
            int id = H5.H5Pget_filter(creation, i, new int[1], count, parameters, MAX_NAME, name, new int[1]);
            filters.add(filter(id, name[0], Arrays.copyOf(parameters, (int) Math.min(count[0], MAX_PARAMETERS))));
        }
        return filters.toString();
    }

    private static String filter(int id, String name, int[] parameters) {
        if (id == HDF5Constants.H5Z_FILTER_DEFLATE) {
            return "COMPRESSION DEFLATE { LEVEL " + parameters[0] + " }";
        }
        if (id == HDF5Constants.H5Z_FILTER_SHUFFLE) {
            return "PREPROCESSING SHUFFLE";
        }
        if (id == HDF5Constants.H5Z_FILTER_FLETCHER32) {
            return "CHECKSUM FLETCHER32";
        }
        if (id == HDF5Constants.H5Z_FILTER_SZIP) {
            return "COMPRESSION SZIP { " + szip(parameters[0], parameters[1]) + " }";
        }
        if (id == HDF5Constants.H5Z_FILTER_NBIT) {
            return "COMPRESSION NBIT";
        }
        if (id == HDF5Constants.H5Z_FILTER_SCALEOFFSET) {
            return "COMPRESSION SCALEOFFSET { MIN BITS " + parameters[0]
                    + " }"; // h5dump's label; the parameter is not a number of bits
        }
        String comment = name.isEmpty() ? "" : " COMMENT " + name;
        String values = IntStream.of(parameters).mapToObj(value -> value + " ").collect(Collectors.joining());
        return "USER_DEFINED_FILTER { FILTER_ID " + id + comment + " PARAMS { " + values + "} }";
    }

    private static String szip(int options, int pixelsPerBlock) {
        StringJoiner words = new StringJoiner(" ").add("PIXELS_PER_BLOCK " + pixelsPerBlock);
        words.add((options & SZIP_HARDWARE) != 0 ? "MODE HARDWARE" : (options & SZIP_K13) != 0 ? "MODE K13" : "");
        words.add("CODING").add((options & SZIP_ENTROPY) != 0 ? "ENTROPY" : "");
        words.add((options & SZIP_NEAREST_NEIGHBOUR) != 0 ? "NEAREST NEIGHBOUR" : "");
        words.add((options & SZIP_LSB) != 0 ? "BYTE_ORDER LSB" : (options & SZIP_MSB) != 0 ? "BYTE_ORDER MSB" : "");
        words.add((options & SZIP_RAW) != 0 ? "HEADER RAW" : "");
        return words.toString().replaceAll(" +", " ").strip();
    }
}
