package io.h5sink.hdf5;

import java.util.List;
import java.util.Locale;

/** What the C library must have to pack chunks. */
final class LibraryFilters {

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
}
