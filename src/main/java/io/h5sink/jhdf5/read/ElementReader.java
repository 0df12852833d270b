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
 * Reads elements: of filtered chunks and of virtual datasets in Java, all others by the C library. Before the C library reads or replaces
 * elements, this class checks them for damage that would crash the library. One thread at a time.
 */
final class ElementReader implements AutoCloseable {

    private final Handle dataset;
    private final DatasetInfo info;

    /** The type of elements in memory. */
    final LibraryType known;

    private final DiskView disk;
    private final LibraryTransfer transfer;

    /** The file that has the dataset; null until Java reads that file. */
    private @Nullable DiskView own;

    /** Checks heap references; null until elements of variable length are read. */
    private @Nullable VariableLengthCheck values;

    /** Decodes chunks in Java; null until the first such chunk is read. */
    private @Nullable UnpackedChunks unpacked;

    private final OpenSources sources;
    private final int level;

    /** Reads a virtual dataset; null until elements are read or written, and if the dataset is not virtual. */
    private @Nullable VirtualReader virtual;

    private boolean looked;

    ElementReader(
            Handle dataset,
            DatasetInfo info,
            LibraryType known,
            DiskView disk,
            OpenSources sources,
            int level,
            LibraryTransfer transfer) {
        this.dataset = dataset;
        this.info = info;
        this.known = known;
        this.disk = disk;
        this.sources = sources;
        this.level = level;
        this.transfer = transfer;
    }

    /** Throws if a filter is missing that reading, or writing, needs. */
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

    /** Reads one or more elements, as they are in memory; the buffer may be reused by the next call. */
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

    /** Checks elements that the C library is about to read or, with {@code replaced}, to replace. */
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
            virtual = VirtualReader.of(dataset.id, info, known, sources, own(), level);
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
