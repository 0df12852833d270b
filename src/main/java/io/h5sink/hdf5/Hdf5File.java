package io.h5sink.hdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.schema.ColumnType;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file through the C library. One thread at a time. */
public final class Hdf5File implements Store, OpenFile {

    private static final long CLOSED = -1;

    private final Path file;
    private final StoreMode mode;
    private final List<Part> open = new ArrayList<>();
    private final Attributes attributes = new Attributes(this);
    private boolean created;
    private long id = CLOSED;

    /**
     * A file that is not open yet.
     *
     * @param file where it lies
     * @param mode what the first opening does
     */
    public Hdf5File(Path file, StoreMode mode) {
        this.file = file;
        this.mode = mode;
    }

    @Override
    public void open() {
        NativeCalls calls = Library.calls();
        boolean create = !created && FileCheck.mustCreate(file, mode);
        if (!create) {
            FileCheck.mustBeWritable(file);
        }
        try (Handle access = Handle.properties(HDF5Constants.H5P_FILE_ACCESS)) {
            H5.H5Pset_libver_bounds(access.id, HDF5Constants.H5F_LIBVER_V110, HDF5Constants.H5F_LIBVER_V110);
            H5.H5Pset_fclose_degree(access.id, HDF5Constants.H5F_CLOSE_STRONG);
            boolean lockFree = calls.disableFileLocking(access.id);
            id = create ? create(access.id) : reopen(access.id, lockFree);
            created = true;
        } catch (HDF5Exception e) {
            throw StoreException.file("HDF5 refused the file: " + ErrorStack.reason(e), e);
        }
    }

    private long create(long access) {
        try {
            int flags = mode == StoreMode.TRUNCATE ? HDF5Constants.H5F_ACC_TRUNC : HDF5Constants.H5F_ACC_EXCL;
            return H5.H5Fcreate(file.toString(), flags, HDF5Constants.H5P_DEFAULT, access);
        } catch (HDF5Exception e) {
            throw StoreException.file("the file cannot be created: " + ErrorStack.reason(e), e);
        }
    }

    private long reopen(long access, boolean lockFree) {
        try {
            return H5.H5Fopen(file.toString(), HDF5Constants.H5F_ACC_RDWR, access);
        } catch (HDF5Exception e) {
            String message = "HDF5 cannot open the file: " + ErrorStack.reason(e);
            throw lockFree || !message.contains("lock file")
                    ? StoreException.file(message, e)
                    : StoreException.busy(
                            message + "; another program holds it open, and "
                                    + Library.calls().provider()
                                    + " cannot do without file locks: set HDF5_USE_FILE_LOCKING=FALSE for this process,"
                                    + " or use the embedded HDF5",
                            e);
        }
    }

    @Override
    public boolean isOpen() {
        return id != CLOSED;
    }

    @Override
    public Dataset dataset(String path, ColumnType type, long[] chunk) {
        Hdf5Dataset dataset = new Hdf5Dataset(this, path, type);
        dataset.bind(chunk);
        return dataset;
    }

    @Override
    public void attribute(String object, String name, ColumnType type, ByteBuffer data) {
        attributes.put(object, name, type, data);
    }

    @Override
    public List<String> awaited() {
        return attributes.awaited();
    }

    @Override
    public void group(String path) {
        try {
            Links.makeGroup(id(), path);
        } catch (HDF5Exception e) {
            throw StoreException.write(path, "HDF5 refused the group: " + ErrorStack.reason(e), e);
        }
        made(path);
    }

    @Override
    public void text(String path, ByteBuffer utf8) {
        try {
            TextDataset.put(id(), path, utf8);
        } catch (HDF5Exception e) {
            throw StoreException.write(path, "HDF5 refused the string: " + ErrorStack.reason(e), e);
        }
        made(path);
    }

    @Override
    public void made(String path) {
        attributes.made(path);
    }

    @Override
    public long id() {
        if (id == CLOSED) {
            throw new IllegalStateException(file + " is closed");
        }
        return id;
    }

    @Override
    public void opened(Part part) {
        open.add(part);
    }

    @Override
    public void close() {
        if (id == CLOSED) {
            return;
        }
        long closing = id;
        id = CLOSED;
        try {
            for (Part part : open) {
                part.close();
            }
            H5.H5Fclose(closing);
        } catch (HDF5Exception e) {
            throw StoreException.write(null, "the file cannot be completed: " + ErrorStack.reason(e), e);
        } finally {
            open.clear();
        }
    }
}
