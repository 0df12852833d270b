package io.h5sink.transaction;

import io.h5sink.storage.StorageException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The file's identity and time of last change at the end of a commit, by which the next commit recognises that another program has written
 * to the file. One thread at a time.
 */
public final class FileState {

    private final DiskFile disk;

    /** Whether other programs may open the file between commits. */
    private final boolean release;

    private DiskFile.@Nullable Stamp stamp;

    /** Whether no other program can have written to the file between the release and the reading of the time of last change. */
    private boolean sure;

    public FileState(DiskFile disk, boolean release) {
        this.disk = disk;
        this.release = release;
    }

    /**
     * Sets and notes the file's time of last change after a commit. If the file was released so long ago that another program may have
     * opened and closed the file since, the file counts as possibly changed.
     *
     * @param since the time of the release by {@link System#nanoTime}
     */
    public void leave(long since) throws IOException {
        stamp = release ? disk.sign() : disk.stamp();
        sure = System.nanoTime() - since < CommitMark.MOMENT_NANOS;
    }

    /**
     * Calls the code of {@link #leave} once, because the first call takes the JVM longer than another program needs to write to the file.
     */
    public void prepare() throws IOException {
        if (release && stamp == null) {
            disk.sign();
        }
    }

    /** Notes the file's time of last change within a commit, while other programs are excluded. */
    public void stay() throws IOException {
        stamp = disk.stamp();
        sure = true;
    }

    /** Whether another program has written to the file since the noted time of last change. */
    public boolean isChanged() throws IOException {
        DiskFile.Stamp known = Objects.requireNonNull(stamp);
        DiskFile.Stamp now = sameFile(known);
        return release && !now.same(known);
    }

    /** Whether {@link #isChanged} covers the whole time since the release. */
    public boolean isSure() {
        return !release || sure;
    }

    /** Notes that another program may have written to the file unseen. */
    public void doubt() {
        sure = false;
    }

    /** Throws if another file is at the path since the last commit. */
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
