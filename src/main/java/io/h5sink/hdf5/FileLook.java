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
 * What can be told of a file without the C library: which one it is, whether it has changed, and whether somebody is changing it. Costs
 * some system calls, and no more for a large file.
 */
public final class FileLook {

    private static final int SWMR = 4;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long FINE_MILLIS = 100;
    private static final long COARSE_MILLIS = 2500;

    private final @Nullable Object key;
    private final long size;
    private final FileTime modified;

    /** The number of the commit, as far as a sink writes the file. */
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
     * Looks at a file.
     *
     * @param file which
     * @return what is there; null if nothing is
     * @throws StorageException if it cannot be read
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
                    marked || RollbackJournal.tellsOfCommit(note),
                    shared,
                    isSettled(modified));
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw StorageException.file("it cannot be read: " + e.getMessage(), e);
        }
    }

    /** Whether a change after this would have another time; file systems tell times by steps, some of two seconds. */
    private static boolean isSettled(FileTime modified) {
        long millis = modified.toMillis();
        long step = modified.to(TimeUnit.NANOSECONDS) % NANOS_PER_SECOND == 0 ? COARSE_MILLIS : FINE_MILLIS;
        return Math.abs(System.currentTimeMillis() - millis) > step;
    }

    /**
     * Whether it begins as HDF5 files do.
     *
     * @return false also if it is just being made
     */
    public boolean isSigned() {
        return signed;
    }

    /**
     * Whether somebody is changing the file, or has died while changing it.
     *
     * @return true if it is not complete, or not known to be
     */
    public boolean changing() {
        return changing;
    }

    /**
     * Whether it is open for writing by one who leaves where it is what others may be reading.
     *
     * @return true in HDF5's single-writer multiple-reader mode
     */
    public boolean isShared() {
        return shared;
    }

    /**
     * Whether nothing has changed since an earlier look.
     *
     * @param earlier what was seen then
     * @return false if something has, or may have
     */
    public boolean sameAs(FileLook earlier) {
        return earlier.settled && unchanged(earlier);
    }

    /**
     * Whether nothing has changed since a moment ago, as far as can be told.
     *
     * @param before what was seen then
     * @return false if something has
     */
    public boolean unchanged(FileLook before) {
        return sameFile(before) && size == before.size && modified.equals(before.modified) && commit == before.commit;
    }

    /**
     * Whether this is the file that was there at an earlier look.
     *
     * @param earlier what was seen then
     * @return false if another one has taken its place
     */
    public boolean sameFile(FileLook earlier) {
        return Objects.equals(key, earlier.key);
    }
}
