package io.h5sink.jhdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.filter.Filter;
import io.h5sink.filter.FilterRegistry;
import io.h5sink.filter.codec.FilterCodec;
import io.h5sink.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The filters that the C library can run, and the filters in a dataset's creation properties. */
public final class LibraryFilters {

    private static final int USUAL_VALUES = 64;
    private static final int MAX_NAME = 64;

    private LibraryFilters() {}

    /** The filters in a dataset creation property list. */
    public static List<Filter> of(long creation) throws HDF5Exception {
        List<Filter> filters = new ArrayList<>();
        int count = H5.H5Pget_nfilters(creation);
        for (int i = 0; i < count; i++) {
            filters.add(of(creation, i, USUAL_VALUES));
        }
        return List.copyOf(filters);
    }

    private static Filter of(long creation, int index, int most) throws HDF5Exception {
        int[] flags = new int[1];
        long[] length = {most};
        int[] values = new int[most];
        int id = H5.H5Pget_filter(creation, index, flags, length, values, MAX_NAME, new String[] {""}, new int[1]);
        int count = Math.toIntExact(length[0]);
        return count > most // the n-bit filter of a compound has that many
                ? of(creation, index, count)
                : new Filter(
                        id, flags[0], IntStream.of(values).limit(count).boxed().toList());
    }

    /** The name that the file gives a filter; an empty name if the file gives none. */
    static String name(long creation, int index) throws HDF5Exception {
        String[] found = {""};
        H5.H5Pget_filter(creation, index, new int[1], new long[] {0}, new int[0], MAX_NAME, found, new int[1]);
        return found[0];
    }

    public static void set(long creation, List<Filter> filters) throws HDF5Exception {
        for (Filter filter : filters) {
            int[] values = filter.values().stream().mapToInt(Integer::intValue).toArray();
            H5.H5Pset_filter(creation, filter.id(), filter.flags(), values.length, values);
        }
    }

    /** Registers Java's implementations of those filters that the C library lacks, before the library runs them. */
    public static void lend(List<Filter> filters) {
        filters.forEach(filter -> isKnown(filter.id()));
    }

    /** Whether the C library can run all of a dataset's filters: its own, a plugin's, or Java's, which is registered if necessary. */
    public static boolean areKnown(long dataset) throws HDF5Exception {
        try (Handle creation = Handle.propertiesOf(H5.H5Dget_create_plist(dataset))) {
            return of(creation.id).stream().allMatch(filter -> isKnown(filter.id()));
        }
    }

    /** Whether the C library can run a filter: its own, a plugin's, or Java's, which is registered if necessary. */
    public static boolean isKnown(int filter) {
        if (isAvailable(filter)) {
            return true;
        }
        FilterCodec codec = FilterRegistry.find(filter);
        return codec != null && Library.calls().lend(filter, codec);
    }

    private static boolean isAvailable(int filter) {
        try {
            return H5.H5Zfilter_avail(filter) > 0;
        } catch (HDF5Exception e) {
            return false; // HDF5 found no plugin directory
        }
    }

    /**
     * Whether the C library, a plugin of it, or Java for the library can encode with a filter. Loads the library.
     *
     * @param filter the registered number
     * @return true if chunks can be encoded
     * @throws StorageException if there is no provider, or there are two
     */
    public static boolean packs(int filter) {
        Library.calls();
        if (!isKnown(filter)) {
            return false;
        }
        try {
            return (H5.H5Zget_filter_info(filter) & HDF5Constants.H5Z_FILTER_CONFIG_ENCODE_ENABLED) != 0;
        } catch (HDF5Exception e) {
            return false; // some builds have szip for decoding only
        }
    }

    /**
     * Throws if the C library lacks a filter that it is to encode with: HDF5 would silently store chunks unfiltered.
     *
     * @param path the path of the dataset
     * @param why the reason why the C library, not Java, encodes
     */
    public static void mustPack(String path, List<Filter> filters, String why) {
        for (Filter filter : filters) {
            if (!packs(filter.id())) {
                String name = filter.name();
                throw StorageException.schema(
                        path,
                        "a filter that " + Library.describe() + " has",
                        "filter " + filter.id() + (name == null ? "" : " (" + name.toUpperCase(Locale.ROOT) + ")"),
                        why);
            }
        }
    }

    /**
     * Throws if an existing dataset has a filter that neither Java nor the C library can encode with; the message has the filter's name in
     * the file.
     */
    public static void mustPack(String path, long creation) throws HDF5Exception {
        List<Filter> filters = of(creation);
        for (int i = 0; i < filters.size(); i++) {
            int id = filters.get(i).id();
            if (!packs(id)) {
                String known = filters.get(i).name();
                String name = known == null ? name(creation, i) : known;
                throw StorageException.schema(
                        path,
                        "a filter that is here to compress new rows, in " + Library.describe() + " or in Java",
                        "filter " + id + (name.isEmpty() ? "" : " (" + name + ")"));
            }
        }
    }
}
