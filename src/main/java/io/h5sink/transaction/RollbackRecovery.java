package io.h5sink.transaction;

import io.h5sink.RecoveryReport;
import io.h5sink.format.Superblock;
import io.h5sink.storage.RollbackJournal;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.driver.BytesOnDisk;
import io.h5sink.storage.driver.StoredFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Undoes the unfinished commit of a writer that died: restores the bytes of its journal, and takes its mark away. */
public final class RollbackRecovery {

    /** The longest time assumed between a commit's note in the journal and that commit's last write to the file. */
    private static final Duration COMMIT = Duration.ofMinutes(1);

    /** Distinguishes a mark that a dead program has left from that of a running one. */
    public interface StaleMark {

        /** Whether no program has the file open that is marked as open for writing. */
        boolean isStale(StoredFile file);
    }

    private RollbackRecovery() {}

    /** The report for a file that needs no recovery. */
    public static RecoveryReport nothing(StoredFile file) {
        return new RecoveryReport(file.path(), false, "it is complete");
    }

    /**
     * Undoes the unfinished commit of a writer that died. This process must have locked the journal.
     *
     * @param marks says whether a mark that no journal explains is stale
     */
    public static RecoveryReport undo(StoredFile file, RollbackJournal journal, StaleMark marks) throws IOException {
        RollbackJournal.Content content = journal.read();
        Path head = file.head();
        if (content != null && content.kind() == RollbackJournal.Kind.BIRTH) {
            Files.deleteIfExists(RollbackJournal.draft(file.path()));
            if (!Files.exists(head)) { // after a power cut, other parts may be there nevertheless
                new BytesOnDisk(file).delete();
            }
        }
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
            if (superblock.marked() && (ours || marks.isStale(file))) {
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
