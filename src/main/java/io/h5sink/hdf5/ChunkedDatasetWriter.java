package io.h5sink.hdf5;

import io.h5sink.filter.ChunkCoder;
import io.h5sink.format.FormatException;
import io.h5sink.format.Superblock;
import io.h5sink.format.index.ChunkEntry;
import io.h5sink.format.index.ChunkGrid;
import io.h5sink.format.index.ChunkIndexWriter;
import io.h5sink.storage.RelocatableBlock;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Appends rows to a dataset without the C library. The dataset grows along its first axis, and rows have their places in chunks by a {@link
 * ChunkGrid}. One thread at a time.
 */
public final class ChunkedDatasetWriter {

    /**
     * The search for relocatable chunks ends after this many chunks in a row that lie before the wanted address; so many may have been
     * moved one after the other.
     */
    private static final int FEW = 1 << 10;

    /** The most bytes of a fill value that are written at once. */
    private static final int FILL_BYTES = 1 << 20;

    private final long header;
    private final ChunkGrid grid;
    private final @Nullable ChunkFill fill;
    private final @Nullable FilteredChunkWriter coded;

    /** The number of the last chunk that rows were written to, and the chunk's address. */
    private long chunk = -1;

    private long chunkAddress;

    /** The file from which the header was read, and the header. While the file is open, only this sink changes the header. */
    private @Nullable SpaceAllocator seen;

    /** The number of doubts ({@link SpaceAllocator#doubts}) when the header was read. */
    private long doubts;

    /** The number of moves ({@link SpaceAllocator#moves}) when the header was read. */
    private long moves;

    private @Nullable DatasetHeader known;

    /** The chunk index to which the header points; null until it is used. */
    private @Nullable ChunkIndexWriter opened;

    /**
     * A writer for an existing dataset.
     *
     * @param header the address of the object header, relative to the superblock
     * @param grid the layout of rows in chunks
     * @param coder applies the dataset's filters; null if the dataset has none
     */
    public ChunkedDatasetWriter(long header, ChunkGrid grid, @Nullable ChunkCoder coder) {
        this(header, grid, coder, null);
    }

    /**
     * A writer for an existing dataset.
     *
     * @param header the address of the object header, relative to the superblock
     * @param grid the layout of rows in chunks
     * @param coder applies the dataset's filters; null if the dataset has none
     * @param fill the fill value that HDF5 writes into new chunks; null for none
     */
    public ChunkedDatasetWriter(long header, ChunkGrid grid, @Nullable ChunkCoder coder, @Nullable ChunkFill fill) {
        this.header = header;
        this.grid = grid;
        this.fill = fill;
        this.coded = coder == null ? null : new FilteredChunkWriter(coder, grid, fill);
    }

    /** Whether the dataset in the file has the expected length, chunks and filters, so that rows can be appended. */
    public boolean fits(SpaceAllocator file, long rows) throws IOException {
        DatasetHeader found = DatasetHeader.read(file, header);
        if (found == null
                || found.rows(file) != rows
                || !grid.fits(
                        found.layout().chunk(), found.space(), found.layout().elementBytes())
                || found.filtered() != (coded != null)) {
            return false;
        }
        if (found.layout().address() == Superblock.UNDEFINED) {
            return true;
        }
        ChunkIndexWriter index = found.layout().open(file, grid, found.filtered());
        if (index != null && rows > 0 && grid.rowChunks() > 0) {
            index.get(grid.chunks(rows) - 1); // finds damage before any row is written
        }
        return index != null;
    }

    /** Whether this many rows end at the end of a chunk. */
    private boolean isFull(long rows) {
        return grid.isConsecutive() ? grid.within(rows * grid.perRow()) == 0 : rows % grid.perChunk() == 0;
    }

