package io.h5sink.hdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.exceptions.HDF5Exception;
import java.util.List;
import java.util.Locale;

/** What the C library must have to pack chunks. */
final class LibraryFilters {

    private static final int MAX_NAME = 64;

    private LibraryFilters() {}

    /**
     * Throws if the library lacks a filter that it is to pack by: it would store chunks as they are, and say nothing.
     *
     * @param path the dataset's
     * @param why it is the library that packs
     */
    static void mustPack(String path, List<ChunkFilter> filters, String why) {
        SourcePipeline.offerMore();
        for (ChunkFilter filter : filters) {
            if (!Filters.packs(filter.id())) {
                String name = Filters.name(filter.id());
                throw StoreException.schema(
                        path,
                        "a filter that " + Library.describe() + " has",
                        "filter " + filter.id() + (name == null ? "" : " (" + name.toUpperCase(Locale.ROOT) + ")"),
                        why);
            }
        }
    }

    /** Throws if nothing packs by a filter that a dataset which is there has, and which Java lacks; names it as the file does. */
    static void mustPack(String path, long creation) throws HDF5Exception {
        List<ChunkFilter> filters = Filters.of(creation);
        for (int i = 0; i < filters.size(); i++) {
            int id = filters.get(i).id();
            if (!Filters.packs(id)) {
                String[] found = {""};
                H5.H5Pget_filter(creation, i, new int[1], new long[] {0}, new int[0], MAX_NAME, found, new int[1]);
                String known = Filters.name(id);
                String name = known == null ? found[0] : known;
                throw StoreException.schema(
                        path,
                        "a filter that is here to compress new rows, in " + Library.describe() + " or in Java",
                        "filter " + id + (name == null || name.isEmpty() ? "" : " (" + name + ")"));
            }
        }
    }
}
