package io.h5sink.hdf5;

import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.codec.FilterRegistry;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks, before the C library reads elements of variable length, whether they are where a dataset says: the library follows damaged
 * references wherever they lead. Each chunk is looked at once. One thread at a time.
 */
final class SourceValues implements AutoCloseable {

    /** Contiguous rows are looked at in such pieces. */
    private static final int PIECE = 1 << 20;

    private final SourceStorage storage;
    private final StructureBytes bytes;
    private final StructureHeap heap;
    private final SourceInfo info;
    private final @Nullable StructureType type;

    /** The chunks that were looked at, by address. */
    private final Set<Long> known = new HashSet<>();

    private SourceValues(SourceStorage storage, SourceInfo info) {
        this.storage = storage;
        this.bytes = storage.bytes;
        this.info = info;
        this.heap = new StructureHeap(bytes);
        this.type = new StructureMessages(bytes, heap, (name, address) -> {}).type(storage.header);
        if (storage.header.first(StructureHeader.EXTERNAL) != null) {
            throw new StructureDamage("references to values of variable length are in other files");
        }
    }

    /**
     * Prepares to look at a dataset.
     *
     * @param dataset its identifier
     * @param disk the file that it lies in
     */
    static SourceValues of(long dataset, SourceInfo info, SourceDisk disk) throws HDF5Exception {
        SourceStorage storage = SourceStorage.of(dataset, info, disk);
        return StructureDamage.told(info.path(), () -> {
            try {
                return new SourceValues(storage, info);
            } catch (RuntimeException e) {
                storage.close();
                throw e;
            }
        });
    }

    /**
     * Looks at rows, and at some besides.
     *
     * @param first the first row
     * @param last the last one
     * @throws StoreException if something that one of them refers to is not there
     */
    void check(long first, long last) {
        StructureDamage.told(info.path(), () -> {
            boolean packed = !info.filters().isEmpty()
                    && FilterRegistry.unknown(info.filters()).isEmpty();
            if (type != null && (packed || !type.references().isEmpty())) {
                rows(storage.layout, type, first, last);
            }
            return true;
        });
    }

    private void rows(SourceLayout from, StructureType of, long first, long last) {
        switch (from.kind()) {
            case SourceLayout.COMPACT -> elements(from.compact(), of);
            case SourceLayout.CONTIGUOUS -> contiguous(bytes.address(from.fromStart()), of, first, last);
            case SourceLayout.CHUNKED -> chunks(of, first, last);
            default -> {} // which the library puts together from other datasets, or refuses
        }
    }

    private void elements(ByteBuffer data, StructureType of) {
        for (long at = 0; at + of.size() <= data.limit(); at += of.size()) {
            heap.check(of, data, (int) at);
        }
    }

    private void contiguous(long address, StructureType of, long first, long last) {
        if (address == Superblock.UNDEFINED) {
            return;
        }
        long perRow = 1;
        for (int axis = 1; axis < info.shape().length; axis++) {
            perRow = Math.multiplyExact(perRow, info.shape()[axis]);
        }
        long end = Math.multiplyExact(Math.multiplyExact(last + 1, perRow), of.size());
        long step = Math.max(1, PIECE / of.size()) * of.size();
        for (long at = Math.multiplyExact(first, perRow) * of.size(); at < end; at += step) {
            elements(bytes.at(address + at, Math.min(step, end - at)), of);
        }
    }

    private void chunks(StructureType of, long first, long last) {
        List<Integer> unknown = FilterRegistry.unknown(info.filters());
        if (!unknown.isEmpty()) {
            throw new StructureDamage(
                    "values of variable length behind filter " + unknown.get(0) + " cannot be looked at");
        }
        SourceSelection rows = SourceSelection.rows(first, last, info.shape());
        storage.find(rows, (offset, address, size, mask) -> {
            if (address != Superblock.UNDEFINED && known.add(size < 0 ? address - 1 - size : address)) {
                chunk(storage.chunk(offset, address, size, mask, of.size()), of, offset);
            }
        });
    }

    /** Looks at the elements of a chunk, but not at those beyond the dataset's end. */
    private void chunk(ByteBuffer data, StructureType of, long[] offset) {
        long[] chunk = storage.extents();
        long[] within = new long[chunk.length];
        for (long at = 0; within[0] < chunk[0]; at += of.size()) {
            boolean inside = true;
            for (int axis = 0; axis < chunk.length; axis++) {
                inside &= offset[axis] + within[axis] < info.shape()[axis];
            }
            if (inside) {
                heap.check(of, data, Math.toIntExact(at));
            }
            int axis = chunk.length - 1;
            while (++within[axis] == chunk[axis] && axis > 0) {
                within[axis--] = 0;
            }
        }
    }

    @Override
    public void close() {
        storage.close();
    }
}
