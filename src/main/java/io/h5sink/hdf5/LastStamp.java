package io.h5sink.hdf5;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a session has left its file, which tells whether another program has written to it since. One thread at a time. */
final class LastStamp {

    private final DiskFile disk;

    /** Whether the file is complete between commits. */
    private final boolean release;

    private DiskFile.@Nullable Stamp stamp;

    LastStamp(DiskFile disk, boolean release) {
        this.disk = disk;
        this.release = release;
    }

    /** Leaves the file to others, if that is so between commits. */
    void leave() throws IOException {
        stamp = release ? disk.sign() : disk.stamp();
    }

    /** Leaves the file as it is, within a commit. */
    void stay() throws IOException {
        stamp = disk.stamp();
    }

    /**
     * Whether the file is as this session has left it.
     *
     * @return false if another program wrote to it meanwhile
     */
    boolean isUntouched() throws IOException {
        DiskFile.Stamp known = Objects.requireNonNull(stamp);
        DiskFile.Stamp now = sameFile(known);
        if (release && !now.same(known)) {
            mustNotBeMarked();
            return false;
        }
        return true;
    }

    /** Throws if another file has taken its place since the last commit. */
    void mustBeThere() throws IOException {
        if (stamp != null) {
            sameFile(stamp);
        }
    }

    private DiskFile.Stamp sameFile(DiskFile.Stamp known) throws IOException {
        DiskFile.Stamp now;
        try {
            now = disk.stamp();
        } catch (NoSuchFileException e) {
            throw StoreException.file("it is gone", e);
        }
        if (!Objects.equals(now.key(), known.key())) {
            throw StoreException.file("another file has taken its place", null);
        }
        return now;
    }

    private void mustNotBeMarked() throws IOException {
        if (disk.superblock().marked()) {
            throw StoreException.busy("another program has opened it for writing", null);
        }
    }
}
