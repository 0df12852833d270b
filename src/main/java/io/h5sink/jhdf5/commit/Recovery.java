package io.h5sink.jhdf5.commit;

import io.h5sink.RecoveryReport;
import io.h5sink.format.Superblock;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.file.Opening;
import io.h5sink.jhdf5.read.FileWalk;
import io.h5sink.storage.RollbackJournal;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.driver.StoredFile;
import io.h5sink.transaction.CommitMark;
import io.h5sink.transaction.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Recovers a file whose writer died: restores the bytes of its journal, takes the mark away, and checks the file. */
public final class Recovery {

    /** The longest time assumed between a commit's note in the journal and that commit's last write to the file. */
    private static final Duration COMMIT = Duration.ofMinutes(1);

    private Recovery() {}

    /**
     * Recovers a file that nobody writes to, and checks that all of it can be read.
     *
     * @param file the file
     * @return a report of the changes
     * @throws StorageException if another program writes to the file, of kind {@link StorageException.Kind#BUSY}; or if the file cannot be
     *     recovered, and then only bytes in the journal were changed
     */
    public static RecoveryReport run(StoredFile file) {
        Library.calls();
        Path head = file.head();
        try {
            RecoveryReport undone = nothing(file);
            if (Files.exists(RollbackJournal.of(file.path())) || (Files.exists(head) && CommitMark.isLeft(file))) {
                try (RollbackJournal journal = RollbackJournal.open(file.path())) {
                    undone = undo(file, journal);
                }
            }
            if (!Files.exists(head)) {
                if (undone.changed()) {
                    return undone;
                }
                throw StorageException.file("it does not exist", null);
            }
            Superblock superblock = Superblock.read(head);
            if (superblock == null) {
                throw StorageException.file("it is not an HDF5 file", null);
            }
            return superblock.marked() ? unmark(file) : checked(file, undone);
        } catch (IOException e) {
            throw StorageException.file("it cannot be read or written: " + e.getMessage(), e);
        }
    }

    private static RecoveryReport nothing(StoredFile file) {
        return new RecoveryReport(file.path(), false, "it is complete");
    }

    /** Takes away the mark of a writer that left no journal, if the file can be read then. */
    private static RecoveryReport unmark(StoredFile file) throws IOException {
        if (!Opening.isStale(file)) {
            throw StorageException.busy("it is marked as open for writing, and another program has it open", null);
        }
        try (DiskFile disk = new DiskFile(file)) {
            ByteBuffer head = disk.read(0, disk.superblock().length());
            try {
                disk.mark(false);
                disk.claimAll();
                return checked(
                        file,
                        new RecoveryReport(
                                file.path(), true, "it was marked as open for writing, by a writer that died"));
            } catch (StorageException e) {
                disk.write(0, head);
                throw StorageException.file(
                        "its writer died, and it cannot be put right: " + e.getMessage() + "; it is as it was", e);
            }
        }
    }

    private static RecoveryReport checked(StoredFile file, RecoveryReport done) {
        int datasets = FileWalk.datasets(file);
        return new RecoveryReport(
                file.path(), done.changed(), done.what() + "; all of its " + datasets + " datasets can be read");
    }

    /** Undoes the unfinished commit of a writer that died. This process must have locked the journal. */
    public static RecoveryReport undo(StoredFile file, RollbackJournal journal) throws IOException {
        RollbackJournal.Content content = journal.read();
        Path head = file.head();
        if (!Files.exists(head)) {
            journal.clear(); // the file was removed on purpose
            return nothing(file);
        }
        try (DiskFile disk = new DiskFile(file)) {
            if (content != null && content.kind() == RollbackJournal.Kind.BIRTH) {
                disk.delete();
                journal.clear();
                return new RecoveryReport(
                        file.path(), true, "it was removed, because its writer died before the first commit");
            }
            Superblock superblock = Superblock.read(head);
            if (superblock == null) {
                return nothing(file); // not an HDF5 file
            }
            if (content != null && content.kind() == RollbackJournal.Kind.FLUSH) {
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

    private static long bytes(List<RollbackJournal.Image> images) {
        return images.stream().mapToLong(image -> image.bytes().remaining()).sum();
    }

    /**
     * Throws if the file was modified long after the journal's last note: then another tool has repaired the file, and the journal must not
     * be applied.
     */
    private static void mustBeUntouched(Superblock superblock, Path head, RollbackJournal journal) throws IOException {
        Instant modified = Files.getLastModifiedTime(head).toInstant();
        Instant noted = journal.lastModified();
        if (superblock.markable() && !superblock.marked() && modified.isAfter(noted.plus(COMMIT))) {
            throw StorageException.file(
                    "its writer died within a commit at " + noted + ", and it was changed at " + modified
                            + ", after which that commit cannot be undone; remove " + journal.path()
                            + " to use the file as it is",
                    null);
        }
    }
}
