package io.h5sink.hdf5;

import io.h5sink.RecoveryReport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Puts right a file whose writer died. */
public final class Recovery {

    /** A writer that died within a commit has written to the file as long after its journal as the commit took. */
    private static final Duration COMMIT = Duration.ofMinutes(1);

    private Recovery() {}

    /**
     * Puts a file right that nobody writes to, and checks it.
     *
     * @param file where it lies
     * @return what was done
     * @throws StoreException if someone writes to the file, of kind {@link StoreException.Kind#BUSY}; or if it cannot be put right, and
     *     then nothing was changed that the journal does not tell
     */
    public static RecoveryReport run(StoredFile file) {
        Library.calls();
        Path head = file.head();
        try {
            RecoveryReport undone = nothing(file);
            if (Files.exists(Journal.of(file.path())) || (Files.exists(head) && CommitMark.isLeft(file))) {
                try (Journal journal = Journal.open(file.path())) {
                    undone = undo(file, journal);
                }
            }
            if (!Files.exists(head)) {
                if (undone.changed()) {
                    return undone;
                }
                throw StoreException.file("it does not exist", null);
            }
            Superblock superblock = Superblock.read(head);
            if (superblock == null) {
                throw StoreException.file("it is not an HDF5 file", null);
            }
            return superblock.marked() ? unmark(file) : checked(file, undone);
        } catch (IOException e) {
            throw StoreException.file("it cannot be read or written: " + e.getMessage(), e);
        }
    }

    private static RecoveryReport nothing(StoredFile file) {
        return new RecoveryReport(file.path(), false, "it is complete");
    }

    /** Takes the mark of a writer away that left no journal, if the file is in order without. */
    private static RecoveryReport unmark(StoredFile file) throws IOException {
        if (!Opening.isStale(file)) {
            throw StoreException.busy("it is marked as open for writing, and another program has it open", null);
        }
        try (DiskFile disk = new DiskFile(file)) {
            ByteBuffer head = disk.read(0, disk.superblock().length());
            try {
                disk.mark(false);
                disk.claimAll();
                return checked(file, new RecoveryReport(file.path(), true, "it was marked as open for writing, by a writer that died"));
            } catch (StoreException e) {
                disk.write(0, head);
                throw StoreException.file(
                        "its writer died, and it cannot be put right: " + e.getMessage() + "; it is as it was", e);
            }
        }
    }

    private static RecoveryReport checked(StoredFile file, RecoveryReport done) {
        int datasets = FileWalk.datasets(file);
        return new RecoveryReport(file.path(), done.changed(), done.what() + "; all of its " + datasets + " datasets can be read");
    }

    /** Undoes what a writer has begun and not completed. Its journal must be this process's. */
    static RecoveryReport undo(StoredFile file, Journal journal) throws IOException {
        Journal.Content content = journal.read();
        Path head = file.head();
        if (!Files.exists(head)) {
            journal.clear(); // whoever removed the file did not want it back
            return nothing(file);
        }
        try (DiskFile disk = new DiskFile(file)) {
            if (content != null && content.kind() == Journal.Kind.BIRTH) {
                disk.delete();
                journal.clear();
                return new RecoveryReport(
                        file.path(), true, "it was removed, because its writer died before the first commit");
            }
            Superblock superblock = Superblock.read(head);
            if (superblock == null) {
                return nothing(file); // which is no HDF5 file
            }
            if (content != null && content.kind() == Journal.Kind.FLUSH) {
                mustBeUntouched(superblock, head, journal);
                disk.restore(content.images());
                journal.clear();
                return new RecoveryReport(
                        file.path(),
                        true,
                        "its writer died within a commit, which was undone: " + bytes(content.images())
                                + " bytes of its structure are as they were after the commit before");
            }
            if (CommitMark.mend(disk)) {
                journal.clear();
                return new RecoveryReport(file.path(), true, "its writer died as a commit began; it is complete");
            }
            boolean ours = content != null || superblock.committing();
            if (superblock.marked() && (ours || Opening.isStale(file))) {
                disk.mark(false);
                journal.clear();
                return new RecoveryReport(
                        file.path(), true, "its writer died; it is complete, and not marked as open any more");
            }
            return nothing(file);
        }
    }

    private static long bytes(List<Journal.Image> images) {
        return images.stream().mapToLong(image -> image.bytes().remaining()).sum();
    }

    /** A file that was put right in another way must not be undone. */
    private static void mustBeUntouched(Superblock superblock, Path head, Journal journal) throws IOException {
        Instant modified = Files.getLastModifiedTime(head).toInstant();
        Instant noted = journal.lastModified();
        if (superblock.markable() && !superblock.marked() && modified.isAfter(noted.plus(COMMIT))) {
            throw StoreException.file(
                    "its writer died within a commit at " + noted + ", and it was changed at " + modified
                            + ", after which that commit cannot be undone; remove " + journal.path()
                            + " to use the file as it is",
                    null);
        }
    }
}
