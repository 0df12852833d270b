package io.h5sink.jhdf5.write;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.RecoveryReport;
import io.h5sink.format.DriverInfo;
import io.h5sink.format.Superblock;
import io.h5sink.hdf5.PositionRows;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.Named;
import io.h5sink.jhdf5.commit.Recovery;
import io.h5sink.jhdf5.file.Links;
import io.h5sink.jhdf5.file.Opening;
import io.h5sink.jhdf5.read.ChunkCheck;
import io.h5sink.storage.RollbackJournal;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.driver.StoredFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the positions in a file on disk, which a program may be writing to. Any thread; blocks. */
public final class PositionReader {

    private static final long RETRY_NANOS = 5_000_000;
    private static final long GIVE_UP_NANOS = 1_000_000_000L;
    private static final int SWMR = 4;
    private static final Logger LOG = LoggerFactory.getLogger("io.h5sink");

    private PositionReader() {}

    /**
     * Reads the positions of the last commit; tries again for up to a second while a commit is under way.
     *
     * @param file the file
     * @return the positions by partition; empty if the file has none, or does not exist
     * @throws StorageException if the file cannot be read
     */
    public static Map<String, Long> read(StoredFile file) {
        Path head = file.head();
        long begun = System.nanoTime();
        while (true) {
            try {
                if (!Files.exists(head)) {
                    return Map.of();
                }
                PositionRows rows = readOnce(file);
                // A commit that begins while the rows are read writes none of the offsets that hold; a second one does.
                if (readOnce(file).commits() == rows.commits()) {
                    return rows.last();
                }
            } catch (StorageException e) {
                if (e.kind() != StorageException.Kind.BUSY || System.nanoTime() - begun > GIVE_UP_NANOS) {
                    throw e;
                }
            }
            LockSupport.parkNanos(RETRY_NANOS);
        }
    }

    /**
     * Undoes the unfinished commit of a writer that died, if the journal has one. No session of this process may have the file: the
     * operating system releases a process's locks on the journal when any part of the process closes the journal.
     *
     * @param file the file
     * @throws StorageException if undoing failed
     */
    public static void undoHalfDone(StoredFile file) {
        Library.calls();
        try (RollbackJournal journal = RollbackJournal.open(file.path())) {
            RecoveryReport report = Recovery.undo(file, journal);
            if (report.changed()) {
                LOG.warn("{}: {}", file.path(), report.what());
            }
        } catch (StorageException e) {
            if (e.kind() != StorageException.Kind.BUSY) { // BUSY: the writer lives
                throw e;
            }
        } catch (IOException e) {
            throw StorageException.file("it cannot be put right: " + e.getMessage(), e);
        }
    }

    private static PositionRows readOnce(StoredFile file) {
        Library.calls();
        boolean swmr = mustBeReadable(file);
        try (Opening opening = new Opening()) {
            opening.forLooking(file.access());
            int flags = HDF5Constants.H5F_ACC_RDONLY | (swmr ? HDF5Constants.H5F_ACC_SWMR_READ : 0);
            long id = Named.openFile(file.path().toString(), flags, opening.list.id);
            try {
                return Links.exists(id, PositionRows.PATH)
                        ? PositionTable.read(
                                id, (path, table, first, last) -> ChunkCheck.rows(file, path, table, first, last))
                        : PositionRows.none();
            } catch (HDF5Exception e) {
                throw ErrorStack.kept(e);
            } finally {
                H5.H5Fclose(id);
            }
        } catch (HDF5Exception e) { // a commit that is under way may be the reason
            throw StorageException.busy("HDF5 cannot read the positions: " + ErrorStack.reason(e), e);
        }
    }

    /** Checks a file; true if a SWMR writer has it open. */
    private static boolean mustBeReadable(StoredFile file) {
        Path head = file.head();
        if (Files.isDirectory(head)) {
            throw StorageException.file(file.name(head) + " is a directory", null);
        }
        try {
            Superblock superblock = Superblock.read(head);
            if (superblock == null) {
                if (RollbackJournal.isBeside(file.path())) {
                    throw StorageException.busy("it is just being made, or a writer died", null);
                }
                String found = Files.size(head) == 0 ? "it is empty" : "no HDF5 signature";
                throw StorageException.file("it is not an HDF5 file (" + found + ")", null);
            }
            boolean swmr = (superblock.flags() & SWMR) != 0;
            if (superblock.marked() && !swmr) {
                throw StorageException.busy(
                        "it is marked as open for writing: another program has it open, or a writer died", null);
            }
            if (!swmr) {
                file.check(superblock, DriverInfo.read(head, superblock));
            }
            return swmr;
        } catch (IOException e) {
            throw StorageException.file("it cannot be read: " + e.getMessage(), e);
        }
    }
}
