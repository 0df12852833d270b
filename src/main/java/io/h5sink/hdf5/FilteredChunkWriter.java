package io.h5sink.hdf5;

import io.h5sink.filter.ChunkCoder;
import io.h5sink.filter.FilterExecutor;
import io.h5sink.filter.codec.DamagedChunkException;
import io.h5sink.format.index.ExtensibleArray;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Writes the chunks of a dataset with filters. A full chunk goes through the filters once, and is then written to the end of the file. An
 * incomplete chunk is stored raw, in space for a full chunk, to which later rows are added in place; when the chunk is full, that space is
 * freed. One thread at a time.
 */
final class FilteredChunkWriter {

    private final ChunkCoder coder;
    private final int rowBytes;
    private final int chunkBytes;

    FilteredChunkWriter(ChunkCoder coder, int rowBytes, int chunkRows) {
        this.coder = coder;
        this.rowBytes = rowBytes;
        this.chunkBytes = Math.multiplyExact(rowBytes, chunkRows);
    }

    /** Announces rows that will be written soon, so that the chunks which these rows fill can be encoded in advance. */
    void announce(long firstRow, long rowsThere, ByteBuffer rows) {
        int chunkRows = chunkBytes / rowBytes;
        long number = (firstRow + chunkRows - 1) / chunkRows;
        long at = rows.position() + (number * chunkRows - firstRow) * rowBytes;
        for (; at + chunkBytes <= rows.limit(); at += chunkBytes, number++) {
            if (number >= rowsThere / chunkRows && !coder.isAnnounced(number)) {
                coder.announce(number, rows.slice((int) at, chunkBytes));
            }
        }
    }

    /**
     * Writes rows of one chunk.
     *
     * @param number the number of the chunk
     * @param firstRow the index of the first row in the chunk; all rows before are already written
     * @param ends whether the chunk gets no more rows
     */
    void write(SpaceAllocator file, ExtensibleArray array, long number, int firstRow, ByteBuffer rows, boolean ends)
            throws IOException {
        int from = firstRow * rowBytes;
        ExtensibleArray.Entry entry = array.get(number);
        if (ends) {
            boolean whole = rows.remaining() == chunkBytes;
            ByteBuffer raw = whole || coder.isAnnounced(number) ? rows : joined(file, entry, from, rows);
            replace(file, array, number, entry, coder.encode(number, raw));
        } else if (isRaw(entry)) {
            file.write(entry.address() + from, rows);
        } else {
            begin(file, array, number, entry, joined(file, entry, from, rows));
        }
    }

    /** Stores an incomplete chunk raw. */
    private void begin(
            SpaceAllocator file, ExtensibleArray array, long number, ExtensibleArray.Entry before, ByteBuffer raw)
            throws IOException {
        long address = file.allocateRawAnywhere(chunkBytes);
        try {
            file.write(address, raw); // the whole chunk is written, because the space may have old content
        } catch (IOException e) {
            file.spare(address, chunkBytes); // the earlier rows are still in the chunk before, for the next attempt
            throw e;
        }
        array.set(number, new ExtensibleArray.Entry(address, chunkBytes, coder.rawMask()));
        free(file, before);
    }

    private void replace(
            SpaceAllocator file,
            ExtensibleArray array,
            long number,
            ExtensibleArray.Entry before,
            FilterExecutor.Task coded)
            throws IOException {
        int size = coded.stored().remaining();
        array.set(number, new ExtensibleArray.Entry(file.append(coded.stored()), size, coded.mask()));
        coder.release();
        free(file, before);
    }

    private static void free(SpaceAllocator file, ExtensibleArray.Entry before) {
        if (before.isThere()) {
            file.free(before.address(), before.size());
        }
    }

    /**
     * Encodes the last chunk though it is not full, because no more rows will be written soon. The chunk stays raw if encoding does not
     * make it smaller.
     */
    void finish(SpaceAllocator file, ExtensibleArray array, long number, int rows) throws IOException {
        ExtensibleArray.Entry entry = array.get(number);
        if (isRaw(entry)) {
            ByteBuffer raw = joined(file, entry, rows * rowBytes, ByteBuffer.allocate(0));
            FilterExecutor.Task coded = coder.encode(number, raw);
            if (coded.stored().remaining() < chunkBytes) {
                replace(file, array, number, entry, coded);
            } else {
                coder.release();
            }
        }
    }

    private boolean isRaw(ExtensibleArray.Entry entry) {
        return entry.isThere() && entry.mask() == coder.rawMask() && entry.size() == chunkBytes;
    }

    /**
     * The bytes of a chunk up to an offset, then rows, then zeros; the buffer is valid until the next call, for any dataset of the file.
     */
    private ByteBuffer joined(SpaceAllocator file, ExtensibleArray.Entry entry, int from, ByteBuffer rows)
            throws IOException {
        ByteBuffer raw = file.buffers().raw(chunkBytes);
        if (from > 0) {
            if (isRaw(entry)) {
                file.read(entry.address(), raw.limit(from));
            } else {
                ByteBuffer stored = file.buffers().stored(Math.toIntExact(entry.size()));
                file.read(entry.address(), stored);
                try {
                    coder.decode(stored.flip(), entry.mask(), raw);
                } catch (DamagedChunkException e) {
                    throw new IOException("a chunk that is there is damaged: " + e.getMessage(), e);
                }
            }
        }
        raw.clear().limit(chunkBytes).put(from, rows, rows.position(), rows.remaining());
        for (int at = from + rows.remaining(); at < chunkBytes; at++) {
            raw.put(at, (byte) 0);
        }
        return raw;
    }
}
