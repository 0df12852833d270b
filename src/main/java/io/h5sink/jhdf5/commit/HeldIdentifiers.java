package io.h5sink.jhdf5.commit;

import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.jhdf5.ErrorStack;
import java.util.ArrayDeque;
import java.util.Deque;

/** The open datasets of a session, each of which holds identifiers of the C library. One thread at a time. */
public final class HeldIdentifiers {

    /** The most datasets that stay open between commits; each takes some kilobytes of memory. */
    private static final int KEPT = 1 << 12;

    private final Deque<HeldIdentifier> open = new ArrayDeque<>();

    public void add(HeldIdentifier held) {
        open.add(held);
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    /** Closes the datasets that must not stay open until the next commit, and the oldest of the others if too many are open. */
    void closeSome() throws HDF5Exception {
        int count = open.size();
        for (int i = 0; i < count; i++) {
            HeldIdentifier held = open.remove();
            if (held.stays() && count - i <= KEPT) {
                open.add(held);
            } else {
                held.close();
            }
        }
    }

    /** Closes all datasets, also if some of them fail. */
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

    /** A dataset, or another object of a file, that holds identifiers while the file is open. */
    public interface HeldIdentifier {

        /** Whether the object may stay open when the file is flushed, because HDF5 holds back no raw data of the object. */
        default boolean stays() {
            return false;
        }

        /** Closes the identifiers; the next use opens them again. */
        void close() throws HDF5Exception;
    }
}
