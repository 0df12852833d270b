package io.h5sink.jhdf5.commit;

import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Java's write access to a file that the C library has closed: the {@link SpaceAllocator} through which rows are added, or none while the C
 * library may open the file.
 */
final class DirectWriting {

    private @Nullable SpaceAllocator file;

    /** The file as Java writes to it; null while the C library writes. */
    @Nullable
    SpaceAllocator file() {
        return file;
    }

    boolean isOn() {
        return file != null;
    }

    /**
     * Opens the file for Java's writes with nothing cached, so that each dataset locates the place of its next rows again; null if Java
     * does not write files of this format.
     */
    @Nullable
    SpaceAllocator begin(LibraryCommit safe) throws IOException {
        file = safe.direct();
        return file;
    }

    /** Discards the cached structure of the file as far as other programs may have changed the file. */
    void again(LibraryCommit safe) throws IOException {
        if (file == null || safe.isChanged()) {
            begin(safe);
        } else {
            file.doubt();
        }
    }

    /** Commits Java's writes. */
    void commit(LibraryCommit safe) throws IOException {
        if (file != null && !file.isClean()) {
            safe.commit(file);
        } else {
            safe.keepMade();
        }
    }

    /** Returns reserved space, before the C library opens the file. */
    void prepareEnd() {
        if (file != null && !file.isClean()) {
            throw new IllegalStateException("what was written without the C library is not committed");
        }
        if (file != null) {
            file.freeUnused();
        }
    }

    /** Ends Java's write access: from now on the C library has the file open, or nobody has. */
    void end() {
        file = null;
    }
}
