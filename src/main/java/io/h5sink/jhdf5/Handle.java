package io.h5sink.jhdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.exceptions.HDF5Exception;
import hdf.hdf5lib.exceptions.HDF5LibraryException;
import java.util.concurrent.atomic.AtomicInteger;

/** An identifier of the C library, closed at the end of a try block. */
public final class Handle implements AutoCloseable {

    @FunctionalInterface
    private interface Closer {
        @SuppressWarnings("UnusedReturnValue")
        int close(long id) throws HDF5LibraryException;
    }

    /** The number of identifiers whose closing failed: HDF5 keeps them although their objects are freed, and crashes if it visits them. */
    private static final AtomicInteger LOST = new AtomicInteger();

    public final long id;
    private final Closer closer;

    private Handle(long id, Closer closer) {
        this.id = id;
        this.closer = closer;
    }

    public static Handle file(long id) {
        return new Handle(id, H5::H5Fclose);
    }

    public static Handle space(long id) {
        return new Handle(id, H5::H5Sclose);
    }

    public static Handle type(long id) {
        return new Handle(id, H5::H5Tclose);
    }

    public static Handle properties(long listClass) throws HDF5Exception {
        return new Handle(H5.H5Pcreate(listClass), H5::H5Pclose);
    }

    public static Handle propertiesOf(long id) {
        return new Handle(id, H5::H5Pclose);
    }

    public static Handle object(long id) {
        return new Handle(id, H5::H5Oclose);
    }

    public static Handle attribute(long id) {
        return new Handle(id, H5::H5Aclose);
    }

    /** The number of identifiers, of all files, whose closing failed. */
    public static int lost() {
        return LOST.get();
    }

    @Override
    public void close() throws HDF5LibraryException {
        try {
            closer.close(id);
        } catch (HDF5LibraryException e) {
            LOST.incrementAndGet();
            throw e;
        }
    }
}
