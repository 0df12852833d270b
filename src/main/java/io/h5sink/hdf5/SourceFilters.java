package io.h5sink.hdf5;

import org.jspecify.annotations.Nullable;

/** What undoes filters when chunks are read, and does what the C library cannot where it writes them. Any thread. */
public final class SourceFilters {

    private SourceFilters() {}

    /**
     * Notes what undoes a filter, for as long as the process lives, and gives it to the C library, too, if that lacks it.
     *
     * @param filter its registered number
     * @param name its name, in the library's messages
     * @param unpacking what unpacks
     * @param packing what packs; null if nothing does
     */
    public static void offer(int filter, String name, Unpacking unpacking, @Nullable Packing packing) {
        NativeCalls calls = Library.calls();
        SourcePipeline.offer(filter, unpacking);
        if (!Filters.isKnown(filter)) {
            calls.offer(filter, name, unpacking, packing);
        }
    }

    /**
     * Notes what calls {@link #offer} once that is needed, where it was not called before.
     *
     * @param offering is run once at most, by whoever needs it
     */
    public static void offering(Runnable offering) {
        SourcePipeline.offering(offering);
    }
}
