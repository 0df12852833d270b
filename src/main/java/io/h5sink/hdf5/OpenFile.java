package io.h5sink.hdf5;

import hdf.hdf5lib.exceptions.HDF5Exception;

/** What a dataset needs of its file. */
interface OpenFile {

    /** The identifier of the open file. */
    long id();

    /** Notes what must be closed before the file is. */
    void opened(Part part);

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

    /** Tells of an object that was made, with the groups above it, so that it gets the attributes that it was promised. */
    void made(String path);

    /** Something in a file that holds identifiers while the file is open. */
    interface Part {

        /** Closes the identifiers; the next use opens them again. */
        void close() throws HDF5Exception;
    }
}
