package io.h5sink.hdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A dataset that is open for reading, and for writing in place if the file is. One thread at a time. */
public final class SourceDataset implements SourceParts.Part {

    /** In place of the identifier of another type. */
    static final long OWN = -1;

    private final long file;
    private final Handle dataset;
    private final @Nullable SourceType type;
    private final SourceInfo info;
    private final SourceDisk disk;

    /** The file that it lies in; null until that is read beside the library. */
    private @Nullable SourceDisk own;

    /** Becomes true when the library may have lost a dataset of the file. */
    private final AtomicBoolean failed;

    /** Null until elements of variable length are read. */
    private @Nullable SourceValues values;

    /** Null until elements are read without the library's filters. */
    private @Nullable SourceUnpacked unpacked;

    private final SourceParts parts;
    private final int level;

    /** Null until elements are read or written, and where it is not virtual. */
    private @Nullable SourceVirtual virtual;

    private boolean looked;
    private final SourceTransfer transfer;

    private SourceDataset(
            long file,
            Handle dataset,
            @Nullable SourceType type,
            SourceInfo info,
            SourceDisk disk,
            AtomicBoolean failed,
            SourceParts parts,
            int level) {
        this.file = file;
        this.dataset = dataset;
        this.type = type;
        this.info = info;
        this.disk = disk;
        this.failed = failed;
        this.parts = parts;
        this.level = level;
        this.transfer = new SourceTransfer(dataset, info);
    }

    /**
     * Opens a dataset.
     *
     * @param as the type of a file to which its elements are to be converted; {@link #OWN} for its own
     * @param level how many virtual datasets have led to it
     */
    static SourceDataset open(
            long file, String path, SourceDisk disk, AtomicBoolean failed, SourceParts parts, long as, int level)
            throws HDF5Exception {
        Meaning meaning = fileType -> SourceType.of(path, as == OWN ? fileType : as);
        return open(file, path, disk, failed, parts, meaning, level);
    }

    /** Opens a dataset whose elements have nothing elsewhere, to be read as they are in the file. */
    static SourceDataset raw(long file, String path, SourceDisk disk, AtomicBoolean failed, SourceParts parts)
            throws HDF5Exception {
        return open(file, path, disk, failed, parts, SourceType::raw, 0);
    }

    /** How a type of the file is read. */
    private interface Meaning {
        SourceType of(long fileType) throws HDF5Exception;
    }

    private static SourceDataset open(
            long file,
            String path,
            SourceDisk disk,
            AtomicBoolean failed,
            SourceParts parts,
            Meaning meaning,
            int level)
            throws HDF5Exception {
        SourceType type = null;
        Handle dataset = Handle.object(H5.H5Dopen(file, path, HDF5Constants.H5P_DEFAULT));
        try (Handle fileType = Handle.type(H5.H5Dget_type(dataset.id))) {
            StoreException refusal = null;
            try {
                type = meaning.of(fileType.id);
            } catch (StoreException e) {
                refusal = e;
            }
            SourceInfo info = SourceProperties.of(file, path, dataset.id, fileType.id, type, refusal);
            boolean unpacked = type != null && SourceUnpacked.suits(info, type);
            Handle opened = unpacked ? dataset : SourceCache.withRoom(file, path, dataset, info);
            return new SourceDataset(file, opened, type, info, disk, failed, parts, level);
        } catch (HDF5Exception e) {
            HDF5Exception kept = ErrorStack.kept(e);
            close(type, dataset);
            throw kept;
        } catch (RuntimeException | Error e) {
            close(type, dataset);
            throw e;
        }
    }

    private static void close(@Nullable SourceType type, Handle dataset) throws HDF5Exception {
        try (dataset) {
            if (type != null) {
                type.close();
            }
        }
    }

    /**
     * What is known of it.
     *
     * @return as it was when it was opened
     */
    public SourceInfo info() {
        return info;
    }

