package io.h5sink.hdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.schema.ColumnType;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A file through the C library. One thread at a time. */
public final class Hdf5File implements Store, OpenFile {

    private static final long CLOSED = -1;

    /** What the drivers say of a file that another program has locked. */
    private static final Pattern LOCKED = Pattern.compile("lock (the )?file");

    private final Path file;
    private final StoreMode mode;
    private final Access access;
    private final List<Part> open = new ArrayList<>();
    private final @Nullable FileImage image;
    private final Attributes attributes = new Attributes(this);
    private final DimensionScales scales = new DimensionScales(this);
    private boolean created;
    private long id = CLOSED;

    /**
     * A file that is not open yet.
     *
     * @param file where it lies
     * @param mode what the first opening does
     * @param access the driver
     */
    public Hdf5File(Path file, StoreMode mode, Access access) {
        this.file = file;
        this.mode = mode;
        this.access = access;
        this.image = access instanceof CoreAccess core && core.givesImage() ? new FileImage(core) : null;
    }

    @Override
    public void open() {
        NativeCalls calls = Library.calls();
        boolean create = !created && FileCheck.mustCreate(file, mode, access);
        if (!create) {
            FileCheck.mustBeUsable(file, access);
        }
        try (Handle list = Handle.properties(HDF5Constants.H5P_FILE_ACCESS);
                Handle members = Handle.properties(HDF5Constants.H5P_FILE_ACCESS)) {
            H5.H5Pset_libver_bounds(list.id, HDF5Constants.H5F_LIBVER_V110, HDF5Constants.H5F_LIBVER_V110);
            H5.H5Pset_fclose_degree(list.id, HDF5Constants.H5F_CLOSE_STRONG);
            calls.disableFileLocking(members.id);
            boolean lockFree = calls.disableFileLocking(list.id);
            choose(list.id, members.id);
            Path path = image == null ? file : image.prepare(file, list.id, create);
            boolean later = access.inMemory() && access.onDisk();
            if (later && create) {
                H5.H5Fclose(create(path, list.id)); // so that what is on disk until the end is a file, too
                created = true;
            }
            FileHead head = later ? FileHead.of(file) : null;
            id = create && !later ? create(path, list.id) : reopen(path, list.id, lockFree);
            created = true;
            if (head != null) {
                head.restore();
            }
        } catch (HDF5Exception e) {
            throw StoreException.file("HDF5 refused the file: " + ErrorStack.reason(e), e);
        } finally {
            if (image != null && id == CLOSED) {
                image.discard();
            }
        }
    }

    private void choose(long list, long members) throws HDF5Exception {
        try {
            access.set(list, members);
        } catch (HDF5Exception | UnsatisfiedLinkError e) {
            throw StoreException.file(
                    access + " is not offered by " + Library.describe() + ": "
                            + (e instanceof HDF5Exception refused ? ErrorStack.reason(refused) : e.getMessage()),
                    e);
        }
    }

    private long create(Path path, long list) {
        try {
            int flags = mode == StoreMode.TRUNCATE || !path.equals(file)
                    ? HDF5Constants.H5F_ACC_TRUNC
                    : HDF5Constants.H5F_ACC_EXCL;
            return H5.H5Fcreate(path.toString(), flags, HDF5Constants.H5P_DEFAULT, list);
        } catch (HDF5Exception e) {
            throw StoreException.file("the file cannot be created: " + ErrorStack.reason(e), e);
        }
    }

    private long reopen(Path path, long list, boolean lockFree) {
        try {
            return H5.H5Fopen(path.toString(), HDF5Constants.H5F_ACC_RDWR, list);
        } catch (HDF5Exception e) {
            String message = "HDF5 cannot open the file: " + ErrorStack.reason(e);
            throw lockFree || !LOCKED.matcher(message).find()
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
    public Siblings siblings(Map<String, ColumnType> columns) {
        try {
            return io.h5sink.hdf5.Siblings.of(this, columns);
        } catch (HDF5Exception e) {
            throw StoreException.write(null, "HDF5 refused to list what is there: " + ErrorStack.reason(e), e);
        }
    }

    @Override
    public Filled filled(String path) {
        try {
            FilledDataset dataset = new FilledDataset(this, path);
            dataset.bind();
            return dataset;
        } catch (HDF5Exception e) {
            throw StoreException.write(path, "HDF5 refused the dataset: " + ErrorStack.reason(e), e);
        }
    }

    @Override
    public Latest latest(String path, ColumnType type) {
        try {
            LatestDataset dataset = new LatestDataset(this, path, type);
            dataset.check();
            return dataset;
        } catch (HDF5Exception e) {
            throw StoreException.write(path, "HDF5 refused the dataset: " + ErrorStack.reason(e), e);
        }
    }

    @Override
    public Positions positions() {
        try {
            PositionTable table = new PositionTable(this);
            table.bind();
            return table;
        } catch (HDF5Exception e) {
            throw StoreException.write(PositionTable.PATH, "HDF5 refused the table: " + ErrorStack.reason(e), e);
        }
    }

    @Override
    public @Nullable String attributeText(String object, String name) {
        try {
            return AttributeText.read(id(), object, name);
        } catch (HDF5Exception e) {
            throw StoreException.write(
                    object, "the attribute \"" + name + "\" cannot be read: " + ErrorStack.reason(e), e);
        }
    }

    @Override
    public void attribute(String object, String name, ColumnType type, ByteBuffer data) {
        attributes.put(object, name, type, data);
    }

    @Override
    public void label(Labels labels) {
        scales.promise(labels);
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
    public boolean commit() {
        if (id != CLOSED) {
            scales.fulfil();
        }
        if (!access.inMemory()) {
            close();
            return true;
        }
        if (image != null && id != CLOSED) {
            image.mustFit(id);
        }
        return id == CLOSED;
    }

    @Override
    public void close() {
        if (id == CLOSED) {
            return;
        }
        long closing = id;
        id = CLOSED;
        try {
            try {
                for (Part part : open) {
                    part.close();
                }
                if (image != null) {
                    image.take(closing);
                }
            } finally {
                H5.H5Fclose(closing);
            }
            if (image != null) {
                image.closed();
            }
        } catch (HDF5Exception e) {
            throw StoreException.write(null, "the file cannot be completed: " + ErrorStack.reason(e), e);
        } finally {
            open.clear();
            if (image != null) {
                image.discard();
            }
        }
    }

    @Override
    public @Nullable ByteBuffer image() {
        return image == null ? null : image.bytes();
    }
}
