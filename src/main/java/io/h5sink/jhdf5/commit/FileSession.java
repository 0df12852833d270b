package io.h5sink.jhdf5.commit;

import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.engine.OpenRequest;
import io.h5sink.engine.WritableFile;
import io.h5sink.format.index.ChunkIndex;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.storage.StorageException;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A session with a file that the C library can write to: how the file is opened, committed and closed, and the services that its datasets
 * need. The file is on disk ({@link DiskSession}) or in memory ({@link MemorySession}). One thread at a time.
 */
public abstract class FileSession {

    static final long CLOSED = -1;

    final OpenRequest request;

    /** The identifiers of the file's open datasets, which must be closed before the file. */
    public final HeldIdentifiers identifiers = new HeldIdentifiers();

    private long id = CLOSED;

    FileSession(OpenRequest request) {
        this.request = request;
    }

    /** The identifier of the file while the C library has the file open; {@link #CLOSED} if not. */
    final long heldId() {
        return id;
    }

    final void heldId(long now) {
        id = now;
    }

    /** As {@link #id()}, but {@link #CLOSED} if no commit is under way. */
    public long library() throws HDF5Exception {
        return id;
    }

    /** The identifier of the file; the C library opens the file first if necessary. */
    public final long id() {
        if (!isOpen()) {
            throw new IllegalStateException(request.file().path() + " is closed");
        }
        try {
            return library();
        } catch (HDF5Exception e) {
            throw StorageException.file("HDF5 refused the file: " + ErrorStack.reason(e), e);
        }
    }

    /** The files on disk that make up this HDF5 file, by the address of their first byte; null if this file is in memory only. */
    public final @Nullable Map<Long, Path> addresses() {
        return request.file().access().onDisk() ? request.file().addresses() : null;
    }

    /** The file as Java writes to it; null while the C library writes. */
    @Nullable
    public SpaceAllocator direct() {
        return null;
    }

    /** Flushes the file and has the C library close it, so that Java writes; null if this session does not support that. */
    @Nullable
    public SpaceAllocator goDirect() throws HDF5Exception {
        return null;
    }

    /** The reason why {@link #goDirect} gives null. */
    public abstract String whyLibrary();

    /** Opens the file, at the start of the session and for each commit that finds the file closed. */
    public abstract void open();

    /** Whether a commit is under way. */
    public abstract boolean isOpen();

    /** Commits; true if the data is safe on disk now, false if that waits for {@link #close}. */
    public abstract boolean commit() throws HDF5Exception;

    /** Commits, and closes the file for good. */
    public abstract void close() throws HDF5Exception;

    /** Closes the file for good, as the last commit left it; false, with the session unchanged, if that is not possible. */
    public abstract boolean abandon() throws HDF5Exception;

    /**
     * Throws if the file cannot hold a dataset of this kind, or not any more (as during SWMR writing).
     *
     * @param fresh whether the dataset is to be made
     * @param variable whether the dataset's elements are of variable length
     */
    public void mustTake(String path, boolean fresh, boolean variable) {
        // a file in memory takes all datasets
    }

    /**
     * Throws if HDF5 would refuse to make a link in a group. HDF5 itself refuses late, and then cannot close the file.
     *
     * @param group the path of a group that exists
     */
    public void mustTakeLinks(String group) throws HDF5Exception {
        // a file in memory is not checked
    }

    /** Runs a step that reads and changes nothing in the file; {@link LoggedSession} stops the metadata log for that time. */
    public <R> R reading(Reading<R> reading) throws HDF5Exception {
        return reading.read();
    }

    /**
     * Runs a step that changes no committed metadata except collections of the global heap: writing many elements of variable length to
     * existing chunks.
     */
    public void fillHeap(Writing writing) throws HDF5Exception {
        writing.write();
    }

    /** Reads. */
    @FunctionalInterface
    public interface Reading<R> {
        R read() throws HDF5Exception;
    }

    /** Writes. */
    @FunctionalInterface
    public interface Writing {
        void write() throws HDF5Exception;
    }

    /** Runs a step that makes objects, whose rows are written later. */
    public void making(Writing writing) throws HDF5Exception {
        writing.write();
    }

    /**
     * Notes raw data that was committed and is about to be overwritten in place, so that it can be put back.
     *
     * @param offset the position in the file of the first byte
     * @param length the number of bytes
     */
    public void overwrites(long offset, long length) {
        // nothing is on disk before the end
    }

    /**
     * Notes committed chunks that are about to be overwritten in place. Their addresses are read from the file's chunk index, because HDF5
     * before 1.10.5 has no function for them.
     *
     * @param dataset the identifier of the dataset
     * @param grid how the dataset is divided into chunks
     * @param plainBytes the bytes of a chunk without filters
     * @param row the row that the chunks hold
     */
    public void overwritesChunks(String path, long dataset, ChunkIndex.IndexGrid grid, long plainBytes, long row)
            throws HDF5Exception {
        // nothing is on disk before the end
    }

    /**
     * Throws if a chunk of some rows, which the C library is about to decode for the first time, is damaged.
     *
     * @param path the path of the dataset
     * @param dataset the identifier of the dataset
     * @param first the first row
     * @param last the last row
     */
    public abstract void checkChunks(String path, long dataset, long first, long last) throws HDF5Exception;

    /**
     * Throws if the disk lacks the space for a write, before the C library gets the data ({@link DiskReservation}).
     *
     * @param bytes the bytes that will be written
     * @param more an upper bound of the bytes that the file may grow by besides
     * @param sure whether the space must be reserved, because the C library writes later, when a failure could not be undone
     */
    public void reserve(long bytes, long more, boolean sure) throws HDF5Exception {
        // a file in memory needs no disk space
    }

    /** A step of {@link #tidy}, on a file that Java writes to. */
    public interface SessionStep {
        void run(SpaceAllocator file) throws IOException;
    }

    /** Runs steps that make a committed file smaller, each with a commit of its own; a step that fails is undone. */
    public void tidy(List<SessionStep> steps) throws HDF5Exception {
        // Java does not write to this file
    }

    /** As {@link WritableFile#suspend}. */
    public boolean suspend() {
        return false;
    }

    /** The file's bytes, if the file is in memory and its image was asked for. */
    @Nullable
    public ByteBuffer image() {
        return null;
    }
}
