package io.h5sink.hdf5;

import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.OpenMode;
import io.h5sink.RecoveryReport;
import io.h5sink.Sharing;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a file on disk becomes a session's: it must suit, and nobody else may write to it, as its journal tells. */
final class Claim {

    private static final Logger LOG = LoggerFactory.getLogger("io.h5sink");

    private final OpenRequest request;
    private StoredFile file;
    private @Nullable Journal journal;

    Claim(OpenRequest request) {
        this.request = request;
        this.file = request.file();
    }

    /** The file: behind all links, once it is claimed. */
    StoredFile file() {
        return file;
    }

    /** Makes the file this session's, and undoes what a writer that died left half done; true if it must be made. */
    boolean take() throws IOException, HDF5Exception {
        Unusable.mustNotBe(file.head());
        boolean replace = request.mode() == OpenMode.TRUNCATE;
        file = new StoredFile(RealPath.of(file.path()), file.access()); // beside which the journal lies
        if (!replace && journal == null && Files.exists(Journal.of(file.path()))) {
            journal = Journal.open(file.path());
        }
        if (!replace && journal != null) {
            recover(journal);
        }
        boolean create = FileCheck.mustCreate(file, request.mode());
        if (!create) {
            if (journal == null && CommitMark.isLeft(file)) {
                journal = Journal.open(file.path());
                recover(journal);
            }
            FileCheck.mustBeUsable(file);
            mustSuit();
        }
        if (journal == null) {
            journal = Journal.open(file.path());
        }
        if (!create) {
            mustBeWhole(journal);
        }
        return create;
    }

    /** What looks like damage may be what another program is just writing. */
    private void mustBeWhole(Journal own) throws IOException {
        try {
            FileCheck.mustBeWhole(file);
        } catch (StoreException e) {
            try (FileHolders holders = new FileHolders(file.head(), own.path())) {
                if (holders.any()) {
                    throw StoreException.busy("another program has opened it for writing", e);
                }
            }
            FileCheck.mustBeWhole(file); // or that program has just completed it
        }
    }

    private void recover(Journal own) throws IOException {
        RecoveryReport report = Recovery.undo(file, own);
        if (report.changed()) {
            LOG.warn("{}: {}", file.path(), report.what());
        }
    }

    private void mustSuit() throws IOException {
        Superblock superblock = Superblock.read(file.head());
        if (request.followed() && superblock != null && !superblock.markable()) {
            throw StoreException.file(
                    "Sharing.SWMR needs a file in the format of HDF5 1.10 (superblock 3), and it is in an older one (superblock "
                            + superblock.version() + ")",
                    null);
        }
    }

    /** The commits to the file that was taken. */
    SafeCommit commits() {
        return new SafeCommit(request.at(file), Objects.requireNonNull(journal));
    }

    /** Leaves the journal to the commits, which close it. */
    void drop() {
        journal = null;
    }

    /** Leaves the file to others. */
    void close() throws IOException {
        if (journal != null) {
            journal.close();
        }
    }
}
