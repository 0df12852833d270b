package io.h5sink.hdf5;

import hdf.hdf5lib.exceptions.HDF5Exception;

/** What a dataset needs of its file. */
interface OpenFile {

    /** The identifier of the open file. */
    long id();

    /** Notes what must be closed before the file is. */
    void opened(Part part);

    /** Tells of an object that was made, with the groups above it, so that it gets the attributes that it was promised. */
    void made(String path);

    /** Something in a file that holds identifiers while the file is open. */
    interface Part {

        /** Closes the identifiers; the next use opens them again. */
        void close() throws HDF5Exception;
    }
}
