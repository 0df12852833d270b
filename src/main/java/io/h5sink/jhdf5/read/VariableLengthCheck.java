package io.h5sink.jhdf5.read;

import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.filter.FilterRegistry;
import io.h5sink.format.FormatException;
import io.h5sink.format.FormatInput;
import io.h5sink.format.Superblock;
import io.h5sink.format.heap.GlobalHeap;
import io.h5sink.format.message.DataLayout;
import io.h5sink.format.message.DataSelection;
import io.h5sink.format.message.Datatype;
import io.h5sink.format.message.ObjectHeader;
import io.h5sink.hdf5.DatasetInfo;
import io.h5sink.hdf5.MessageCheck;
import io.h5sink.jhdf5.file.DiskView;
import io.h5sink.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks heap references before the C library reads elements of variable length: HDF5 follows damaged references to any address. Each chunk
 * is checked once. One thread at a time.
 */
public final class VariableLengthCheck implements AutoCloseable {

    /** The bytes of contiguous rows that are checked at once. */
    private static final int PIECE = 1 << 20;

    private final StoredElements storage;
    private final FormatInput bytes;
    private final GlobalHeap heap;
    private final DatasetInfo info;
    private final @Nullable Datatype type;

    /** The heap references in each element. */
    private final List<Datatype.HeapReference> references;

    /** The addresses of chunks that were checked. */
    private final Set<Long> known = new HashSet<>();

    private VariableLengthCheck(StoredElements storage, DatasetInfo info) {
        this.storage = storage;
        this.bytes = storage.bytes;
        this.info = info;
        this.heap = new GlobalHeap(bytes);
        this.type = new MessageCheck(bytes, heap, (name, address) -> {}).type(storage.header);
        this.references = type == null ? List.of() : type.references();
        if (storage.header.first(ObjectHeader.EXTERNAL) != null) {
            throw new FormatException("references to values of variable length are in other files");
        }
    }

    /**
     * Creates the check of a dataset.
     *
     * @param dataset the identifier of the dataset
     * @param disk the file that has the dataset
     */
    public static VariableLengthCheck of(long dataset, DatasetInfo info, DiskView disk) throws HDF5Exception {
        StoredElements storage = StoredElements.of(dataset, info, disk);
        return FormatException.naming(info.path(), () -> {
            try {
                return new VariableLengthCheck(storage, info);
            } catch (RuntimeException e) {
                storage.close();
                throw e;
            }
        });
    }

    /**
     * Checks all chunks that have some of the rows.
     *
     * @param first the first row
     * @param last the last row
     * @throws StorageException if a reference points to a missing heap object
     */
    public void check(long first, long last) {
        FormatException.naming(info.path(), () -> {
            boolean packed = !info.filters().isEmpty()
                    && FilterRegistry.unknown(info.filters()).isEmpty();
            if (type != null && (packed || !references.isEmpty())) {
                rows(storage.layout, type, first, last);
            }
            return true;
        });
    }

    private void rows(DataLayout from, Datatype of, long first, long last) {
        switch (from.kind()) {
            case DataLayout.COMPACT -> elements(from.compact(), of);
            case DataLayout.CONTIGUOUS -> contiguous(bytes.address(from.fromStart()), of, first, last);
            case DataLayout.CHUNKED -> chunks(of, first, last);
            default -> {} // HDF5 reads a virtual dataset from its sources, and refuses other layouts
        }
    }

    private void elements(ByteBuffer data, Datatype of) {
        for (long at = 0; at + of.size() <= data.limit(); at += of.size()) {
            heap.check(references, data, (int) at);
        }
    }

    private void contiguous(long address, Datatype of, long first, long last) {
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

    private void chunks(Datatype of, long first, long last) {
        List<Integer> unknown = FilterRegistry.unknown(info.filters());
        if (!unknown.isEmpty()) {
            throw new FormatException(
                    "values of variable length behind filter " + unknown.get(0) + " cannot be looked at");
        }
        DataSelection rows = DataSelection.rows(first, last, info.shape());
        storage.find(rows, (offset, address, size, mask) -> {
            if (address != Superblock.UNDEFINED && known.add(size < 0 ? address - 1 - size : address)) {
                chunk(storage.chunk(offset, address, size, mask, of.size()), of, offset);
            }
        });
    }

    /** Checks the elements of a chunk, except those beyond the dataset's extents. */
    private void chunk(ByteBuffer data, Datatype of, long[] offset) {
        long[] chunk = storage.extents();
        long[] within = new long[chunk.length];
        for (long at = 0; within[0] < chunk[0]; at += of.size()) {
            boolean inside = true;
            for (int axis = 0; axis < chunk.length; axis++) {
                inside &= offset[axis] + within[axis] < info.shape()[axis];
            }
            if (inside) {
                heap.check(references, data, Math.toIntExact(at));
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
