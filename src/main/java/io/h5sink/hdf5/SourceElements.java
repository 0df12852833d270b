package io.h5sink.hdf5;

import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.codec.Filter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Reads elements in Java where they go through filters, or lie in other datasets, and else by the C library; and looks, before the
 * library reads or replaces them, at what would be its end. One thread at a time.
 */
final class SourceElements implements AutoCloseable {

    private final Handle dataset;
    private final SourceInfo info;

    /** What elements are in memory. */
    final SourceType known;

    private final SourceDisk disk;
    private final SourceTransfer transfer;

    /** The file that it lies in; null until that is read beside the library. */
    private @Nullable SourceDisk own;

    /** Null until elements of variable length are read. */
    private @Nullable SourceValues values;

    /** Null until elements are read without the library's filters. */
    private @Nullable SourceUnpacked unpacked;

    private final SourceParts parts;
    private final int level;

    /** Null until elements are read or written, and where it is not virtual. */
    private @Nullable SourceVirtual virtual;

    private boolean looked;

    SourceElements(
            Handle dataset,
            SourceInfo info,
            SourceType known,
            SourceDisk disk,
            SourceParts parts,
            int level,
            SourceTransfer transfer) {
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
        if (!written && !disk.ahead() && SourceUnpacked.suits(info, known)) {
            return;
        }
        for (Filter filter : info.filters()) {
            if (!LibraryFilters.isKnown(filter.id())) {
                throw StoreException.write(
                        info.path(),
                        "its chunks went through filter " + filter.id() + ", which " + Library.describe()
                                + " does not have",
                        null);
            }
        }
    }

    /** At least one element as they are in memory, maybe until the next are read. */
    ByteBuffer read(long[] start, long[] step, long[] count) throws HDF5Exception {
        long elements = SourceTransfer.elements(count);
        transfer.mustFit(known, elements);
        byte[] read = null;
        SourceVirtual put = virtual();
        if (SourceUnpacked.suits(info, known) && !disk.ahead()) {
            read = unpacked().read(new SourceSelection(start, step, count), (int) elements);
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
        SourceVirtual put = virtual();
        if (SourceUnpacked.suits(info, known)) {
            unpacked().check(new SourceSelection(start, step, count), replaced);
        } else if (put != null) {
            put.check(start, step, count);
        } else if (known.copy.refers()) {
            long first = start.length == 0 ? 0 : start[0];
            values().check(first, count.length == 0 ? 0 : first + (count[0] - 1) * step[0]);
        }
    }

    private @Nullable SourceVirtual virtual() throws HDF5Exception {
        if (!looked && info.chunk() == null) {
            virtual = SourceVirtual.of(dataset.id, info, known, parts, own(), level);
        }
        looked = true;
        return virtual;
    }

    private SourceUnpacked unpacked() throws HDF5Exception {
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
