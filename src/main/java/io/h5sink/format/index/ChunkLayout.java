package io.h5sink.format.index;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.FormatException;
import io.h5sink.format.Superblock;
import io.h5sink.format.btree.BTreeV2Writer;
import io.h5sink.format.message.DataLayout;
import io.h5sink.format.message.SuperblockExtension;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The layout message of a dataset in chunks, as far as a writer needs it: HDF5 File Format Specification 3.0, section IV.A.2.i.
 *
 * @param chunk the extents of a chunk
 * @param elementBytes the size of an element
 * @param version the version of the message; version 5, of HDF5 2.0, has more bytes for the sizes of chunks than version 4
 * @param kind the kind of the chunk index
 * @param flags the flags of version 4; 0 in older versions
 * @param address the address of the chunk index, or of the only chunk; undefined if the dataset has none yet
 * @param addressAt the offset of that address in the message
 * @param parameters the parameters of the index, which precede the address in the message
 */
public record ChunkLayout(
        @SuppressWarnings("ArrayRecordComponent") long[] chunk, // never compared
        long elementBytes,
        int version,
        IndexKind kind,
        int flags,
        long address,
        int addressAt,
        ByteBuffer parameters) {

    /** The kinds of chunk indexes. */
    public enum IndexKind {
        /** A B-tree of version 1, of layout messages before version 4. */
        OLD_TREE,
        /** No index: the dataset has one chunk. */
        SINGLE,
        /** No index: all chunks lie one after the other. */
        IMPLICIT,
        FIXED_ARRAY,
        EXTENSIBLE_ARRAY,
        /** A B-tree of version 2. */
        TREE
    }

    /** The flag of a dataset whose filters are not applied to chunks that extend beyond the dataset. */
    private static final int PLAIN_EDGES = 1;

    private static final int OLD_ADDRESS = 8;
    private static final int VERSION_3 = 3;
    private static final int LATEST = 5;

    /** The numbers of the kinds in the message begin with 1. */
    private static final IndexKind[] KINDS = {
        IndexKind.SINGLE, IndexKind.IMPLICIT, IndexKind.FIXED_ARRAY, IndexKind.EXTENSIBLE_ARRAY, IndexKind.TREE
    };

    /**
     * Decodes a message, which begins at index 0.
     *
     * @return null if the layout has no chunks, or a version or kind of index that is not known
     */
    public static @Nullable ChunkLayout decode(ByteBuffer message) {
        ByteBuffer from = message.duplicate().order(ByteOrder.LITTLE_ENDIAN).position(0);
        int version = from.get();
        if (version == 1 || version == 2) {
            int rank = from.get();
            return from.get() == DataLayout.CHUNKED ? old(from, OLD_ADDRESS, rank) : null;
        }
        if (version < VERSION_3 || version > LATEST || from.get() != DataLayout.CHUNKED) {
            return null;
        }
        if (version == VERSION_3) {
            int rank = from.get();
            return old(from, from.position(), rank);
        }
        int flags = from.get();
        int rank = from.get();
        int width = from.get();
        long[] chunk = chunk(from, rank, width);
        long elementBytes = FieldSizes.number(from, width);
        int number = from.get();
        if (number < 1 || number > KINDS.length) {
            return null;
        }
        IndexKind kind = KINDS[number - 1];
        int at = from.position();
        int addressAt = at
                + switch (kind) {
                    case SINGLE -> (flags & 2) != 0 ? Long.BYTES + Integer.BYTES : 0;
                    case FIXED_ARRAY -> 1;
                    case EXTENSIBLE_ARRAY -> 5;
                    case TREE -> 6;
                    case IMPLICIT, OLD_TREE -> 0;
                };
        ByteBuffer parameters = ByteBuffer.allocate(addressAt - at).order(ByteOrder.LITTLE_ENDIAN);
        parameters.put(0, from, at, addressAt - at); // a copy, since the message may lie in a buffer that is used again
        return new ChunkLayout(
                chunk, elementBytes, version, kind, flags, from.getLong(addressAt), addressAt, parameters);
    }

    private static ChunkLayout old(ByteBuffer from, int addressAt, int rank) {
        long address = from.position(addressAt).getLong();
        long[] chunk = chunk(from, rank, Integer.BYTES);
        long elementBytes = FieldSizes.number(from, Integer.BYTES);
        return new ChunkLayout(
                chunk, elementBytes, VERSION_3, IndexKind.OLD_TREE, 0, address, addressAt, ByteBuffer.allocate(0));
    }

    private static long[] chunk(ByteBuffer from, int rank, int width) {
        if (rank < 2 || width < 1 || width > Long.BYTES) {
            throw new FormatException("chunks have " + (rank - 1) + " axes");
        }
        long[] chunk = new long[rank - 1];
        for (int axis = 0; axis < chunk.length; axis++) {
            chunk[axis] = FieldSizes.number(from, width);
            if (chunk[axis] <= 0) {
                throw new FormatException("a chunk is empty");
            }
        }
        return chunk;
    }

    /** The size of a chunk without filters, in bytes. */
    public long chunkBytes() {
        long size = elementBytes;
        for (long length : chunk) {
            size = Math.multiplyExact(size, length);
        }
        return size;
    }

    /** Whether chunks that extend beyond the dataset skip all filters ({@code H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS}). */
    public boolean hasPlainEdges() {
        return (flags & PLAIN_EDGES) != 0;
    }

    /** The layout with an index at another address. */
    public ChunkLayout at(long index) {
        return new ChunkLayout(chunk, elementBytes, version, kind, flags, index, addressAt, parameters);
    }

    /** The bytes of the chunk size in an entry of an index; 0 without filters. As HDF5 computes them: filters may make a chunk larger. */
    private int sizeBytes(boolean filtered) {
        int log = 63 - Long.numberOfLeadingZeros(chunkBytes());
        return !filtered ? 0 : version > DataLayout.VERSION ? Long.BYTES : Math.min(Long.BYTES, 1 + (log + 8) / 8);
    }

    private int parameter(int index) {
        return Byte.toUnsignedInt(parameters.get(index));
    }

    private ExtensibleArrayShape shape(boolean filtered) {
        ExtensibleArrayShape shape = new ExtensibleArrayShape(
                parameter(0), parameter(1), parameter(2), parameter(3), parameter(4), sizeBytes(filtered));
        if (!shape.isUsual()) {
            throw new FormatException("an array of chunks is of impossible shape");
        }
        return shape;
    }

    private BTreeV2Writer.NodeSizes nodes() {
        return new BTreeV2Writer.NodeSizes(parameters.getInt(0), parameter(4), parameter(5));
    }

    /**
     * Opens the chunk index, which must have an address.
     *
     * @return null if the index is not as the message says
     */
    public @Nullable ChunkIndexWriter open(SpaceAllocator file, ChunkGrid grid, boolean filtered) throws IOException {
        return switch (kind) {
            case EXTENSIBLE_ARRAY -> ExtensibleArray.at(file, address, shape(filtered), grid);
            case TREE -> ChunkTree.at(file, grid, sizeBytes(filtered), address);
            case OLD_TREE -> OldChunkTree.at(file, grid, half(file), address);
            case FIXED_ARRAY -> FixedArrayWriter.at(file, grid, sizeBytes(filtered), parameter(0), address);
            case SINGLE, IMPLICIT -> null;
        };
    }

    /** Creates a chunk index without chunks. */
    public ChunkIndexWriter make(SpaceAllocator file, ChunkGrid grid, boolean filtered) throws IOException {
        return switch (kind) {
            case EXTENSIBLE_ARRAY -> ExtensibleArray.make(file, shape(filtered), grid);
            case TREE -> ChunkTree.make(file, grid, sizeBytes(filtered), nodes());
            case OLD_TREE -> OldChunkTree.make(file, grid, half(file));
            case FIXED_ARRAY -> FixedArrayWriter.make(file, grid, sizeBytes(filtered), parameter(0));
            case SINGLE, IMPLICIT -> throw new FormatException("a dataset of this layout has no index of chunks");
        };
    }

    /** Half of the most children of a node in a B-tree of version 1 with chunks. */
    private static int half(SpaceAllocator file) throws IOException {
        Superblock superblock = file.superblock();
        int extended = SuperblockExtension.read(file.input(), superblock).chunkEntries();
        return extended == 0 ? superblock.chunkEntries() : extended;
    }
}
