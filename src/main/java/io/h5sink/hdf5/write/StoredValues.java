package io.h5sink.hdf5.write;

import io.h5sink.filter.ChunkCoder;
import io.h5sink.filter.FilterExecutor;
import io.h5sink.filter.FilterLibrary;
import io.h5sink.filter.FilterPipeline;
import io.h5sink.filter.codec.DamagedChunkException;
import io.h5sink.filter.codec.Scratch;
import io.h5sink.format.FormatException;
import io.h5sink.format.FormatInput;
import io.h5sink.format.FormatOutput;
import io.h5sink.format.Superblock;
import io.h5sink.format.index.ChunkEntry;
import io.h5sink.format.index.ChunkGrid;
import io.h5sink.format.index.ChunkIndex;
import io.h5sink.format.index.ChunkIndexWriter;
import io.h5sink.format.index.ChunkLayout;
import io.h5sink.format.index.SingleChunk;
import io.h5sink.format.message.DataLayout;
import io.h5sink.format.message.DataSelection;
import io.h5sink.format.message.FillValue;
import io.h5sink.format.message.HeaderEditor;
import io.h5sink.format.message.ObjectHeader;
import io.h5sink.storage.UnsuitedFileException;
import io.h5sink.transaction.FileTransaction;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All elements of a small dataset, which a session reads or replaces as a whole, in any of HDF5's layouts but the virtual one: HDF5 File
 * Format Specification 3.0, section IV.A.2.i. Elements have the bytes that they have in the file, in row-major order.
 */
final class StoredValues {

    /** The largest dataset that is read or replaced as a whole, in bytes. */
    private static final long LARGEST = 1L << 30;

    private static final int FIRST_OF_NOW = 3;

    /** A chunk, with the values of {@link ChunkIndex.ChunkTaker}. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record StoredChunk(long[] offset, long address, long size, int mask) {}

    private final SpaceAllocator file;
    private final String path;
    private final FilterLibrary library;
    private final ObjectHeader header;
    private final FoundColumn dataset;
    private final long[] shape;
    private final int elementBytes;
    private final int bytes;

    /** Applies the filters of chunks; null without filters, and before {@link #mustBeReplaceable}. */
    private @Nullable ChunkCoder coder;

    /** Undoes the filters of chunks; null before the first chunk. */
    private @Nullable FilterPipeline pipeline;

    private StoredValues(OpenObjects objects, String path, ObjectHeader header) throws IOException {
        this.file = objects.space();
        this.path = path;
        this.library = objects.filters();
        this.header = header;
        this.dataset = FoundColumn.of(file.input(), header);
        this.shape = extents(dataset.space().dimensions());
        long elements = dataset.space().elements();
        if (elements > LARGEST / dataset.type().size()) {
            throw new IOException(elements + " elements of " + dataset.type().size() + " bytes are too many");
        }
        this.elementBytes = Math.toIntExact(dataset.type().size());
        this.bytes = Math.toIntExact(elements * elementBytes);
    }

    /** The elements of the dataset of a path, whose header is at an address. */
    static StoredValues of(OpenObjects objects, String path, long header) throws IOException {
        return new StoredValues(objects, path, ObjectHeader.read(objects.space().input(), header));
    }

    /** Reads all elements; those that were never written have the fill value. */
    ByteBuffer read() throws IOException {
        mustBeHere();
        DataLayout layout = dataset.layout();
        return switch (layout.kind()) {
            case DataLayout.COMPACT -> exactly(layout.compact());
            case DataLayout.CONTIGUOUS -> {
                long address = address(layout);
                yield address == Superblock.UNDEFINED || bytes == 0
                        ? ByteBuffer.wrap(blank(bytes))
                        : file.input().at(address, bytes);
            }
            default -> ByteBuffer.wrap(readChunks());
        };
    }

    private void mustBeHere() {
        if (header.first(ObjectHeader.EXTERNAL) != null) {
            throw unsuited("the elements are in another file");
        }
        if (dataset.layout().kind() > DataLayout.CHUNKED) {
            throw unsuited("the elements are those of other datasets");
        }
    }

