package io.h5sink.jhdf5.read;

import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.filter.Filter;
import io.h5sink.format.message.DataSelection;
import io.h5sink.hdf5.DatasetInfo;
import io.h5sink.hdf5.OpenSources;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.LibraryFilters;
import io.h5sink.jhdf5.file.DiskView;
import io.h5sink.jhdf5.type.LibraryType;
import io.h5sink.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Reads elements in Java where they go through filters, or lie in other datasets, and else by the C library; and looks, before the
 * library reads or replaces them, at what would be its end. One thread at a time.
 */
final class ElementReader implements AutoCloseable {

    private final Handle dataset;
    private final DatasetInfo info;

    /** What elements are in memory. */
    final LibraryType known;

    private final DiskView disk;
    private final LibraryTransfer transfer;

    /** The file that it lies in; null until that is read beside the library. */
    private @Nullable DiskView own;

    /** Null until elements of variable length are read. */
    private @Nullable VariableLengthCheck values;

    /** Null until elements are read without the library's filters. */
    private @Nullable UnpackedChunks unpacked;

    private final OpenSources parts;
    private final int level;

    /** Null until elements are read or written, and where it is not virtual. */
    private @Nullable VirtualReader virtual;

    private boolean looked;

    ElementReader(
            Handle dataset,
            DatasetInfo info,
            LibraryType known,
            DiskView disk,
            OpenSources parts,
            int level,
            LibraryTransfer transfer) {
        this.dataset = dataset;
        this.info = info;
        this.known = known;
        this.disk = disk;
        this.parts = parts;
        this.level = level;
        this.transfer = transfer;
    }

    /** Throws if a filter is not there that is needed to read, or to write. */
    void mustKnowFilters(boolean written) {
        if (!written && !disk.ahead() && UnpackedChunks.suits(info, known)) {
            return;
        }
        for (Filter filter : info.filters()) {
            if (!LibraryFilters.isKnown(filter.id())) {
                throw StorageException.write(
                        info.path(),
                        "its chunks went through filter " + filter.id() + ", which " + Library.describe()
                                + " does not have",
                        null);
            }
        }
    }

    /** At least one element as they are in memory, maybe until the next are read. */
    ByteBuffer read(long[] start, long[] step, long[] count) throws HDF5Exception {
        long elements = LibraryTransfer.elements(count);
        transfer.mustFit(known, elements);
        byte[] read = null;
        VirtualReader put = virtual();
        if (UnpackedChunks.suits(info, known) && !disk.ahead()) {
            read = unpacked().read(new DataSelection(start, step, count), (int) elements);
        } else if (put != null && !known.copy.refers()) {
            read = put.read(start, step, count, (int) elements);
        }
        if (read != null) {
            return ByteBuffer.wrap(read).order(ByteOrder.LITTLE_ENDIAN);
        }
        check(start, step, count, false);
        return transfer.read(known, start, step, count);
    }

    /** Looks at what the C library is about to read, or to replace. */
    void check(long[] start, long[] step, long[] count, boolean replaced) throws HDF5Exception {
        VirtualReader put = virtual();
        if (UnpackedChunks.suits(info, known)) {
            unpacked().check(new DataSelection(start, step, count), replaced);
        } else if (put != null) {
            put.check(start, step, count);
        } else if (known.copy.refers()) {
            long first = start.length == 0 ? 0 : start[0];
            values().check(first, count.length == 0 ? 0 : first + (count[0] - 1) * step[0]);
        }
    }

    private @Nullable VirtualReader virtual() throws HDF5Exception {
        if (!looked && info.chunk() == null) {
            virtual = VirtualReader.of(dataset.id, info, known, parts, own(), level);
        }
        looked = true;
        return virtual;
    }

    private UnpackedChunks unpacked() throws HDF5Exception {
        if (unpacked == null) {
            unpacked = UnpackedChunks.of(dataset.id, own(), info, known);
        }
        return unpacked;
    }

    private DiskView own() throws HDF5Exception {
        if (own == null) {
            own = disk.of(dataset.id, info.path());
        }
        return own;
    }

    private VariableLengthCheck values() throws HDF5Exception {
        if (values == null) {
            values = VariableLengthCheck.of(dataset.id, info, own());
        }
        return values;
    }

    @Override
    public void close() throws HDF5Exception {
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
    }
}
