package io.h5sink.hdf5;

import io.h5sink.format.Superblock;
import io.h5sink.storage.RealPath;
import io.h5sink.storage.RegularFile;
import io.h5sink.storage.RollbackJournal;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.driver.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The state of a file as seen without the C library: the file's identity, its version, and whether a writer is changing the file. Takes a
 * few system calls, and no more for a large file.
 */
public final class FileLook {

    private static final int SWMR = 4;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long FINE_MILLIS = 100;
    private static final long COARSE_MILLIS = 2500;

    private final @Nullable Object key;
    private final long size;
    private final FileTime modified;

    /**
     * The chain number of the sink's journal ({@link RollbackJournal#chain}), which changes with each commit; 0 if no sink has the file
     * open.
     */
    private final long commit;

    private final boolean signed;
    private final boolean changing;
    private final boolean shared;
    private final boolean settled;

    private FileLook(
            @Nullable Object key,
            long size,
            FileTime modified,
            long commit,
            boolean signed,
            boolean changing,
            boolean shared,
            boolean settled) {
        this.key = key;
        this.size = size;
        this.modified = modified;
        this.commit = commit;
        this.signed = signed;
        this.changing = changing;
        this.shared = shared;
        this.settled = settled;
    }

    /**
     * Takes the state of a file.
     *
     * @param file the file
     * @return the state; null if the file does not exist or is empty
     * @throws StorageException if the file cannot be read
     */
    public static @Nullable FileLook at(StoredFile file) {
        try {
            Path head = file.head();
            RegularFile.mustBe(head, file.name(head));
            BasicFileAttributes attributes = Files.readAttributes(head, BasicFileAttributes.class);
            List<Path> others = new ArrayList<>(file.others());
            others.addAll(file.parts().subList(1, file.parts().size()));
            long size = attributes.size();
            for (Path other : others) {
                size += Files.size(other);
            }
            if (attributes.size() == 0) {
                return null;
            }
            FileTime modified = attributes.lastModifiedTime();
            Superblock superblock = Superblock.read(head);
            boolean shared = superblock != null && (superblock.flags() & SWMR) != 0;
            boolean marked = superblock == null || (superblock.marked() && !shared);
            ByteBuffer note = RollbackJournal.peek(RealPath.of(file.path()));
            return new FileLook(
                    attributes.fileKey(),
                    size,
                    modified,
                    RollbackJournal.chain(note),
                    superblock != null,
                    marked || RollbackJournal.showsCommit(note),
                    shared,
                    isSettled(modified));
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw StorageException.file("it cannot be read: " + e.getMessage(), e);
        }
    }

    /** Whether a change from now on would get another modification time; file systems store times in steps, some of two seconds. */
    private static boolean isSettled(FileTime modified) {
        long millis = modified.toMillis();
        long step = modified.to(TimeUnit.NANOSECONDS) % NANOS_PER_SECOND == 0 ? COARSE_MILLIS : FINE_MILLIS;
        return Math.abs(System.currentTimeMillis() - millis) > step;
    }

    /**
     * Whether the file begins as HDF5 files do.
     *
     * @return false also if the file is just being created
     */
    public boolean isSigned() {
        return signed;
    }

    /**
     * Whether a writer is changing the file, or has died while changing the file.
     *
     * @return true if the file is not complete, or not known to be complete
     */
    public boolean changing() {
        return changing;
    }

    /**
     * Whether the file is open for writing in HDF5's single-writer multiple-reader mode, in which the writer never moves data that readers
     * may be reading.
     *
     * @return true in single-writer multiple-reader mode
     */
    public boolean isShared() {
        return shared;
    }

    /**
     * Whether the file has not changed since an earlier look.
     *
     * @param earlier the earlier state
     * @return false if the file has changed, or may have
     */
    public boolean sameAs(FileLook earlier) {
        return earlier.settled && unchanged(earlier);
    }

    /**
     * Whether the file has not changed since a look some moments ago, as far as the two states show.
     *
     * @param before the earlier state
     * @return false if the file has changed
     */
    public boolean unchanged(FileLook before) {
        return sameFile(before) && size == before.size && modified.equals(before.modified) && commit == before.commit;
    }

    /**
     * Whether this is the same file as at an earlier look.
     *
     * @param earlier the earlier state
     * @return false if another file is at the path now
     */
    public boolean sameFile(FileLook earlier) {
        return Objects.equals(key, earlier.key);
    }
}
