package io.h5sink.hdf5;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A dataset that gets rows without the C library: one of fixed-size elements without filters, which grows along its first axis, and whose
 * chunks hold whole rows. One thread at a time.
 */
final class DirectDataset {

    private final long header;
    private final long rowBytes;
    private final int chunkRows;

    /** The last chunk that rows of this file went to, and where it is. */
    private long chunk = -1;

    private @Nullable DirectFile seen;

    private long chunkAddress;

    /**
     * A dataset that is there.
     *
     * @param header where its object header is, relative to the superblock
     * @param rowBytes the size of a row, in bytes
     * @param chunkRows the extent of a chunk along the first axis
     */
    DirectDataset(long header, long rowBytes, int chunkRows) {
        this.header = header;
        this.rowBytes = rowBytes;
        this.chunkRows = chunkRows;
    }

    /** Whether it is as it must be, to take rows behind those that it has. */
    boolean fits(DirectFile file, long rows) throws IOException {
        DirectHeader found = DirectHeader.read(file, header);
        if (found == null || found.rows(file) != rows || found.chunkRows() != chunkRows || !found.isChunk(rowBytes)) {
            return false;
        }
        if (found.array() == DirectArray.UNDEFINED) {
            return rows == 0;
        }
        DirectArray array = DirectArray.at(file, found.array(), found.shape());
        return array != null && (rows % chunkRows == 0 || array.get(rows / chunkRows) != DirectArray.UNDEFINED);
    }

    /**
     * Writes rows.
     *
     * @param rowsBefore how many it has
     * @param firstRow the first one, at most behind the last that it has; others may be replaced only if they do not count
     * @param count how many
     * @param data their bytes, from position to limit
     */
    void write(DirectFile file, long rowsBefore, long firstRow, int count, ByteBuffer data) throws IOException {
        DirectHeader found = DirectHeader.read(file, header);
        if (found == null || found.rows(file) != rowsBefore) {
            throw new IOException("it is not as this sink left it; another program changed it");
        }
        if (file != seen) {
            seen = file; // others may have written to it since
            chunk = -1;
        }
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
        if (end > rowsBefore) {
            found.setRows(file, end);
        }
    }

    /** Whether it has a small attribute with that value, an int64. */
    boolean has(DirectFile file, String attribute, long value) throws IOException {
        DirectHeader found = DirectHeader.read(file, header, attribute);
        return found != null && found.number(file) == value;
    }

    /** Sets an attribute that is an int64. */
    void set(DirectFile file, String attribute, long value) throws IOException {
        DirectHeader found = DirectHeader.read(file, header, attribute);
        if (found == null) {
            throw new IOException("it is not as this sink left it; another program changed it");
        }
        found.setNumber(file, value);
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
        long address = array.get(number);
        long last = number;
        if (address == DirectArray.UNDEFINED) {
            while (last < upTo && array.get(last + 1) == DirectArray.UNDEFINED) {
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
}
