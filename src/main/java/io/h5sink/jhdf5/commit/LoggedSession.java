package io.h5sink.jhdf5.commit;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.engine.OpenRequest;
import io.h5sink.format.FormatException;
import io.h5sink.format.index.ChunkIndex;
import io.h5sink.format.message.ConstantLinks;
import io.h5sink.hdf5.CommittedChunks;
import io.h5sink.hdf5.file.Unfollowable;
import io.h5sink.hdf5.file.WriterLease;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.file.Links;
import io.h5sink.jhdf5.file.Opening;
import io.h5sink.jhdf5.read.ChunkCheck;
import io.h5sink.storage.StorageException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A session with a file on disk whose metadata changes HDF5 logs ({@link MetadataLog}): checks that HDF5 can make an object, stops the log
 * where its lines would be many and useless, and notes raw data before that is overwritten.
 */
abstract class LoggedSession extends FileSession {

    /** The number of steps after which the log is read. */
    private static final int STEPS = 1 << 6;

    final WriterLease lease;

    @Nullable
    LibraryCommit safe;

    /** Whether SWMR writing has started, which lasts for the rest of the session. */
    boolean followed;

    /** How often the log was stopped; between two stops the log grows by some hundred lines at most. */
    private int steps;

    /** The nested calls during which the log is stopped. */
    private int silent;

    /** The object header addresses of groups that were checked for {@link ConstantLinks}. */
    private final Set<Long> groups = new HashSet<>();

    LoggedSession(OpenRequest request) {
        super(request);
        this.lease = new WriterLease(request, Opening::isStale);
    }

    LibraryCommit safe() {
        return Objects.requireNonNull(safe);
    }

    @Override
    public void mustTake(String path, boolean fresh, boolean variable) {
        if (request.followed() && variable) {
            throw Unfollowable.variable(path);
        }
        if (followed && fresh) {
            throw Unfollowable.late(path);
        }
    }

    @Override
    public void mustTakeLinks(String group) throws HDF5Exception {
        if (safe().isNew()) {
            return;
        }
        long header = reading(() -> Links.header(library(), group));
        if (groups.add(header) && ConstantLinks.are(lease.file(), header)) {
            throw StorageException.schema(
                    group,
                    "a group that takes links",
                    "one whose list of links is marked as constant",
                    "whoever wrote it, HDF5 adds nothing to it");
        }
    }

    /** Stops the log meanwhile, which would get several lines for each step on the path to an object. */
    @Override
    public <R> R reading(Reading<R> reading) throws HDF5Exception {
        if (silent++ == 0) {
            H5.H5Fstop_mdc_logging(library());
            proceed();
        }
        try {
            return reading.read();
        } catch (HDF5Exception e) {
            throw ErrorStack.kept(e);
        } finally {
            if (--silent == 0) {
                H5.H5Fstart_mdc_logging(heldId());
            }
        }
    }

    private void proceed() {
        try {
            if (++steps % STEPS == 0) {
                safe().proceed();
            }
        } catch (IOException e) {
            throw incomplete(e);
        }
    }

    /**
     * Stops the log meanwhile, which would get several lines for each element. HDF5 may write to heap collections with free space, which
     * were not logged, for as long as the file is open: so the file is closed with the commit.
     */
    @Override
    public void fillHeap(Writing writing) throws HDF5Exception {
        safe().unloggedHeaps();
        reading(() -> {
            writing.write();
            return true;
        });
    }

    /**
     * Stops the log if the committed file is small or new. A file whose log has gaps is closed with the commit; a file that readers follow
     * (SWMR) cannot be closed then, so its log stays on. From the first rows of such a file on, HDF5 writes no chunk over another.
     */
    @Override
    public void making(Writing writing) throws HDF5Exception {
        try {
            if (!request.followed() && safe().isSmall()) {
                safe().unlogged();
                fillHeap(writing);
            } else {
                writing.write();
            }
        } catch (IOException e) {
            throw incomplete(e);
        }
    }

    @Override
    public void overwrites(long offset, long length) {
        try {
            safe().overwrites(safe().address(offset), Math.toIntExact(length));
        } catch (IOException e) {
            throw incomplete(e);
        }
    }

    @Override
    public void overwritesChunks(String path, long dataset, ChunkIndex.IndexGrid grid, long plainBytes, long row)
            throws HDF5Exception {
        if (safe().isNew()) {
            return;
        }
        long header = reading(() -> Links.header(dataset, "."));
        FormatException.naming(path, () -> {
            for (CommittedChunks.Chunk chunk : CommittedChunks.of(lease.file(), header, grid, plainBytes, row)) {
                safe().overwrites(chunk.address(), Math.toIntExact(chunk.bytes()));
            }
            return true;
        });
    }

    @Override
    public void checkChunks(String path, long dataset, long first, long last) throws HDF5Exception {
        reading(() -> {
            ChunkCheck.rows(lease.file(), path, dataset, first, last);
            return true;
        });
    }

    @Override
    public void reserve(long bytes, long more, boolean sure) throws HDF5Exception {
        try {
            safe().reserve(library(), bytes, more, sure);
        } catch (IOException e) {
            throw StorageException.write(null, "there is no disk space: " + e.getMessage(), e);
        }
    }

    static StorageException incomplete(IOException e) {
        return StorageException.write(null, "the file cannot be completed: " + e.getMessage(), e);
    }
}
