package io.h5sink.jhdf5.commit;

import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The file while the library has it closed and rows are written without it; and whether that is so. */
final class DirectWriting {

    private @Nullable SpaceAllocator file;

    /** The file as it is written to without the library; null if that is the library's turn. */
    @Nullable
    SpaceAllocator file() {
        return file;
    }

    boolean isOn() {
        return file != null;
    }

    /** Looks at the file anew, in which each row that is added then finds anew where it goes; null if it is of another kind. */
    @Nullable
    SpaceAllocator begin(LibraryCommit safe) throws IOException {
        file = safe.direct();
        return file;
    }

    /** Looks at the file anew as far as others may have written to it. */
    void again(LibraryCommit safe) throws IOException {
        if (file == null || safe.isChanged()) {
            begin(safe);
        } else {
            file.doubt();
        }
    }

    /** Commits what was written. */
    void commit(LibraryCommit safe) throws IOException {
        if (file != null && !file.isClean()) {
            safe.commit(file);
        } else {
            safe.keepMade();
        }
    }

    /** Gets ready for the library to have the file. */
    void prepareEnd() {
        if (file != null && !file.isClean()) {
            throw new IllegalStateException("what was written without the C library is not committed");
        }
        if (file != null) {
            file.giveBack();
        }
    }

    /** The file is the library's, or nobody's. */
    void end() {
        file = null;
    }
}
