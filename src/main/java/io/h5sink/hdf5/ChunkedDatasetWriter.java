package io.h5sink.hdf5;

import io.h5sink.filter.ChunkCoder;
import io.h5sink.format.Superblock;
import io.h5sink.format.index.ExtensibleArray;
import io.h5sink.storage.RelocatableBlock;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Appends rows to a dataset without the C library. The dataset grows along its first axis, and its chunks are sequences of runs ({@link
 * ChunkGrid}). One thread at a time.
 */
public final class ChunkedDatasetWriter {

    /**
     * The search for relocatable chunks ends after this many chunks in a row that lie before the wanted address; so many may have been
     * moved one after the other.
     */
    private static final int FEW = 1 << 10;

    private final long header;
    private final ChunkGrid grid;
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

    /**
     * A writer for an existing dataset.
     *
     * @param header the address of the object header, relative to the superblock
     * @param grid the layout of rows in chunks
     * @param coder applies the dataset's filters; null if the dataset has none
     */
    public ChunkedDatasetWriter(long header, ChunkGrid grid, @Nullable ChunkCoder coder) {
        this.header = header;
        this.grid = grid;
        this.coded = coder == null ? null : new FilteredChunkWriter(coder, grid.bytes(), grid.perChunk());
    }

    /** Whether the dataset in the file has the expected length, chunks and filters, so that rows can be appended. */
    public boolean fits(SpaceAllocator file, long rows) throws IOException {
        DatasetHeader found = DatasetHeader.read(file, header);
        if (found == null
                || found.rows(file) != rows
                || found.chunkRows() != grid.chunkRows()
                || found.chunkBytes() != grid.chunkBytes()
                || found.filtered() != (coded != null)) {
            return false;
        }
        if (found.array() == Superblock.UNDEFINED) {
            return rows == 0;
        }
        ExtensibleArray array = ExtensibleArray.at(file, found.array(), found.shape());
        return array != null && (isFull(rows) || array.get(chunkOf(rows)).isThere());
    }

    /** The number of the chunk in which a row begins. */
    private long chunkOf(long row) {
        return grid.chunkOf(row * grid.perRow());
    }

    /** Whether this many rows end at the end of a chunk. */
    private boolean isFull(long rows) {
        return grid.within(rows * grid.perRow()) == 0;
    }

