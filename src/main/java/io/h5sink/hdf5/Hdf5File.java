package io.h5sink.hdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.schema.ColumnType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file through the C library. One thread at a time. */
public final class Hdf5File implements Store, OpenFile {

    private static final long CLOSED = -1;

    private final Path file;
    private final StoreMode mode;
    private final List<Part> open = new ArrayList<>();
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
            throw StoreException.file("HDF5 refused the file: " + e.getMessage(), e);
        }
    }

    private long create(long access) {
        try {
            int flags = mode == StoreMode.TRUNCATE ? HDF5Constants.H5F_ACC_TRUNC : HDF5Constants.H5F_ACC_EXCL;
            return H5.H5Fcreate(file.toString(), flags, HDF5Constants.H5P_DEFAULT, access);
        } catch (HDF5Exception e) {
            throw StoreException.file("the file cannot be created: " + reason(e), e);
        }
    }

    private long reopen(long access, boolean lockFree) {
        try {
            return H5.H5Fopen(file.toString(), HDF5Constants.H5F_ACC_RDWR, access);
        } catch (HDF5Exception e) {
            // FileCheck has found nothing wrong. Without H5Pset_file_locking, a reader's lock is the usual reason.
            String message = "HDF5 cannot open the file: " + reason(e);
            throw lockFree
                    ? StoreException.file(message, e)
                    : StoreException.busy(
                            message + "; another program may hold it open ("
                                    + Library.calls().provider()
                                    + " cannot do without file locks: set HDF5_USE_FILE_LOCKING=FALSE for this process,"
                                    + " or use the embedded HDF5)",
                            e);
        }
    }

    private static String reason(HDF5Exception e) {
        return String.valueOf(e.getMessage()).strip();
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
            throw StoreException.write(null, "the file cannot be completed: " + reason(e), e);
        } finally {
            open.clear();
        }
    }

    /** What can be said about a file without the C library, in better words than it has. */
    private static final class FileCheck {

        private FileCheck() {}

        static boolean mustCreate(Path file, StoreMode mode) {
            if (file.toString().codePoints().anyMatch(Character::isSupplementaryCodePoint)) {
                throw StoreException.file(
                        "its path has a character beyond U+FFFF, which HDF5's Java bindings cannot pass on", null);
            }
            if (Files.isDirectory(file)) {
                throw StoreException.file("it is a directory", null);
            }
            boolean exists = Files.exists(file);
            if (exists && mode == StoreMode.CREATE_NEW) {
                throw StoreException.file("it exists, and OpenMode.CREATE_NEW wants a new file", null);
            }
            if (!exists && mode == StoreMode.EXISTING) {
                throw StoreException.file("it does not exist, and OpenMode.EXISTING wants one that does", null);
            }
            if (exists && mode != StoreMode.TRUNCATE) {
                return false;
            }
            Path parent = file.toAbsolutePath().getParent();
            if (parent != null && !Files.isDirectory(parent)) {
                throw StoreException.file("the directory " + parent + " does not exist; it must be made first", null);
            }
            if (exists ? !Files.isWritable(file) : parent != null && !Files.isWritable(parent)) {
                throw StoreException.file(
                        exists ? "it is read-only" : "the directory " + parent + " is read-only", null);
            }
            return true;
        }

        static void mustBeWritable(Path file) {
            if (!Files.exists(file)) {
                throw StoreException.file("it is gone", null);
            }
            if (!Files.isReadable(file) || !Files.isWritable(file)) {
                throw StoreException.file("it is not readable and writable", null);
            }
            try {
                Superblock superblock = Superblock.read(file);
                long size = Files.size(file);
                if (superblock == null) {
                    throw StoreException.file(
                            "it is not an HDF5 file (" + (size == 0 ? "it is empty" : "no HDF5 signature")
                                    + "); OpenMode.TRUNCATE would replace it",
                            null);
                }
                if (superblock.endOfFile() > size) {
                    throw StoreException.file(
                            "it is truncated: " + size + " bytes, of at least " + superblock.endOfFile(), null);
                }
                if (superblock.marked()) {
                    throw StoreException.busy(
                            "it is marked as open for writing: another program has it open, or a writer died"
                                    + " (the tool h5clear removes a stale mark)",
                            null);
                }
            } catch (IOException e) {
                throw StoreException.file("it cannot be read: " + e.getMessage(), e);
            }
        }
    }
}
