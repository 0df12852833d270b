package io.h5sink.hdf5;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A dataset that gets rows without the C library: one of fixed-size elements, which grows along its first axis, and whose chunks hold whole
 * rows. One thread at a time.
 */
final class DirectDataset {

    private final long header;
    private final long rowBytes;
    private final int chunkRows;
    private final @Nullable CodedChunks coded;

    /** The last chunk that rows went to, and where it is. */
    private long chunk = -1;

    private long chunkAddress;

    /**
     * A dataset that is there.
     *
     * @param header where its object header is, relative to the superblock
     * @param rowBytes the size of a row, in bytes
     * @param chunkRows the extent of a chunk along the first axis
     * @param coder does what its filters do; null if it has none
     */
    DirectDataset(long header, long rowBytes, int chunkRows, @Nullable ChunkCoder coder) {
        this.header = header;
        this.rowBytes = rowBytes;
        this.chunkRows = chunkRows;
        this.coded = coder == null ? null : new CodedChunks(coder, Math.toIntExact(rowBytes), chunkRows);
    }

    /** Whether it is as it must be, to take rows behind those that it has. */
    boolean fits(DirectFile file, long rows) throws IOException {
        DirectHeader found = DirectHeader.read(file, header);
        if (found == null
                || found.rows(file) != rows
                || found.chunkRows() != chunkRows
                || !found.isChunk(rowBytes)
                || found.filtered() != (coded != null)) {
            return false;
        }
        if (found.array() == DirectArray.UNDEFINED) {
            return rows == 0;
        }
        DirectArray array = DirectArray.at(file, found.array(), found.shape());
        return array != null
                && (rows % chunkRows == 0 || array.get(rows / chunkRows).isThere());
    }

    /** Adds rows behind those that it has. */
    void append(DirectFile file, long firstRow, int count, ByteBuffer data) throws IOException {
        DirectHeader found = DirectHeader.read(file, header);
        if (found == null || found.rows(file) != firstRow) {
            throw new IOException("it is not as this sink left it; another program changed it");
        }
        if (coded != null) {
            code(file, found, coded, firstRow, count, data);
        } else {
            write(file, found, firstRow, count, data);
        }
        found.setRows(file, firstRow + count);
    }

    private void write(DirectFile file, DirectHeader found, long firstRow, int count, ByteBuffer data)
            throws IOException {
        long row = firstRow;
        long end = firstRow + count;
        ByteBuffer rows = data.duplicate();
        @Nullable DirectArray array = null;
        while (row < end) {
            long number = row / chunkRows;
            long last = number;
            if (number != chunk) {
                if (array == null) {
                    array = array(file, found);
                }
                last = Math.max(number, place(file, array, number, (end - 1) / chunkRows));
            }
            long stop = Math.min(end, (last + 1) * chunkRows);
            int bytes = Math.toIntExact((stop - row) * rowBytes);
            long address = chunkAddress - (chunk - number) * chunkRows * rowBytes;
            rows.limit(rows.position() + bytes);
            file.write(address + row % chunkRows * rowBytes, rows.slice());
            rows.position(rows.limit());
            row = stop;
        }
    }

    private void code(
            DirectFile file, DirectHeader found, CodedChunks chunks, long firstRow, int count, ByteBuffer data)
            throws IOException {
        DirectArray array = array(file, found);
        int at = data.position();
        for (long row = firstRow; row < firstRow + count; ) {
            int within = (int) (row % chunkRows);
            int rows = (int) Math.min(firstRow + count - row, chunkRows - within);
            int bytes = Math.toIntExact(rows * rowBytes);
            chunks.write(file, array, row / chunkRows, within, data.slice(at, bytes));
            at += bytes;
            row += rows;
        }
    }

    /** Tells of rows that will be written, and whose bytes do not change until then. */
    void announce(long firstRow, long rowsThere, ByteBuffer data) {
        if (coded != null) {
            coded.announce(firstRow, rowsThere, data);
        }
    }

    /** No more rows will come soon. */
    void finish(DirectFile file) throws IOException {
        DirectHeader found = coded == null ? null : DirectHeader.read(file, header);
        if (coded != null && found != null && found.rows(file) % chunkRows != 0) {
            long rows = found.rows(file);
            coded.finish(file, array(file, found), rows / chunkRows, (int) (rows % chunkRows));
        }
    }

    private static DirectArray array(DirectFile file, DirectHeader found) throws IOException {
        if (found.array() == DirectArray.UNDEFINED) {
            DirectArray made = DirectArray.make(file, found.shape());
            found.setArray(file, made.header());
            return made;
        }
        DirectArray array = DirectArray.at(file, found.array(), found.shape());
        if (array == null) {
            throw new IOException("its index of chunks is not what it was");
        }
        return array;
    }

    /** Finds a chunk, or makes it and those that follow up to the given one, side by side; returns the last of them. */
    private long place(DirectFile file, DirectArray array, long number, long upTo) throws IOException {
        long address = array.get(number).address();
        long last = number;
        if (address == DirectArray.UNDEFINED) {
            while (last < upTo && !array.get(last + 1).isThere()) {
                last++;
            }
            long chunkBytes = chunkRows * rowBytes;
            address = file.take((last - number + 1) * chunkBytes);
            for (long i = number; i <= last; i++) {
                array.set(i, address + (i - number) * chunkBytes);
            }
            address += (last - number) * chunkBytes;
        }
        chunk = last;
        chunkAddress = address;
        return last;
    }

    /** Forgets what was not committed. */
    void forget() {
        chunk = -1;
    }
}
