package io.h5sink.hdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.exceptions.HDF5Exception;
import hdf.hdf5lib.exceptions.HDF5LibraryException;

/** An identifier of the C library that is closed at the end of a block. */
final class Handle implements AutoCloseable {

    @FunctionalInterface
    private interface Closer {
        @SuppressWarnings("UnusedReturnValue")
        int close(long id) throws HDF5LibraryException;
    }

    final long id;
    private final Closer closer;

    private Handle(long id, Closer closer) {
        this.id = id;
        this.closer = closer;
    }

    static Handle space(long id) {
        return new Handle(id, H5::H5Sclose);
    }

    static Handle type(long id) {
        return new Handle(id, H5::H5Tclose);
    }

    static Handle properties(long listClass) throws HDF5Exception {
        return new Handle(H5.H5Pcreate(listClass), H5::H5Pclose);
    }

    static Handle propertiesOf(long id) {
        return new Handle(id, H5::H5Pclose);
    }

    static Handle object(long id) {
        return new Handle(id, H5::H5Oclose);
    }

    static Handle attribute(long id) {
        return new Handle(id, H5::H5Aclose);
    }

    @Override
    public void close() throws HDF5LibraryException {
        closer.close(id);
    }
}