    /**
     * Writes rows.
     *
     * @param rowsBefore the length of the dataset
     * @param firstRow the index of the first row, at most the length; rows may be overwritten only if they are not committed, or if the
     *     dataset has filters, which write each chunk to new space
     * @param count the number of rows
     * @param data the bytes of the rows, from position to limit
     */
    public void write(SpaceAllocator file, long rowsBefore, long firstRow, int count, ByteBuffer data)
            throws IOException {
        DatasetHeader found = header(file, rowsBefore);
        try {
            if (!grid.isConsecutive()) {
                scatter(file, found, firstRow, firstRow + count, data);
            } else if (coded != null) {
                code(file, found, coded, firstRow * grid.perRow(), (firstRow + count) * grid.perRow(), data);
            } else {
                write(file, found, firstRow * grid.perRow(), (firstRow + count) * grid.perRow(), data);
            }
        } finally {
            save();
        }
        if (firstRow + count > rowsBefore) {
            found.setRows(file, firstRow + count);
        }
    }

    private void save() throws IOException {
        if (opened != null) {
            opened.save();
        }
    }

    private DatasetHeader header(SpaceAllocator file, long rows) throws IOException {
        DatasetHeader found = known;
        if (found == null || file != seen || doubts != file.doubts() || moves != file.moves()) {
            found = DatasetHeader.read(file, header);
            if (found == null || found.rows(file) != rows) {
                throw new IOException("it is not as this sink left it; another program changed it");
            }
            known = found;
            opened = null;
            seen = file;
            doubts = file.doubts();
            moves = file.moves();
            chunk = -1;
        }
        return found;
    }

    private void write(SpaceAllocator file, DatasetHeader found, long first, long end, ByteBuffer data)
            throws IOException {
        ByteBuffer rest = data.duplicate();
        for (long run = first; run < end; ) {
            long number = grid.chunkOf(run);
            long last = number;
            if (number != chunk) {
                last = place(file, index(file, found), run, end);
            }
            long stop = Math.min(end, grid.isEven() ? (last + 1) * grid.perChunk() : grid.endOf(run));
            long address = chunkAddress - (chunk - number) * grid.chunkBytes();
            rest.limit(rest.position() + Math.toIntExact((stop - run) * grid.bytes()));
            file.write(address + (long) grid.within(run) * grid.bytes(), rest.slice());
            rest.position(rest.limit());
            run = stop;
        }
    }

    /** Whether the dataset has an attribute, stored in its header, with this int64 value. */
    public boolean has(SpaceAllocator file, String attribute, long value) throws IOException {
        DatasetHeader found = DatasetHeader.read(file, header, attribute);
        return found != null && found.number(file) == value;
    }

    /** Sets an int64 attribute. */
    public void set(SpaceAllocator file, String attribute, long value) throws IOException {
        DatasetHeader found = DatasetHeader.read(file, header, attribute);
        if (found == null) {
            throw new IOException("it is not as this sink left it; another program changed it");
        }
        found.setNumber(file, value);
    }

    /** Reads the first rows of a dataset whose chunks are consecutive and have whole rows, into a buffer from position to limit. */
    public void read(SpaceAllocator file, long rows, ByteBuffer into) throws IOException {
        if (rows == 0) {
            return;
        }
        DatasetHeader found = header(file, rows);
        long end = rows * grid.perRow();
        for (long run = 0; run < end; run = grid.endOf(run)) {
            int bytes = Math.toIntExact((Math.min(end, grid.endOf(run)) - run) * grid.bytes());
            ByteBuffer part = into.slice(into.position(), bytes);
            ChunkEntry entry = found.layout().address() == Superblock.UNDEFINED
                    ? ChunkEntry.NONE
                    : index(file, found).get(grid.chunkOf(run));
            if (!entry.isThere()) {
                fillWith(part);
            } else if (coded != null) {
                coded.read(file, grid.chunkOf(run), entry, part);
            } else {
                file.read(entry.address(), part);
            }
            into.position(into.position() + bytes);
        }
    }

