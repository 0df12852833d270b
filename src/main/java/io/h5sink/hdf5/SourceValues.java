package io.h5sink.hdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.exceptions.HDF5Exception;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks, before the C library reads elements of variable length, whether they are where a dataset says: the library follows damaged
 * references wherever they lead. Each chunk is looked at once. One thread at a time.
 */
final class SourceValues implements AutoCloseable {

    /** Contiguous rows are looked at in such pieces. */
    private static final int PIECE = 1 << 20;

    private final StructureBytes bytes;
    private final StructureHeap heap;
    private final SourceInfo info;
    private final SourcePipeline pipeline;
    private final @Nullable SourceLayout layout;
    private final @Nullable StructureType type;

    /** The chunks that were looked at, by address. */
    private final Set<Long> known = new HashSet<>();

    private SourceValues(StructureBytes bytes, long header, SourceInfo info) {
        this.bytes = bytes;
        this.info = info;
        this.pipeline = new SourcePipeline(info.filters());
        this.heap = new StructureHeap(bytes);
        StructureHeader messages = StructureHeader.read(bytes, header);
        this.type = new StructureMessages(bytes, heap, (name, address) -> {}).type(messages);
        this.layout = SourceLayout.of(messages);
        if (messages.first(StructureHeader.EXTERNAL) != null) {
            throw new StructureDamage("references to values of variable length are in other files");
        }
    }

    /**
     * Prepares to look at a dataset.
     *
     * @param dataset its identifier
     * @param file the file that was opened
     * @param access its driver
     */
    static SourceValues of(long dataset, SourceInfo info, Path file, Access access) throws HDF5Exception {
        long header = Links.header(dataset, ".");
        String name = H5.H5Fget_name(dataset); // of another file, if an external link has led there
        Map<Long, Path> parts = name.equals(file.toString()) ? access.addresses(file) : Map.of(0L, Path.of(name));
        return StructureDamage.told(info.path(), () -> {
            StructureBytes bytes = StructureBytes.open(parts);
            try {
                return new SourceValues(bytes, header, info);
            } catch (RuntimeException e) {
                bytes.close();
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
            if (layout != null && type != null && !type.references().isEmpty()) {
                rows(layout, type, first, last);
            }
            return true;
        });
    }

    private void rows(SourceLayout from, StructureType of, long first, long last) {
        switch (from.kind()) {
            case SourceLayout.COMPACT -> elements(from.compact(), of);
            case SourceLayout.CONTIGUOUS -> contiguous(bytes.address(from.fromStart()), of, first, last);
            case SourceLayout.CHUNKED -> chunks(from, of, first, last);
            default -> {} // which the library puts together from other datasets, or refuses
        }
    }

    private void elements(ByteBuffer data, StructureType of) {
        for (long at = 0; at + of.size() <= data.limit(); at += of.size()) {
            heap.check(of, data, (int) at);
        }
    }

    private void contiguous(long address, StructureType of, long first, long last) {
        if (address == StructureBytes.UNDEFINED) {
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

    private void chunks(SourceLayout from, StructureType of, long first, long last) {
        if (!pipeline.unknown().isEmpty()) {
            throw new StructureDamage("values of variable length behind filter "
                    + pipeline.unknown().get(0) + " cannot be looked at");
        }
        long[] extents = info.chunk();
        if (extents == null) {
            throw new StructureDamage("chunks are expected");
        }
        long size = of.size();
        for (long extent : extents) {
            size = Math.multiplyExact(size, extent);
        }
        int chunkBytes = Math.toIntExact(size);
        SourceChunks.Grid grid = new SourceChunks.Grid(info.shape(), info.maximum(), extents);
        SourceChunks.find(bytes, from, grid, first, last, (offset, address, stored, mask) -> {
            long at = stored < 0 ? address + (-1 - stored) * of.size() : address;
            if (address != StructureBytes.UNDEFINED && known.add(at)) {
                ByteBuffer packed = bytes.at(at, stored > 0 ? stored : chunkBytes);
                chunk(pipeline.unpack(packed, mask, chunkBytes), of, offset);
            }
        });
    }

    /** Looks at the elements of a chunk, but not at those beyond the dataset's end. */
    private void chunk(ByteBuffer data, StructureType of, long[] offset) {
        long[] chunk = Objects.requireNonNull(info.chunk());
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
        try {
            bytes.close();
        } catch (IOException e) {
            throw StoreException.write(info.path(), "it cannot be closed: " + e.getMessage(), e);
        }
    }
}
