package io.h5sink.hdf5;

import hdf.hdf5lib.exceptions.HDF5Exception;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a dataset needs of its file. */
interface OpenFile {

    /** The identifier of the open file. */
    long id();

    /** The files on disk that it is made of, by the address of their first byte; null if it is in memory only. */
    @Nullable
    Map<Long, Path> parts();

    /**
     * Throws if the file can no more, or not at all, hold a dataset that is to be made or written to.
     *
     * @param fresh whether it is to be made
     * @param variable whether its elements are of variable length
     */
    void mustTake(String path, boolean fresh, boolean variable);

    /**
     * Throws if HDF5 would refuse to make anything in a group, as it does late, and then cannot close the file.
     *
     * @param group the path of one that is there
     */
    void mustTakeLinks(String group) throws HDF5Exception;

    /** Notes what must be closed before the file is. */
    void opened(Part part);

    /** Does what reads, and changes nothing of the file. */
    <R> R reading(Reading<R> reading) throws HDF5Exception;

    /** Reads. */
    @FunctionalInterface
    interface Reading<R> {
        R read() throws HDF5Exception;
    }

    /**
     * Does what changes no metadata that is there, but collections of the global heap: writing many elements of variable length to
     * chunks that are there.
     */
    void fillHeap(Writing writing) throws HDF5Exception;

    /** Writes. */
    @FunctionalInterface
    interface Writing {
        void write() throws HDF5Exception;
    }

    /**
     * Notes raw data that was committed and is about to be overwritten in place, so that it can be put back.
     *
     * @param offset where it begins in the file, in bytes
     * @param length in bytes
     */
    void overwrites(long offset, long length);

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
            throws HDF5Exception;

    /**
     * Throws if a chunk of some rows, which the library is about to unpack for the first time, is damaged.
     *
     * @param path the dataset's
     * @param dataset its identifier
     * @param first the first row
     * @param last the last one
     */
    void checkChunks(String path, long dataset, long first, long last) throws HDF5Exception;

    /**
     * Throws if there is no room for what is about to be written, before the library has it.
     *
     * @param bytes what will be written
     * @param more what the file may grow by besides
     * @param sure whether the room must be kept, because the library will write it later, when it must not fail
     */
    void room(long bytes, long more, boolean sure) throws HDF5Exception;

    /** Notes a dataset that may be able to grow without the C library. */
    void growing(Growing dataset);

    /** Forgets one that gets no rows. */
    void withdraw(Growing dataset);

    /**
     * Notes that something in the file is written to by the C library alone, and all else with it.
     *
     * @param why what that is, as the end of a sentence that begins with "HDF5 itself writes this file, because"
     */
    void needsLibrary(String why);

    /** Why the C library alone writes to the file, in such words. */
    String whyLibrary();

    /**
     * Where rows go without the C library, which then has the file closed.
     *
     * @return null if this commit is the library's
     */
    @Nullable
    DirectFile direct() throws HDF5Exception;

    /** What elements of variable length refer to, in that file. */
    DirectHeap heap(DirectFile direct);

    /** A dataset that may be able to grow without the C library. */
    interface Growing {

        /** Whether it is in the file. */
        boolean isMade();

        /** Whether its chunks are compressed, which is not to be left to the library. */
        boolean isCoded();

        /** Makes it if it is not made, and notes where it is; by the library. */
        void locate() throws HDF5Exception;

        /** Whether it can get rows without the library. */
        boolean fits(DirectFile file) throws IOException;

        /** The dataset as it grows without the library, once it is known where that is. */
        DirectDataset direct();
    }

    /** Tells of an object that was made, with the groups above it, so that it gets the attributes that it was promised. */
    void made(String path);

    /** Something in a file that holds identifiers while the file is open. */
    interface Part {

        /** Whether it may stay open when the file is flushed, which writes nothing then that it holds back. */
        default boolean stays() {
            return false;
        }

        /** Closes the identifiers; the next use opens them again. */
        void close() throws HDF5Exception;
    }
}
