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
 * A dataset that gets rows without the C library: one that grows along its first axis, and in whose chunks rows lie one after the other. One
 * thread at a time.
 */
public final class ChunkedDatasetWriter {

    /** As many as may have been moved one after the other. */
    private static final int FEW = 1 << 10;

    private final long header;
    private final ChunkGrid lines;
    private final @Nullable FilteredChunkWriter coded;

    /** The last chunk that rows of this file went to, and where it is. */
    private long chunk = -1;

    private long chunkAddress;

    /** The file that the header was read from, and the header, which only this sink changes as long as the file is the same. */
    private @Nullable SpaceAllocator seen;

    /** How often others may have written to that file when the header was read ({@link SpaceAllocator#doubts}). */
    private long doubts;

    private @Nullable DatasetHeader known;

    /**
     * A dataset that is there.
     *
     * @param header where its object header is, relative to the superblock
     * @param lines how rows lie in chunks
     * @param coder does what its filters do; null if it has none
     */
    public ChunkedDatasetWriter(long header, ChunkGrid lines, @Nullable ChunkCoder coder) {
        this.header = header;
        this.lines = lines;
        this.coded = coder == null ? null : new FilteredChunkWriter(coder, lines.bytes(), lines.perChunk());
    }

    /** Whether it is as it must be, to take rows behind those that it has. */
    public boolean fits(SpaceAllocator file, long rows) throws IOException {
        DatasetHeader found = DatasetHeader.read(file, header);
        if (found == null
                || found.rows(file) != rows
                || found.chunkRows() != lines.chunkRows()
                || found.chunkBytes() != lines.chunkBytes()
                || found.filtered() != (coded != null)) {
            return false;
        }
        if (found.array() == Superblock.UNDEFINED) {
            return rows == 0;
        }
        ExtensibleArray array = ExtensibleArray.at(file, found.array(), found.shape());
        return array != null && (isFull(rows) || array.get(chunkOf(rows)).isThere());
    }

    /** The chunk that a row begins in. */
    private long chunkOf(long row) {
        return row * lines.perRow() / lines.perChunk();
    }

    /** Whether the last of so many rows fills its chunk. */
    private boolean isFull(long rows) {
        return rows * lines.perRow() % lines.perChunk() == 0;
    }

    /**
     * Writes rows.
     *
     * @param rowsBefore how many it has
     * @param firstRow the first one, at most behind the last that it has; others may be replaced only if they do not count
     * @param count how many
     * @param data their bytes, from position to limit
     */
    public void write(SpaceAllocator file, long rowsBefore, long firstRow, int count, ByteBuffer data)
            throws IOException {
        DatasetHeader found = header(file, rowsBefore);
        if (coded != null) {
            code(file, found, coded, firstRow * lines.perRow(), (firstRow + count) * lines.perRow(), data);
        } else {
            write(file, found, firstRow * lines.perRow(), (firstRow + count) * lines.perRow(), data);
        }
        if (firstRow + count > rowsBefore) {
            found.setRows(file, firstRow + count);
        }
    }

    private DatasetHeader header(SpaceAllocator file, long rows) throws IOException {
        DatasetHeader found = known;
        if (found == null || file != seen || doubts != file.doubts()) {
            found = DatasetHeader.read(file, header);
            if (found == null || found.rows(file) != rows) {
                throw new IOException("it is not as this sink left it; another program changed it");
            }
            known = found;
            seen = file;
            doubts = file.doubts();
            chunk = -1;
        }
        return found;
    }

    private void write(SpaceAllocator file, DatasetHeader found, long first, long end, ByteBuffer data)
            throws IOException {
        ByteBuffer rest = data.duplicate();
        @Nullable ExtensibleArray array = null;
        for (long line = first; line < end; ) {
            long number = line / lines.perChunk();
            long last = number;
            if (number != chunk) {
                if (array == null) {
                    array = array(file, found);
                }
                last = place(file, array, number, (end - 1) / lines.perChunk());
            }
            long stop = Math.min(end, (last + 1) * lines.perChunk());
            long address = chunkAddress - (chunk - number) * lines.chunkBytes();
            rest.limit(rest.position() + Math.toIntExact((stop - line) * lines.bytes()));
            file.write(address + line % lines.perChunk() * lines.bytes(), rest.slice());
            rest.position(rest.limit());
            line = stop;
        }
    }

    /** Whether it has a small attribute with that value, an int64. */
    public boolean has(SpaceAllocator file, String attribute, long value) throws IOException {
        DatasetHeader found = DatasetHeader.read(file, header, attribute);
        return found != null && found.number(file) == value;
    }

    /** Sets an attribute that is an int64. */
    public void set(SpaceAllocator file, String attribute, long value) throws IOException {
        DatasetHeader found = DatasetHeader.read(file, header, attribute);
        if (found == null) {
            throw new IOException("it is not as this sink left it; another program changed it");
        }
        found.setNumber(file, value);
    }

    private void code(
            SpaceAllocator file, DatasetHeader found, FilteredChunkWriter chunks, long first, long end, ByteBuffer data)
            throws IOException {
        ExtensibleArray array = array(file, found);
        int at = data.position();
        for (long line = first; line < end; ) {
            int within = (int) (line % lines.perChunk());
            int count = (int) Math.min(end - line, lines.perChunk() - within);
            int bytes = Math.multiplyExact(count, lines.bytes());
            chunks.write(file, array, line / lines.perChunk(), within, data.slice(at, bytes));
            at += bytes;
            line += count;
        }
    }

    /** Tells of rows that will be written, and whose bytes do not change until then. */
    public void announce(long firstRow, long rowsThere, ByteBuffer data) {
        if (coded != null) {
            coded.announce(firstRow * lines.perRow(), rowsThere * lines.perRow(), data);
        }
    }

    /** Whether its chunks are compressed. */
    public boolean isCoded() {
        return coded != null;
    }

    /** No more rows will come soon. */
    public void finish(SpaceAllocator file) throws IOException {
        DatasetHeader found = coded == null ? null : DatasetHeader.read(file, header);
        if (coded != null && found != null && !isFull(found.rows(file))) {
            long count = found.rows(file) * lines.perRow();
            coded.finish(file, array(file, found), count / lines.perChunk(), (int) (count % lines.perChunk()));
        }
    }

    /** What of it lies behind an address and can lie elsewhere. */
    public void movables(SpaceAllocator file, long from, Consumer<RelocatableBlock> to) throws IOException {
        DatasetHeader found = DatasetHeader.read(file, header);
        if (found == null || found.array() == Superblock.UNDEFINED) {
            return;
        }
        known = null; // because it moves
        ExtensibleArray array = array(file, found);
        array.movables(from, address -> found.setArray(file, address), to);
        int below = 0; // chunks that come late lie late, unless they were moved
        for (long number = array.length() - 1; number >= 0 && below < FEW; number--) {
            ExtensibleArray.Entry entry = array.get(number);
            long size = found.filtered() ? entry.size() : lines.chunkBytes();
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

    /** Finds a chunk, or makes it and those that follow up to the given one, side by side; returns the last of them. */
    private long place(SpaceAllocator file, ExtensibleArray array, long number, long upTo) throws IOException {
        long address = array.get(number).address();
        long last = number;
        if (address == Superblock.UNDEFINED) {
            while (last < upTo && !array.get(last + 1).isThere()) {
                last++;
            }
            long chunkBytes = lines.chunkBytes();
            address = file.allocate((last - number + 1) * chunkBytes);
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