    private UnsuitedFileException unsuited(String why) {
        return new UnsuitedFileException("a dataset at " + header.address(), why);
    }

    /** Finds the filters for writing; throws if the elements cannot be replaced. */
    void mustBeReplaceable() {
        mustBeHere();
        coder = dataset.isChunked() && chunkBytes(chunk()) > 0 ? dataset.coder(path, library) : null;
    }

    private ByteBuffer exactly(ByteBuffer elements) {
        if (elements.remaining() < bytes) {
            throw new FormatException("a dataset of " + bytes + " bytes has " + elements.remaining());
        }
        return elements.slice(elements.position(), bytes);
    }

    private long address(DataLayout layout) {
        FormatInput in = file.input();
        ByteBuffer from = layout.fromStart();
        long address = in.address(from);
        if (layout.version() >= FIRST_OF_NOW && address != Superblock.UNDEFINED) {
            long size = in.length(from);
            if (size < bytes) {
                throw new FormatException("a dataset of " + bytes + " bytes has " + size);
            }
        }
        return address;
    }

    /** Elements that were never written. */
    private byte[] blank(int length) {
        byte[] blank = new byte[length];
        FillValue fill = dataset.fill();
        ByteBuffer value = fill == null ? null : fill.value();
        if (value != null) {
            if (value.remaining() != elementBytes) {
                throw new FormatException("a fill value has " + value.remaining() + " bytes");
            }
            for (int at = 0; at < length; at += elementBytes) {
                value.get(value.position(), blank, at, elementBytes);
            }
        }
        return blank;
    }

    private byte[] readChunks() {
        byte[] all = blank(bytes);
        if (bytes > 0) {
            long[] chunk = chunk();
            ChunkIndex index = index(chunk);
            DataSelection everything = everything();
            try (Scratch scratch = new Scratch()) {
                for (StoredChunk stored : stored(index)) {
                    byte[] raw = decoded(stored, chunkBytes(chunk), scratch);
                    everything.copy(stored.offset, chunk, raw, all, elementBytes);
                }
            }
        }
        return all;
    }

    private long[] chunk() {
        long[] chunk = dataset.chunk();
        for (long extent : chunk) {
            if (extent <= 0 || extent > LARGEST) {
                throw new FormatException("the extents of a chunk are " + Arrays.toString(chunk));
            }
        }
        return chunk;
    }

    private int chunkBytes(long[] chunk) {
        long size = elementBytes;
        for (long extent : chunk) {
            size *= extent;
            if (size > LARGEST) {
                throw new FormatException("the extents of a chunk are " + Arrays.toString(chunk));
            }
        }
        return (int) size;
    }

    private static long[] extents(List<Long> extents) {
        return extents.stream().mapToLong(extent -> extent).toArray();
    }

    private DataSelection everything() {
        return DataSelection.rows(0, shape[0] - 1, shape);
    }

    private ChunkIndex index(long[] chunk) {
        long[] maximum = extents(dataset.space().maxDimensions());
        return new ChunkIndex(file.input(), dataset.layout(), new ChunkIndex.IndexGrid(shape, maximum, chunk));
    }

    /** The chunks that are there. */
    private List<StoredChunk> stored(ChunkIndex index) {
        List<StoredChunk> chunks = new ArrayList<>();
        index.find(everything(), (offset, address, size, mask) -> {
            if (address != Superblock.UNDEFINED) {
                long place = size < 0 ? address + (-1 - size) * elementBytes : address;
                boolean plain = index.isPlain(offset);
                chunks.add(new StoredChunk(offset.clone(), place, Math.max(0, size), plain ? -1 : mask));
            }
        });
        return chunks;
    }

    private FilterPipeline pipeline() {
        FilterPipeline known = pipeline == null ? dataset.decoding(path, library) : pipeline;
        pipeline = known;
        return known;
    }