    private void code(
            SpaceAllocator file, DatasetHeader found, FilteredChunkWriter chunks, long first, long end, ByteBuffer data)
            throws IOException {
        ChunkIndexWriter index = index(file, found);
        int at = data.position();
        for (long run = first; run < end; ) {
            int within = grid.within(run);
            int count = (int) (Math.min(end, grid.endOf(run)) - run);
            int bytes = Math.multiplyExact(count, grid.bytes());
            boolean full = run + count == grid.endOf(run);
            boolean cut = full && within + count < grid.perChunk();
            chunks.write(file, index, grid.chunkOf(run), within, data.slice(at, bytes), full, cut);
            at += bytes;
            run += count;
        }
    }

    /** Writes rows to chunks that hold parts of several rows. */
    private void scatter(SpaceAllocator file, DatasetHeader found, long first, long end, ByteBuffer data)
            throws IOException {
        if (grid.rowChunks() == 0) {
            return; // rows without elements
        }
        ChunkIndexWriter index = index(file, found);
        int rowBytes = Math.toIntExact(data.remaining() / (end - first));
        int at = data.position();
        for (long row = first; row < end; ) {
            int within = (int) (row % grid.perChunk());
            int count = (int) Math.min(end - row, grid.perChunk() - within);
            ByteBuffer rows = data.slice(at, count * rowBytes);
            long next = row / grid.perChunk() * grid.rowChunks();
            for (long behind = next + grid.rowChunks(); next < behind; next++) {
                ByteBuffer part = file.buffers().part(Math.multiplyExact(count, grid.bytes()));
                boolean cut = grid.isCut(next);
                if (cut) {
                    fillWith(part);
                    part.rewind();
                }
                grid.gather(next, rows, count, part);
                if (coded != null) {
                    coded.write(file, index, next, within, part, within + count == grid.perChunk(), cut);
                } else {
                    write(file, index, next, within, part);
                }
            }
            at += count * rowBytes;
            row += count;
        }
    }

    /** Writes the parts that rows have in a chunk. */
    private void write(SpaceAllocator file, ChunkIndexWriter index, long number, int within, ByteBuffer part)
            throws IOException {
        ChunkEntry entry = index.get(number);
        long from = (long) within * grid.bytes();
        long address = entry.address();
        if (!entry.isThere()) {
            address = file.allocateRaw(grid.chunkBytes());
            clear(file, address, from, from + part.remaining(), grid.chunkBytes());
            index.set(number, new ChunkEntry(address, 0, 0));
        }
        file.write(address + from, part);
    }

    /** Announces rows that will be written, and whose bytes do not change until then, so that their chunks can be compressed in advance. */
    public void announce(long firstRow, long rowsThere, ByteBuffer data) {
        if (coded != null && grid.isConsecutive() && grid.isEven()) {
            coded.announce(firstRow * grid.perRow(), rowsThere * grid.perRow(), data);
        }
    }

    /** Whether the chunks go through filters. */
    public boolean isCoded() {
        return coded != null;
    }

    /** Compresses the last chunks, because no more rows will be written soon. */
    public void finish(SpaceAllocator file) throws IOException {
        DatasetHeader read = coded == null ? null : DatasetHeader.read(file, header);
        long rows = read == null ? 0 : read.rows(file);
        if (coded == null || read == null || isFull(rows)) {
            return;
        }
        DatasetHeader found = header(file, rows);
        if (found.layout().address() == Superblock.UNDEFINED) {
            return;
        }
        ChunkIndexWriter index = index(file, found);
        try {
            int within = grid.isConsecutive() ? grid.within(rows * grid.perRow()) : (int) (rows % grid.perChunk());
            for (long number = grid.chunks(rows) - grid.rowChunks(); number < grid.chunks(rows); number++) {
                coded.finish(file, index, number, within);
            }
        } finally {
            save();
        }
    }

