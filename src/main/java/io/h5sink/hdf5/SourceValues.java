package io.h5sink.hdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

    private static final int COMPACT = 0;
    private static final int CONTIGUOUS = 1;
    private static final int CHUNKED = 2;

    /** Contiguous rows are looked at in such pieces. */
    private static final int PIECE = 1 << 20;

    private final StructureBytes bytes;
    private final StructureHeap heap;
    private final SourceInfo info;
    private final SourcePipeline pipeline;
    private final @Nullable ByteBuffer layout;
    private final @Nullable StructureType type;

    /** The chunks that were looked at, by address. */
    private final Set<Long> known = new HashSet<>();

    private SourceValues(StructureBytes bytes, long header, SourceInfo info) {
        this.bytes = bytes;
        this.info = info;
        this.pipeline = new SourcePipeline(info.filters());
        this.heap = new StructureHeap(bytes);
        ByteBuffer head = bytes.at(8, 6);
        int widths = head.get(0) >= 2 ? 1 : 5;
        bytes.widths(head.get(widths), widths == 5 ? bytes.at(14, 1).get() : head.get(widths + 1));
        StructureHeader messages = StructureHeader.read(bytes, header);
        this.type = new StructureMessages(bytes, heap, (name, address) -> {}).type(messages);
        StructureHeader.Message where = messages.first(StructureHeader.LAYOUT);
        this.layout = where == null ? null : where.open();
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
        long header = ByteBuffer.wrap(H5.H5Rcreate(dataset, ".", HDF5Constants.H5R_OBJECT, -1))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
        String name = H5.H5Fget_name(dataset); // of another file, if an external link has led there
        Map<Long, Path> parts = name.equals(file.toString()) ? access.addresses(file) : Map.of(0L, Path.of(name));
        return looking(info.path(), () -> {
            Superblock superblock = Superblock.read(Objects.requireNonNull(parts.get(0L)));
            if (superblock == null) {
                throw new StructureDamage("its superblock is gone");
            }
            StructureBytes bytes = new StructureBytes(parts, superblock.start());
            try {
                return new SourceValues(bytes, header, info);
            } catch (RuntimeException e) {
                bytes.close();
                throw e;
            }
        });
    }

    private interface Look<R> {
        R look() throws IOException;
    }

    private static <R> R looking(String path, Look<R> look) {
        try {
            return look.look();
        } catch (StructureDamage e) {
            throw StoreException.write(path, "it is damaged: " + e.what(), e);
        } catch (BufferUnderflowException
                | IndexOutOfBoundsException
                | IllegalArgumentException
                | ArithmeticException e) {
            throw StoreException.write(path, "it is damaged: something is cut off", e);
        } catch (IOException e) {
            throw StoreException.write(path, "it cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Looks at rows, and at some besides.
     *
     * @param first the first row
     * @param last the last one
     * @throws StoreException if something that one of them refers to is not there
     */
    void check(long first, long last) {
        looking(info.path(), () -> {
            if (layout != null && type != null && !type.references().isEmpty()) {
                rows(layout.duplicate().order(ByteOrder.LITTLE_ENDIAN), type, first, last);
            }
            return true;
        });
    }

    private void rows(ByteBuffer from, StructureType of, long first, long last) {
        int version = from.get();
        if (version < 3) {
            old(from, of, first, last);
            return;
        }
        int kind = from.get();
        if (kind == COMPACT) {
            int size = Short.toUnsignedInt(from.getShort());
            elements(from.slice(from.position(), size), of);
        } else if (kind == CONTIGUOUS) {
            contiguous(bytes.address(from), of, first, last);
        } else if (kind == CHUNKED) {
            chunks(version, from, of, first, last);
        }
    }

    private void old(ByteBuffer from, StructureType of, long first, long last) {
        int rank = from.get();
        int kind = from.get();
        from.position(from.position() + 5);
        if (kind == CONTIGUOUS) {
            contiguous(bytes.address(from), of, first, last);
        } else if (kind == COMPACT) {
            from.position(from.position() + Integer.BYTES * rank);
            int size = from.getInt();
            elements(from.slice(from.position(), size), of);
        } else {
            from.position(from.position() - 1);
            chunks(3, from, of, first, last);
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

    private void chunks(int version, ByteBuffer from, StructureType of, long first, long last) {
        if (!pipeline.unknown().isEmpty()) {
            throw new StructureDamage("values of variable length behind filter "
                    + pipeline.unknown().get(0) + " cannot be looked at");
        }
        long size = of.size();
        for (long extent : Objects.requireNonNull(info.chunk())) {
            size = Math.multiplyExact(size, extent);
        }
        int chunkBytes = Math.toIntExact(size);
        SourceChunks.find(bytes, version, from, info, first, last, (offset, address, stored, mask) -> {
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