    private byte[] decoded(StoredChunk stored, int chunkBytes, Scratch scratch) {
        try {
            ByteBuffer packed = FilterPipeline.stored(stored.size > 0 ? stored.size : chunkBytes, scratch);
            file.input().read(stored.address, packed);
            ByteBuffer raw = pipeline().decode(packed.flip(), stored.mask, chunkBytes, scratch);
            if (raw.remaining() < chunkBytes) {
                throw damage(stored, "it has " + raw.remaining() + " bytes, where " + chunkBytes + " are expected");
            }
            byte[] chunk = new byte[chunkBytes];
            raw.get(raw.position(), chunk);
            return chunk;
        } catch (DamagedChunkException e) {
            throw damage(stored, "it cannot be unpacked: " + e.getMessage());
        }
    }

    private static FormatException damage(StoredChunk stored, String what) {
        return new FormatException("the chunk at " + Arrays.toString(stored.offset) + ": " + what);
    }

    /**
     * Replaces all elements. A value in the object header is metadata; a value elsewhere is overwritten in place, after the transaction has
     * noted the bytes that were there.
     *
     * @param elements from position to limit
     */
    void write(FileTransaction transaction, ByteBuffer elements) throws IOException {
        if (elements.remaining() != bytes) {
            throw new IOException("a dataset of " + bytes + " bytes cannot take " + elements.remaining());
        }
        mustBeReplaceable();
        DataLayout layout = dataset.layout();
        switch (layout.kind()) {
            case DataLayout.COMPACT -> writeCompact(elements);
            case DataLayout.CONTIGUOUS -> writeContiguous(transaction, address(layout), elements);
            default -> writeChunks(transaction, elements);
        }
    }

    private void writeCompact(ByteBuffer elements) throws IOException {
        exactly(dataset.layout().compact());
        ByteBuffer message = layoutMessage();
        int size = dataset.layout().version() < FIRST_OF_NOW ? Integer.BYTES : Short.BYTES;
        message.put(place(message) + size, elements, elements.position(), bytes);
    }

    /** The layout message, to be changed in its place. */
    private ByteBuffer layoutMessage() throws IOException {
        HeaderEditor editor = HeaderEditor.open(file, header.address());
        return editor.edit(layout(editor));
    }

    private static HeaderEditor.Slot layout(HeaderEditor editor) {
        return Objects.requireNonNull(editor.first(ObjectHeader.LAYOUT));
    }

    /** The offset of what follows version and class in a layout message. */
    private int place(ByteBuffer message) {
        return message.limit() - dataset.layout().rest().limit();
    }

    private void writeContiguous(FileTransaction transaction, long at, ByteBuffer elements) throws IOException {
        if (bytes == 0) {
            return;
        }
        if (at != Superblock.UNDEFINED) {
            transaction.overwrites(at, bytes);
            file.write(at, elements);
            return;
        }
        long fresh = file.allocateRawAnywhere(bytes);
        file.write(fresh, elements);
        ByteBuffer message = layoutMessage();
        ByteBuffer address = new FormatOutput(file.sizes()).address(fresh).toBuffer();
        message.put(place(message), address, 0, address.limit());
    }

    private void writeChunks(FileTransaction transaction, ByteBuffer elements) throws IOException {
        if (bytes == 0) {
            return;
        }
        HeaderEditor editor = HeaderEditor.open(file, header.address());
        ChunkLayout layout = ChunkLayout.decode(editor.body(layout(editor)));
        if (layout == null) {
            throw new FormatException("its index of chunks is of unknown kind");
        }
        ChunkGrid grid = dataset.grid();
        ChunkIndexWriter index = index(editor, layout, grid);
        byte[] all = new byte[bytes];
        elements.get(elements.position(), all);
        try (Scratch scratch = new Scratch()) {
            for (long number = 0; number < grid.chunks(shape[0]); number++) {
                writeChunk(transaction, layout, grid, index, number, all, scratch);
            }
        }
        index.save();
    }

