package io.h5sink.jhdf5.commit;

import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.jhdf5.ErrorStack;
import java.util.ArrayDeque;
import java.util.Deque;

/** What of a file holds identifiers. One thread at a time. */
public final class HeldIdentifiers {

    /** As many as are worth their memory, some kilobytes each. */
    private static final int KEPT = 1 << 12;

    private final Deque<HeldIdentifier> open = new ArrayDeque<>();

    public void add(HeldIdentifier part) {
        open.add(part);
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    /** Closes those that must not stay open for the next commit, and of the others the oldest, if they are too many. */
    void closeSome() throws HDF5Exception {
        int count = open.size();
        for (int i = 0; i < count; i++) {
            HeldIdentifier part = open.remove();
            if (part.stays() && count - i <= KEPT) {
                open.add(part);
            } else {
                part.close();
            }
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

    /** Something in a file that holds identifiers while the file is open. */
    public interface HeldIdentifier {

        /** Whether it may stay open when the file is flushed, which writes nothing then that it holds back. */
        default boolean stays() {
            return false;
        }

        /** Closes the identifiers; the next use opens them again. */
        void close() throws HDF5Exception;
    }
}
