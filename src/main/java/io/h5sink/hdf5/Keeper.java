package io.h5sink.hdf5;

import hdf.hdf5lib.exceptions.HDF5Exception;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a file is opened, completed and closed: on disk or in memory. One thread at a time. */
abstract class Keeper {

    static final long CLOSED = -1;

    final Parts parts;
    private long id = CLOSED;

    Keeper(Parts parts) {
        this.parts = parts;
    }

    /** The identifier of the open file; {@link #CLOSED} if it is not open. */
    final long id() {
        return id;
    }

    final void id(long now) {
        id = now;
    }

    /** The identifier of the file, which the library opens if it has not; {@link #CLOSED} if that is not the time. */
    long library() throws HDF5Exception {
        return id;
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

    /** As {@link OpenFile#mustTake}. */
    void mustTake(String path, boolean fresh, boolean variable) {
        // all there is
    }

    /** As {@link OpenFile#mustTakeLinks}. */
    void mustTakeLinks(String group) throws HDF5Exception {
        // all there are
    }

    /** As {@link OpenFile#reading}. */
    <R> R reading(OpenFile.Reading<R> reading) throws HDF5Exception {
        return reading.read();
    }

    /** As {@link OpenFile#fillHeap}. */
    void fillHeap(OpenFile.Writing writing) throws HDF5Exception {
        writing.write();
    }

    /** Makes what gets its rows later. */
    void making(OpenFile.Writing writing) throws HDF5Exception {
        writing.write();
    }

    /** As {@link OpenFile#overwrites}. */
    void overwrites(long offset, long length) {
        // nothing is on disk before the end
    }

    /** As {@link OpenFile#overwritesChunks}. */
    void overwritesChunks(String path, long dataset, SourceChunks.Grid grid, long plainBytes, long row)
            throws HDF5Exception {
        // nothing is on disk before the end
    }

    /** As {@link OpenFile#checkChunks}. */
    abstract void checkChunks(String path, long dataset, long first, long last) throws HDF5Exception;

    /** As {@link OpenFile#room}. */
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