    private ChunkIndexWriter index(HeaderEditor editor, ChunkLayout layout, ChunkGrid grid) throws IOException {
        boolean filtered = coder != null;
        if (layout.kind() == ChunkLayout.IndexKind.SINGLE || layout.kind() == ChunkLayout.IndexKind.IMPLICIT) {
            return new SingleChunk(editor, layout(editor), grid, filtered);
        }
        if (layout.address() == Superblock.UNDEFINED) {
            ChunkIndexWriter made = layout.make(file, grid, filtered);
            editor.put(layout(editor), layout.addressAt(), made.address());
            return made;
        }
        ChunkIndexWriter found = layout.open(file, grid, filtered);
        if (found == null) {
            throw new FormatException("its index of chunks is not as its layout says");
        }
        return found;
    }

    /** Overwrites a chunk that is stored raw, after its bytes were noted, or writes the chunk to new space. */
    private void writeChunk(
            FileTransaction transaction,
            ChunkLayout layout,
            ChunkGrid grid,
            ChunkIndexWriter index,
            long number,
            byte[] all,
            Scratch scratch)
            throws IOException {
        long[] offset = grid.offset(number);
        ChunkEntry entry = index.get(number);
        int chunkBytes = (int) grid.chunkBytes();
        boolean plain = coder == null || (layout.hasPlainEdges() && isBeyond(offset, layout.chunk()));
        int mask = plain ? -1 : entry.mask();
        byte[] raw = entry.isThere() // an edge chunk keeps what lies beyond
                ? decoded(new StoredChunk(offset, entry.address(), entry.size(), mask), chunkBytes, scratch)
                : blank(chunkBytes);
        put(offset, layout.chunk(), all, raw);
        boolean isRaw = coder == null || plain || (entry.mask() == coder.rawMask() && entry.size() == chunkBytes);
        if (entry.isThere() && isRaw) {
            transaction.overwrites(entry.address(), chunkBytes);
            file.write(entry.address(), ByteBuffer.wrap(raw));
        } else if (coder == null || plain) {
            long at = file.allocateRawAnywhere(chunkBytes);
            file.write(at, ByteBuffer.wrap(raw));
            index.set(number, new ChunkEntry(at, coder == null ? 0 : chunkBytes, 0));
        } else {
            ByteBuffer direct = ByteBuffer.allocateDirect(chunkBytes).put(raw).flip();
            FilterExecutor.Task coded = encoded(coder, number, direct);
            int size = coded.stored().remaining();
            long at = file.allocateRawAnywhere(size);
            file.write(at, coded.stored());
            index.set(number, new ChunkEntry(at, size, coded.mask()));
            coder.release();
            if (entry.isThere()) {
                file.free(entry.address(), entry.size());
            }
        }
    }

    private static FilterExecutor.Task encoded(ChunkCoder coder, long number, ByteBuffer chunk) throws IOException {
        try {
            return coder.encode(number, chunk);
        } catch (DamagedChunkException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private boolean isBeyond(long[] offset, long[] chunk) {
        for (int axis = 0; axis < chunk.length; axis++) {
            if (offset[axis] + chunk[axis] > shape[axis]) {
                return true;
            }
        }
        return false;
    }

    /** Copies elements to their places in a chunk. */
    private void put(long[] offset, long[] chunk, byte[] all, byte[] raw) {
        put(0, 0, 0, offset, chunk, all, raw);
    }

    private void put(int axis, long from, long to, long[] offset, long[] chunk, byte[] all, byte[] raw) {
        long extent = shape[axis];
        long count = Math.min(chunk[axis], extent - offset[axis]);
        if (axis == chunk.length - 1) {
            int source = Math.toIntExact((from * extent + offset[axis]) * elementBytes);
            System.arraycopy(all, source, raw, (int) (to * chunk[axis] * elementBytes), (int) count * elementBytes);
            return;
        }
        for (long i = 0; i < count; i++) {
            put(axis + 1, from * extent + offset[axis] + i, to * chunk[axis] + i, offset, chunk, all, raw);
        }
    }

    /** The description of the dataset. */
    FoundColumn dataset() {
        return dataset;
    }
}
