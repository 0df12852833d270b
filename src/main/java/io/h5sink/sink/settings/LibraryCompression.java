package io.h5sink.sink.settings;

import io.h5sink.filter.CompressionRule;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.LibraryFilters;
import io.h5sink.storage.StorageException;
import java.util.Set;

/** Checks compressions that the C library's own filters must carry out. */
final class LibraryCompression {

    private LibraryCompression() {}

    /**
     * Throws if the C library lacks a filter of a compression.
     *
     * @param where the reason why the C library compresses, in words for a message
     */
    static void mustHave(Set<CompressionRule> compressions, String where) {
        for (CompressionRule compression : compressions) {
            if (!compression.filters().stream().allMatch(filter -> has(filter.id()))) {
                throw new IllegalStateException("compression " + compression + ": " + where
                        + " HDF5 itself compresses, and " + Library.describe()
                        + " has no such filter; Compression.gzip works there");
            }
        }
    }

    private static boolean has(int filter) {
        try {
            Library.require();
            return LibraryFilters.packs(filter);
        } catch (StorageException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }
}
