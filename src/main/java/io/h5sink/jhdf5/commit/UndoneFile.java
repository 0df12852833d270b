package io.h5sink.jhdf5.commit;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.engine.Unusable;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.Handle;
import io.h5sink.storage.RollbackJournal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a file that the C library has open with a part of a commit, and undoes that commit. HDF5 cannot discard changes: H5Fclose writes
 * them, and their pre-images are written back after.
 */
final class UndoneFile {

    private static final Logger LOG = LoggerFactory.getLogger("io.h5sink");

    private final Path file;
    private final LibraryCommit safe;
    private final HeldIdentifiers identifiers;

    /** {@link Handle#lost} when the file was opened. */
    private final int lost;

    UndoneFile(Path file, LibraryCommit safe, HeldIdentifiers identifiers, int lost) {
        this.file = file;
        this.safe = safe;
        this.identifiers = identifiers;
        this.lost = lost;
    }

    /** Has the C library close the file, and restores the file as the last commit left it. */
    void close(long closing) throws IOException {
        boolean whole = Handle.lost() == lost;
        ByteBuffer head = safe.head();
        List<RollbackJournal.Image> images = List.of();
        try {
            images = safe.remember();
        } catch (IOException e) {
            LOG.debug("{}: what closing it would overwrite cannot be read", file, e);
            whole = false;
        }
        try {
            safe.giveUp(closing, images);
        } catch (IOException e) {
            LOG.debug("{}: there is no disk space for closing it", file, e);
        } catch (HDF5Exception e) {
            LOG.debug("{}: HDF5 does not know its size", file, e);
        }
        try {
            identifiers.closeAll();
        } catch (HDF5Exception e) {
            whole = false;
        }
        try {
            safe.rememberMore();
        } catch (IOException e) {
            LOG.debug("{}: what closing it would overwrite cannot be read", file, e);
            whole = false;
        }
        try {
            if (whole && Handle.lost() == lost) {
                H5.H5Fclose(closing);
            } else {
                keepOpen();
            }
        } catch (HDF5Exception e) {
            LOG.debug("{}: HDF5 could not complete it: {}", file, ErrorStack.reason(e));
        } finally {
            safe.closed();
            safe.head(head);
            safe.undo();
        }
    }

    /**
     * Leaves the file open in the C library: H5Fclose visits all datasets of the file, also those that HDF5 failed to close and whose
     * memory is gone.
     */
    private void keepOpen() throws IOException {
        Unusable.add(safe.key());
        LOG.warn(
                "{}: HDF5 could not close one of its datasets, so that this process cannot use the file any more",
                file);
    }
}