    /**
     * Reads elements.
     *
     * @param start the first index along each axis
     * @param step the distance between indices
     * @param count how many indices
     * @return the elements in row-major order, little-endian, from position 0 to the limit: those of fixed size as they are; before
     *     the UTF-8 of a string of variable length and the elements of a sequence their number, 4 bytes
     * @throws StoreException if they cannot be read
     */
    public ByteBuffer read(long[] start, long[] step, long[] count) {
        SourceType known = readable(false);
        long elements = SourceTransfer.elements(count);
        if (elements == 0) {
            return ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN);
        }
        try {
            ByteBuffer memory = elements(known, start, step, count);
            if (known.copy.plain() && memory.hasArray()) {
                return memory;
            }
            try {
                return SourceCopy.taken(file, known.copy, memory, (int) elements);
            } finally {
                SourceTransfer.reclaim(known, memory, elements);
            }
        } catch (HDF5Exception e) {
            throw StoreException.write(info.path(), "HDF5 cannot read it: " + ErrorStack.reason(e), e);
        }
    }

    @Override
    public long[] shape() {
        return info.shape();
    }

    @Override
    public ByteBuffer elements(long[] start, long[] step, long[] count) {
        try {
            return elements(readable(false), start, step, count);
        } catch (HDF5Exception e) {
            throw StoreException.write(info.path(), "HDF5 cannot read it: " + ErrorStack.reason(e), e);
        }
    }

    @Override
    public void check(long[] start, long[] step, long[] count) {
        try {
            check(readable(true), start, step, count, false);
        } catch (HDF5Exception e) {
            throw StoreException.write(info.path(), "HDF5 cannot read it: " + ErrorStack.reason(e), e);
        }
    }

    /** At least one element as they are in memory, maybe until the next are read. */
    private ByteBuffer elements(SourceType known, long[] start, long[] step, long[] count) throws HDF5Exception {
        long elements = SourceTransfer.elements(count);
        transfer.mustFit(known, elements);
        byte[] read = null;
        SourceVirtual put = virtual(known);
        if (SourceUnpacked.suits(info, known) && !disk.ahead()) {
            read = unpacked(known).read(new SourceSelection(start, step, count), (int) elements);
        } else if (put != null && !known.copy.refers()) {
            read = put.read(start, step, count, (int) elements);
        }
        if (read != null) {
            return ByteBuffer.wrap(read).order(ByteOrder.LITTLE_ENDIAN);
        }
        check(known, start, step, count, false);
        return transfer.read(known, start, step, count);
    }

    /** Looks at what the C library is about to read, or to replace. */
    private void check(SourceType known, long[] start, long[] step, long[] count, boolean replaced)
            throws HDF5Exception {
        SourceVirtual put = virtual(known);
        if (SourceUnpacked.suits(info, known)) {
            unpacked(known).check(new SourceSelection(start, step, count), replaced);
        } else if (put != null) {
            put.check(start, step, count);
        } else if (known.copy.refers()) {
            long first = start.length == 0 ? 0 : start[0];
            values().check(first, count.length == 0 ? 0 : first + (count[0] - 1) * step[0]);
        }
    }

    private @Nullable SourceVirtual virtual(SourceType known) throws HDF5Exception {
        if (!looked && info.chunk() == null) {
            virtual = SourceVirtual.of(dataset.id, info, known, parts, own(), level);
        }
        looked = true;
        return virtual;
    }

    private SourceUnpacked unpacked(SourceType known) throws HDF5Exception {
        if (unpacked == null) {
            unpacked = SourceUnpacked.of(dataset.id, own(), info, known);
        }
        return unpacked;
    }

    private SourceDisk own() throws HDF5Exception {
        if (own == null) {
            own = disk.of(dataset.id, info.path());
        }
        return own;
    }

    private SourceValues values() throws HDF5Exception {
        if (values == null) {
            values = SourceValues.of(dataset.id, info, own());
        }
        return values;
    }

    private SourceType readable(boolean written) {
        if (type == null) {
            throw info.refusal() == null ? new IllegalStateException(info.path()) : info.refusal();
        }
        for (SourceInfo.Filter filter : info.filters()) {
            if (!filter.available() && (written || disk.ahead() || !SourceUnpacked.suits(info, type))) {
                throw StoreException.write(
                        info.path(),
                        "its chunks went through filter " + filter.id() + ", which " + Library.describe()
                                + " does not have",
                        null);
            }
        }
        return type;
    }

    /**
     * Writes elements of fixed size in place of those that are there, and flushes the file.
     *
     * @param start the first index along each axis
     * @param step the distance between indices
     * @param count how many indices
     * @param elements as {@link #read} gives them
     * @throws StoreException if they cannot be written
     */
    public void write(long[] start, long[] step, long[] count, ByteBuffer elements) {
        SourceType known = readable(true);
        new SourceUpdate(info, disk, failed, transfer)
                .write(known, start, step, count, elements, () -> check(known, start, step, count, true));
    }

    @Override
    public void close() {
        if (failed.get()) { // it would fail, too, and leave the library, which looks at it once more when the process
            // ends, a dangling dataset
            return;
        }
        int lost = Handle.lost();
        try (dataset) {
            if (values != null) {
                values.close();
            }
            if (unpacked != null) {
                unpacked.close();
            }
            if (virtual != null) {
                virtual.close();
            }
            if (own != null && own != disk) {
                own.close();
            }
            if (type != null) {
                type.close();
            }
        } catch (HDF5Exception e) {
            throw StoreException.write(info.path(), "HDF5 cannot close it: " + ErrorStack.reason(e), e);
        } finally {
            if (Handle.lost() != lost) {
                failed.set(true);
            }
        }
    }
}