    /**
     * Writes rows.
     *
     * @param rowsBefore the length of the dataset
     * @param firstRow the index of the first row, at most the length; rows may be overwritten only if they are not committed
     * @param count the number of rows
     * @param data the bytes of the rows, from position to limit
     */
    public void write(SpaceAllocator file, long rowsBefore, long firstRow, int count, ByteBuffer data)
            throws IOException {
        DatasetHeader found = header(file, rowsBefore);
        if (coded != null) {
            code(file, found, coded, firstRow * grid.perRow(), (firstRow + count) * grid.perRow(), data);
        } else {
            write(file, found, firstRow * grid.perRow(), (firstRow + count) * grid.perRow(), data);
        }
        if (firstRow + count > rowsBefore) {
            found.setRows(file, firstRow + count);
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
        @Nullable ExtensibleArray array = null;
        for (long run = first; run < end; ) {
            long number = grid.chunkOf(run);
            long last = number;
            if (number != chunk) {
                if (array == null) {
                    array = array(file, found);
                }
                last = place(file, array, number, grid.isEven() ? grid.chunkOf(end - 1) : number);
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

    /** Reads the first rows of a dataset without filters, into a buffer from position to limit. */
    public void read(SpaceAllocator file, long rows, ByteBuffer into) throws IOException {
        if (rows == 0) {
            return;
        }
        ExtensibleArray array = array(file, header(file, rows));
        long end = rows * grid.perRow();
        for (long run = 0; run < end; run = grid.endOf(run)) {
            int bytes = Math.toIntExact((Math.min(end, grid.endOf(run)) - run) * grid.bytes());
            ByteBuffer part = into.slice(into.position(), bytes);
            file.read(array.get(grid.chunkOf(run)).address(), part);
            into.position(into.position() + bytes);
        }
    }

    private void code(
            SpaceAllocator file, DatasetHeader found, FilteredChunkWriter chunks, long first, long end, ByteBuffer data)
            throws IOException {
        ExtensibleArray array = array(file, found);
        int at = data.position();
        for (long run = first; run < end; ) {
            int within = grid.within(run);
            int count = (int) (Math.min(end, grid.endOf(run)) - run);
            int bytes = Math.multiplyExact(count, grid.bytes());
            boolean ends = run + count == grid.endOf(run);
            chunks.write(file, array, grid.chunkOf(run), within, data.slice(at, bytes), ends);
            at += bytes;
            run += count;
        }
    }

    /** Announces rows that will be written, and whose bytes do not change until then, so that their chunks can be compressed in advance. */
    public void announce(long firstRow, long rowsThere, ByteBuffer data) {
        if (coded != null && grid.isEven()) {
            coded.announce(firstRow * grid.perRow(), rowsThere * grid.perRow(), data);
        }
    }

    /** Whether the chunks go through filters. */
    public boolean isCoded() {
        return coded != null;
    }

    /** Compresses the last chunk, because no more rows will be written soon. */
    public void finish(SpaceAllocator file) throws IOException {
        DatasetHeader found = coded == null ? null : DatasetHeader.read(file, header);
        if (coded != null && found != null && !isFull(found.rows(file))) {
            long count = found.rows(file) * grid.perRow();
            coded.finish(file, array(file, found), grid.chunkOf(count), grid.within(count));
        }
    }

    /** Finds the dataset's relocatable blocks that end behind an address. */
    public void movables(SpaceAllocator file, long from, Consumer<RelocatableBlock> to) throws IOException {
        DatasetHeader found = DatasetHeader.read(file, header);
        if (found == null || found.array() == Superblock.UNDEFINED) {
            return;
        }
        known = null; // the header's content changes when blocks move
        ExtensibleArray array = array(file, found);
        array.movables(from, address -> found.setArray(file, address), to);
        int below = 0; // chunks that were written late lie late, unless they were moved
        for (long number = array.length() - 1; number >= 0 && below < FEW; number--) {
            ExtensibleArray.Entry entry = array.get(number);
            long size = found.filtered() ? entry.size() : grid.chunkBytes();
            if (entry.isThere() && entry.address() + size > from) {
                long its = number;
                to.accept(new RelocatableBlock(
                        entry.address(),
                        size,
                        address -> array.set(its, new ExtensibleArray.Entry(address, entry.size(), entry.mask()))));
                below = 0;
            } else {
                below++;
            }
        }
    }

    private ExtensibleArray array(SpaceAllocator file, DatasetHeader found) throws IOException {
        if (found.array() == Superblock.UNDEFINED) {
            ExtensibleArray made = ExtensibleArray.make(file, found.shape());
            known = found.setArray(file, made.header());
            return made;
        }
        ExtensibleArray array = ExtensibleArray.at(file, found.array(), found.shape());
        if (array == null) {
            throw new IOException("its index of chunks is not what it was");
        }
        return array;
    }

    /**
     * Finds the address of a chunk. If the chunk is not allocated, allocates the chunk and all unallocated chunks that follow directly, up
     * to the given one, as one block; returns the number of the last chunk in that block.
     */
    private long place(SpaceAllocator file, ExtensibleArray array, long number, long upTo) throws IOException {
        long address = array.get(number).address();
        long last = number;
        if (address == Superblock.UNDEFINED) {
            while (last < upTo && !array.get(last + 1).isThere()) {
                last++;
            }
            long chunkBytes = grid.chunkBytes();
            address = file.allocateRaw((last - number + 1) * chunkBytes);
            for (long i = number; i <= last; i++) {
                array.set(i, address + (i - number) * chunkBytes);
            }
            address += (last - number) * chunkBytes;
        }
        chunk = last;
        chunkAddress = address;
        return last;
    }
}
