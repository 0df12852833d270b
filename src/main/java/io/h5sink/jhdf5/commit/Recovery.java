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
import io.h5sink.transaction.RollbackRecovery;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** Recovers a file whose writer died: restores the bytes of its journal, takes the mark away, and checks the file. */
public final class Recovery {

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
            RecoveryReport undone = RollbackRecovery.nothing(file);
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
        return RollbackRecovery.undo(file, journal, Opening::isStale);
    }
}
