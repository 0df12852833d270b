package io.h5sink.hdf5;

import hdf.hdf5lib.exceptions.HDF5Exception;
import java.util.ArrayDeque;
import java.util.Deque;

/** What of a file holds identifiers. One thread at a time. */
final class Parts {

    /** As many as are worth their memory, some kilobytes each. */
    private static final int KEPT = 1 << 12;

    private final Deque<OpenFile.Part> open = new ArrayDeque<>();

    void add(OpenFile.Part part) {
        open.add(part);
    }

    /** Closes those that were opened first, if they are too many to be kept for the next commit. */
    void closeMost() throws HDF5Exception {
        while (open.size() > KEPT) {
            open.remove().close();
        }
    }

    /** Closes all, also if that fails for some. */
    void closeAll() throws HDF5Exception {
        HDF5Exception failure = null;
        while (!open.isEmpty()) {
            try {
                open.remove().close();
            } catch (HDF5Exception e) {
                failure = ErrorStack.kept(e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
