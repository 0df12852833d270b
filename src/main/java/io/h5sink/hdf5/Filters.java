package io.h5sink.hdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The filters among a dataset's creation properties. */
final class Filters {

    private static final int USUAL_VALUES = 64;
    private static final int MAX_NAME = 64;

    private static final Map<Integer, String> NAMES = Map.of(
            1,
            "gzip",
            2,
            "shuffle",
            3,
            "fletcher32",
            4,
            "szip",
            5,
            "nbit",
            6,
            "scaleoffset",
            32000,
            "lzf",
            32004,
            "lz4",
            32015,
            "zstd");

    /** What was offered to the library, and only unpacks. */
    private static final Set<Integer> UNPACKING = ConcurrentHashMap.newKeySet();

    private Filters() {}

    /** Notes a filter that was offered to the library, and only unpacks. */
    static void unpacksOnly(int filter) {
        UNPACKING.add(filter);
    }

    /** Whether the library, a plugin of it, or what is offered to it, packs by a filter. */
    static boolean packs(int filter) {
        if (UNPACKING.contains(filter) || !isKnown(filter)) {
            return false;
        }
        try {
            return (H5.H5Zget_filter_info(filter) & HDF5Constants.H5Z_FILTER_CONFIG_ENCODE_ENABLED) != 0;
        } catch (HDF5Exception e) {
            return false; // some builds have szip to unpack only
        }
    }

    /** What people call a filter; null if it has no name here. */
    static @Nullable String name(int filter) {
        return NAMES.get(filter);
    }

    static List<ChunkFilter> of(long creation) throws HDF5Exception {
        List<ChunkFilter> filters = new ArrayList<>();
        int count = H5.H5Pget_nfilters(creation);
        for (int i = 0; i < count; i++) {
            filters.add(of(creation, i, USUAL_VALUES));
        }
        return filters;
    }

    private static ChunkFilter of(long creation, int index, int most) throws HDF5Exception {
        int[] flags = new int[1];
        long[] length = {most};
        int[] values = new int[most];
        int id = H5.H5Pget_filter(creation, index, flags, length, values, MAX_NAME, new String[] {""}, new int[1]);
        int count = Math.toIntExact(length[0]);
        return count > most // as n-bit of compounds has them
                ? of(creation, index, count)
                : new ChunkFilter(
                        id, flags[0], IntStream.of(values).limit(count).boxed().toList());
    }

    /** Whether the library, or a plugin of it, has all of a dataset's filters. */
    static boolean areKnown(long dataset) throws HDF5Exception {
        try (Handle creation = Handle.propertiesOf(H5.H5Dget_create_plist(dataset))) {
            return of(creation.id).stream().allMatch(filter -> isKnown(filter.id()));
        }
    }

    /** Whether the library, or a plugin of it, has a filter. */
    static boolean isKnown(int filter) {
        try {
            return H5.H5Zfilter_avail(filter) > 0;
        } catch (HDF5Exception e) {
            return false; // it found no place where plugins are
        }
    }

    static void set(long creation, List<ChunkFilter> filters) throws HDF5Exception {
        for (ChunkFilter filter : filters) {
            int[] values = filter.values().stream().mapToInt(Integer::intValue).toArray();
            H5.H5Pset_filter(creation, filter.id(), filter.flags(), values.length, values);
        }
    }
}
