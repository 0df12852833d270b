package io.h5sink.hdf5;

import hdf.hdf5lib.exceptions.HDF5Exception;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a file is opened, completed and closed, and what its datasets need: on disk or in memory. One thread at a time. */
abstract class Keeper {

    static final long CLOSED = -1;

    final OpenRequest request;

    /** What must be closed before the file is. */
    final Parts parts = new Parts();

    private long id = CLOSED;

    Keeper(OpenRequest request) {
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
    long library() throws HDF5Exception {
        return id;
    }

    /** The identifier of the file, which the C library opens if it has not. */
    final long id() {
        if (!isOpen()) {
            throw new IllegalStateException(request.file().path() + " is closed");
        }
        try {
            return library();
        } catch (HDF5Exception e) {
            throw StoreException.file("HDF5 refused the file: " + ErrorStack.reason(e), e);
        }
    }

    /** The files on disk that the file is made of, by the address of their first byte; null if the file is in memory only. */
    final @Nullable Map<Long, Path> addresses() {
        return request.file().access().onDisk() ? request.file().addresses() : null;
    }

    /** The file as it is written to without the library; null if the library has it open. */
    @Nullable
    DirectFile direct() {
        return null;
    }

    /** Completes the file and has the library close it, to go on without it; null if that is not possible. */
    @Nullable
    DirectFile goDirect() throws HDF5Exception {
        return null;
    }

    /** Why that is not possible. */
    abstract String whyLibrary();

    /** Opens it for a session, and for each commit that finds it closed. */
    abstract void open();

    /** Whether what was opened is to be committed. */
    abstract boolean isOpen();

    /** Completes what was written; true if that is safe now. */
    abstract boolean commit() throws HDF5Exception;

    /** Completes what was written, and closes the file for good. */
    abstract void close() throws HDF5Exception;

    /** Closes the file for good, as the last commit left it; false if that is not possible, and the file as it was. */
    abstract boolean abandon() throws HDF5Exception;

    /**
     * Throws if the file can no more, or not at all, hold a dataset that is to be made or written to.
     *
     * @param fresh whether it is to be made
     * @param variable whether its elements are of variable length
     */
    void mustTake(String path, boolean fresh, boolean variable) {
        // all there is
    }

    /**
     * Throws if HDF5 would refuse to make anything in a group, as it does late, and then cannot close the file.
     *
     * @param group the path of one that is there
     */
    void mustTakeLinks(String group) throws HDF5Exception {
        // all there are
    }

    /** Does what reads, and changes nothing of the file. */
    <R> R reading(Reading<R> reading) throws HDF5Exception {
        return reading.read();
    }

    /**
     * Does what changes no metadata that is there, but collections of the global heap: writing many elements of variable length to
     * chunks that are there.
     */
    void fillHeap(Writing writing) throws HDF5Exception {
        writing.write();
    }

    /** Reads. */
    @FunctionalInterface
    interface Reading<R> {
        R read() throws HDF5Exception;
    }

    /** Writes. */
    @FunctionalInterface
    interface Writing {
        void write() throws HDF5Exception;
    }

    /** Makes what gets its rows later. */
    void making(Writing writing) throws HDF5Exception {
        writing.write();
    }

    /**
     * Notes raw data that was committed and is about to be overwritten in place, so that it can be put back.
     *
     * @param offset where it begins in the file, in bytes
     * @param length in bytes
     */
    void overwrites(long offset, long length) {
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
    void overwritesChunks(String path, long dataset, SourceChunks.Grid grid, long plainBytes, long row)
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
    abstract void checkChunks(String path, long dataset, long first, long last) throws HDF5Exception;

    /**
     * Throws if there is no room for what is about to be written, before the library has it.
     *
     * @param bytes what will be written
     * @param more what the file may grow by besides
     * @param sure whether the room must be kept, because the library will write it later, when it must not fail
     */
    void room(long bytes, long more, boolean sure) throws HDF5Exception {
        // memory is all that is needed
    }

    /** Does something to a file that is written to without the library. */
    interface Step {
        void run(DirectFile file) throws IOException;
    }

    /** Does what makes a complete file smaller, each step with a commit of its own; if one fails the file is as it was. */
    void tidy(List<Step> steps) throws HDF5Exception {
        // which only the library writes to
    }

    /** As {@link Store#suspend}. */
    boolean suspend() {
        return false;
    }

    /** The file's bytes, if they are wanted and not on disk. */
    @Nullable
    ByteBuffer image() {
        return null;
    }
}
