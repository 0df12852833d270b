package io.h5sink.hdf5.file;

import io.h5sink.OpenMode;
import io.h5sink.RecoveryReport;
import io.h5sink.engine.OpenRequest;
import io.h5sink.engine.Unusable;
import io.h5sink.format.Superblock;
import io.h5sink.hdf5.FileOpener;
import io.h5sink.storage.FileHolders;
import io.h5sink.storage.RealPath;
import io.h5sink.storage.RollbackJournal;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.driver.StoredFile;
import io.h5sink.transaction.CommitMark;
import io.h5sink.transaction.RollbackRecovery;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session's exclusive right to write to a file on disk: the lock on the file's {@link RollbackJournal}, taken once the file is checked
 * and the unfinished commit of a writer that died is undone. One thread at a time.
 */
public final class WriterLease {

    private static final Logger LOG = LoggerFactory.getLogger("io.h5sink");

    private final OpenRequest request;
    private final RollbackRecovery.StaleMark marks;
    private StoredFile file;
    private @Nullable RollbackJournal journal;

    /**
     * The right that a session will take.
     *
     * @param marks tells whether a mark that no journal explains is stale
     */
    public WriterLease(OpenRequest request, RollbackRecovery.StaleMark marks) {
        this.request = request;
        this.marks = marks;
        this.file = request.file();
    }

    /** The file; after {@link #take}, its path has all symbolic links resolved. */
    public StoredFile file() {
        return file;
    }

    /** Takes the lease, and undoes the unfinished commit of a writer that died; true if the file must be created. */
    public boolean take() throws IOException {
        Unusable.mustNotBe(file.head());
        boolean replace = request.mode() == OpenMode.TRUNCATE;
        file = new StoredFile(RealPath.of(file.path()), file.access()); // the journal lies beside the real file
        if (!replace && journal == null && Files.exists(RollbackJournal.of(file.path()))) {
            journal = RollbackJournal.open(file.path());
        }
        if (!replace && journal != null) {
            recover(journal);
        }
        boolean create = FileOpener.mustCreate(file, request.mode());
        if (!create) {
            if (journal == null && CommitMark.isLeft(file)) {
                journal = RollbackJournal.open(file.path());
                recover(journal);
            }
            mustBeUsable();
            mustSuit();
        }
        if (journal == null) {
            journal = RollbackJournal.open(file.path());
        }
        if (!create) {
            mustBeWhole(journal);
        }
        return create;
    }

    /** Throws if the file cannot be used; the message for a file that is marked says whether another program is seen to have the file. */
    private void mustBeUsable() throws IOException {
        try {
            FileOpener.mustBeUsable(file);
        } catch (StorageException e) {
            if (e.kind() == StorageException.Kind.BUSY && isHeld()) {
                throw StorageException.busy("another program has opened it for writing", e);
            }
            throw e;
        }
    }

    private boolean isHeld() throws IOException {
        if (journal != null) {
            return isHeld(journal);
        }
        try (RollbackJournal own = RollbackJournal.open(file.path())) {
            return isHeld(own);
        }
    }

    private boolean isHeld(RollbackJournal own) throws IOException {
        try (FileHolders holders = new FileHolders(file.head(), own.path())) {
            return holders.any();
        }
    }

    /** Throws if the file is damaged; BUSY if another program has the file open, whose unfinished write may look like damage. */
    private void mustBeWhole(RollbackJournal own) throws IOException {
        try {
            FileOpener.mustBeWhole(file);
        } catch (StorageException e) {
            if (isHeld(own)) {
                throw StorageException.busy("another program has opened it for writing", e);
            }
            FileOpener.mustBeWhole(file); // checks again: the other program may just have completed its write
        }
    }

    private void recover(RollbackJournal own) throws IOException {
        RecoveryReport report = RollbackRecovery.undo(file, own, marks);
        if (report.changed()) {
            LOG.warn("{}: {}", file.path(), report.what());
        }
    }

    private void mustSuit() throws IOException {
        Superblock superblock = Superblock.read(file.head());
        if (request.followed() && superblock != null && !superblock.markable()) {
            throw StorageException.file(
                    "Sharing.SWMR needs a file in the format of HDF5 1.10 (superblock 3), and it is in an older one (superblock "
                            + superblock.version() + ")",
                    null);
        }
    }

    /** The request for the leased file. */
    public OpenRequest request() {
        return request.at(file);
    }

    /** Leaves the journal to a transaction, which closes the journal from now on. */
    public RollbackJournal journal() {
        RollbackJournal own = Objects.requireNonNull(journal);
        journal = null;
        return own;
    }

    /** Returns the lease, unless the journal was left to the transaction. */
    public void close() throws IOException {
        if (journal != null) {
            journal.close();
            journal = null;
        }
    }
}
