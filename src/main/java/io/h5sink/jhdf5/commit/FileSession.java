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

/** How a file is opened, completed and closed, and what its datasets need: on disk or in memory. One thread at a time. */
public abstract class FileSession {

    static final long CLOSED = -1;

    final OpenRequest request;

    /** What must be closed before the file is. */
    public final HeldIdentifiers parts = new HeldIdentifiers();

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

    /** As {@link #id}; {@link #CLOSED} if no commit is under way. */
    public long library() throws HDF5Exception {
        return id;
    }

    /** The identifier of the file, which the C library opens if it has not. */
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

    /** The files on disk that the file is made of, by the address of their first byte; null if the file is in memory only. */
    public final @Nullable Map<Long, Path> addresses() {
        return request.file().access().onDisk() ? request.file().addresses() : null;
    }

    /** The file as it is written to without the library; null if the library has it open. */
    @Nullable
    public SpaceAllocator direct() {
        return null;
    }

    /** Completes the file and has the library close it, to go on without it; null if that is not possible. */
    @Nullable
    public SpaceAllocator goDirect() throws HDF5Exception {
        return null;
    }

    /** Why that is not possible. */
    public abstract String whyLibrary();

    /** Opens it for a session, and for each commit that finds it closed. */
    public abstract void open();

    /** Whether what was opened is to be committed. */
    public abstract boolean isOpen();

    /** Completes what was written; true if that is safe now. */
    public abstract boolean commit() throws HDF5Exception;

    /** Completes what was written, and closes the file for good. */
    public abstract void close() throws HDF5Exception;

    /** Closes the file for good, as the last commit left it; false if that is not possible, and the file as it was. */
    public abstract boolean abandon() throws HDF5Exception;

    /**
     * Throws if the file can no more, or not at all, hold a dataset that is to be made or written to.
     *
     * @param fresh whether it is to be made
     * @param variable whether its elements are of variable length
     */
    public void mustTake(String path, boolean fresh, boolean variable) {
        // all there is
    }

    /**
     * Throws if HDF5 would refuse to make anything in a group, as it does late, and then cannot close the file.
     *
     * @param group the path of one that is there
     */
    public void mustTakeLinks(String group) throws HDF5Exception {
        // all there are
    }

    /** Does what reads, and changes nothing of the file. */
    public <R> R reading(Reading<R> reading) throws HDF5Exception {
        return reading.read();
    }

    /**
     * Does what changes no metadata that is there, but collections of the global heap: writing many elements of variable length to
     * chunks that are there.
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

    /** Makes what gets its rows later. */
    public void making(Writing writing) throws HDF5Exception {
        writing.write();
    }

    /**
     * Notes raw data that was committed and is about to be overwritten in place, so that it can be put back.
     *
     * @param offset where it begins in the file, in bytes
     * @param length in bytes
     */
    public void overwrites(long offset, long length) {
        // nothing is on disk before the end
    }

    /**
     * Notes committed chunks that are about to be overwritten in place. The file itself tells where they are, because HDF5 before 1.10.5
     * does not.
     *
     * @param dataset its identifier
     * @param grid how it is divided
     * @param plainBytes what a chunk takes without filters
     * @param row which they hold
     */
    public void overwritesChunks(String path, long dataset, ChunkIndex.IndexGrid grid, long plainBytes, long row)
            throws HDF5Exception {
        // nothing is on disk before the end
    }

    /**
     * Throws if a chunk of some rows, which the library is about to unpack for the first time, is damaged.
     *
     * @param path the dataset's
     * @param dataset its identifier
     * @param first the first row
     * @param last the last one
     */
    public abstract void checkChunks(String path, long dataset, long first, long last) throws HDF5Exception;

    /**
     * Throws if there is no room for what is about to be written, before the library has it.
     *
     * @param bytes what will be written
     * @param more what the file may grow by besides
     * @param sure whether the room must be kept, because the library will write it later, when it must not fail
     */
    public void room(long bytes, long more, boolean sure) throws HDF5Exception {
        // memory is all that is needed
    }

    /** Does something to a file that is written to without the library. */
    public interface SessionStep {
        void run(SpaceAllocator file) throws IOException;
    }

    /** Does what makes a complete file smaller, each step with a commit of its own; if one fails the file is as it was. */
    public void tidy(List<SessionStep> steps) throws HDF5Exception {
        // which only the library writes to
    }

    /** As {@link WritableFile#suspend}. */
    public boolean suspend() {
        return false;
    }

    /** The file's bytes, if they are wanted and not on disk. */
    @Nullable
    public ByteBuffer image() {
        return null;
    }
}
