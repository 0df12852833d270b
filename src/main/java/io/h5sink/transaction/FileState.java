package io.h5sink.transaction;

import io.h5sink.storage.StorageException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a session has left its file, which tells whether another program has written to it since. One thread at a time. */
public final class FileState {

    private final DiskFile disk;

    /** Whether the file is complete between commits. */
    private final boolean release;

    private DiskFile.@Nullable Stamp stamp;

    /** Whether nobody can have written to it before it was stamped. */
    private boolean sure;

    public FileState(DiskFile disk, boolean release) {
        this.disk = disk;
        this.release = release;
    }

    /**
     * Notes how the file was left to others, if that is so between commits. If it was left so long ago that somebody may have opened and
     * closed it since, nothing is known of it.
     *
     * @param since when it was left
     */
    public void leave(long since) throws IOException {
        stamp = release ? disk.sign() : disk.stamp();
        sure = System.nanoTime() - since < CommitMark.MOMENT_NANOS;
    }

    /** Does once what {@link #leave} does, since the first time takes the JVM longer than others need to come in between. */
    public void prepare() throws IOException {
        if (release && stamp == null) {
            disk.sign();
        }
    }

    /** Leaves the file as it is, within a commit. */
    public void stay() throws IOException {
        stamp = disk.stamp();
        sure = true;
    }

    /** Whether another program has written to the file since this session has left it. */
    public boolean isChanged() throws IOException {
        DiskFile.Stamp known = Objects.requireNonNull(stamp);
        DiskFile.Stamp now = sameFile(known);
        return release && !now.same(known);
    }

    /** Whether that is known of the whole time. */
    public boolean isSure() {
        return !release || sure;
    }

    /** Notes that somebody may have written to it. */
    public void doubt() {
        sure = false;
    }

    /** Throws if another file has taken its place since the last commit. */
    public void mustBeThere() throws IOException {
        if (stamp != null) {
            sameFile(stamp);
        }
    }

    private DiskFile.Stamp sameFile(DiskFile.Stamp known) throws IOException {
        DiskFile.Stamp now;
        try {
            now = disk.stamp();
        } catch (NoSuchFileException e) {
            throw StorageException.file("it is gone", e);
        }
        if (!Objects.equals(now.key(), known.key())) {
            throw StorageException.file("another file has taken its place", null);
        }
        return now;
    }
}