    /** Finds the dataset's relocatable blocks that end behind an address. */
    public void movables(SpaceAllocator file, long from, Consumer<RelocatableBlock> to) throws IOException {
        DatasetHeader found = DatasetHeader.read(file, header);
        if (found == null || found.layout().address() == Superblock.UNDEFINED) {
            return;
        }
        known = null; // the header's content changes when blocks move
        ChunkIndexWriter index = open(file, found);
        index.movables(from, address -> found.setIndex(file, address), to);
        int below = 0; // chunks that were written late lie late, unless they were moved
        for (long number = grid.chunks(found.rows(file)) - 1; number >= 0 && below < FEW; number--) {
            ChunkEntry entry = index.get(number);
            long size = found.filtered() ? entry.size() : grid.chunkBytes();
            if (entry.isThere() && entry.address() + size > from) {
                long its = number;
                to.accept(new RelocatableBlock(entry.address(), size, address -> {
                    index.set(its, new ChunkEntry(address, entry.size(), entry.mask()));
                    index.save();
                }));
                below = 0;
            } else {
                below++;
            }
        }
    }

    private ChunkIndexWriter index(SpaceAllocator file, DatasetHeader found) throws IOException {
        ChunkIndexWriter index = opened;
        if (index == null && found.layout().address() == Superblock.UNDEFINED) {
            index = found.layout().make(file, grid, found.filtered());
            index.save();
            known = found.setIndex(file, index.address());
        } else if (index == null) {
            index = open(file, found);
        }
        if (coded != null) {
            coded.setPlainEdges(found.layout().hasPlainEdges());
        }
        opened = index;
        return index;
    }

    private ChunkIndexWriter open(SpaceAllocator file, DatasetHeader found) throws IOException {
        ChunkIndexWriter index = found.layout().open(file, grid, found.filtered());
        if (index == null) {
            throw new FormatException("its index of chunks is not what it was");
        }
        return index;
    }

    /**
     * Finds the address of the chunk in which a run begins. If the chunk is not allocated, allocates the chunk and, if each chunk begins
     * directly behind the one before, all unallocated chunks that follow up to the last run, as one block; returns the number of the last
     * chunk in that block.
     */
    private long place(SpaceAllocator file, ChunkIndexWriter index, long run, long end) throws IOException {
        long number = grid.chunkOf(run);
        long address = index.get(number).address();
        long last = number;
        if (address == Superblock.UNDEFINED) {
            long upTo = grid.isEven() ? grid.chunkOf(end - 1) : number;
            while (last < upTo && !index.get(last + 1).isThere()) {
                last++;
            }
            long chunkBytes = grid.chunkBytes();
            address = file.allocateRaw((last - number + 1) * chunkBytes);
            long stop = Math.min(end, grid.isEven() ? (last + 1) * grid.perChunk() : grid.endOf(run));
            long from = (long) grid.within(run) * grid.bytes();
            clear(file, address, from, from + (stop - run) * grid.bytes(), (last - number + 1) * chunkBytes);
            for (long i = number; i <= last; i++) {
                index.set(i, new ChunkEntry(address + (i - number) * chunkBytes, 0, 0));
            }
            address += (last - number) * chunkBytes;
        }
        chunk = last;
        chunkAddress = address;
        return last;
    }

    /** Gives the bytes of new chunks the fill value: before the first row that will be written and, as HDF5 does, behind the last one. */
    private void clear(SpaceAllocator file, long address, long first, long end, long size) throws IOException {
        clear(file, address, first);
        if (fill != null) {
            clear(file, address + end, size - end);
        }
    }

    private void clear(SpaceAllocator file, long address, long bytes) throws IOException {
        long most = Math.max(1, FILL_BYTES / grid.elementBytes()) * grid.elementBytes();
        for (long at = 0; at < bytes; at += most) {
            ByteBuffer value =
                    file.buffers().raw((int) Math.min(most, bytes - at)); // other rows may be in the buffer for some
            fillWith(value);
            file.write(address + at, value.rewind());
        }
    }

    private void fillWith(ByteBuffer part) throws IOException {
        FilteredChunkWriter.fill(fill, part);
    }
}
