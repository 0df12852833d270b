package io.h5sink.format.index;

import io.h5sink.format.message.HeaderEditor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The chunks of a dataset without an index: the only chunk, whose entry is in the layout message, or chunks that lie one after the other. HDF5
 * File Format Specification 3.0, sections VII.A and VII.B. One thread at a time.
 *
 * @param header the dataset's header
 * @param layout the layout message
 * @param grid the chunks
 * @param filtered whether the entry has a size and a mask
 */
public record SingleChunk(HeaderEditor header, HeaderEditor.Slot layout, ChunkGrid grid, boolean filtered)
        implements ChunkIndexWriter {

    private static final int ENTRY = Long.BYTES + Integer.BYTES;

    private ChunkLayout decoded() throws IOException {
        ChunkLayout decoded = ChunkLayout.decode(header.body(layout));
        if (decoded == null) {
            throw new IOException("its layout is not what it was");
        }
        return decoded;
    }

    @Override
    public long address() {
        throw new UnsupportedOperationException("there is no index");
    }

    @Override
    public ChunkEntry get(long chunk) throws IOException {
        ChunkLayout found = decoded();
        if (found.kind() == ChunkLayout.IndexKind.IMPLICIT) {
            boolean there = new ChunkEntry(found.address(), 0, 0).isThere();
            return there
                    ? new ChunkEntry(found.address() + grid.inArray(chunk) * grid.chunkBytes(), 0, 0)
                    : ChunkEntry.NONE;
        }
        ByteBuffer body = header.body(layout);
        int at = found.addressAt() - ENTRY;
        return filtered
                ? new ChunkEntry(found.address(), body.getLong(at), body.getInt(at + Long.BYTES))
                : new ChunkEntry(found.address(), 0, 0);
    }

    @Override
    public void set(long chunk, ChunkEntry entry) throws IOException {
        ChunkLayout found = decoded();
        if (found.kind() == ChunkLayout.IndexKind.IMPLICIT) {
            throw new IOException("its chunks are missing");
        }
        ByteBuffer body = header.body(layout);
        ByteBuffer changed = ByteBuffer.allocate(body.limit()).order(ByteOrder.LITTLE_ENDIAN);
        changed.put(0, body, 0, body.limit()).putLong(found.addressAt(), entry.address());
        if (filtered) {
            int at = found.addressAt() - ENTRY;
            changed.putLong(at, entry.size()).putInt(at + Long.BYTES, entry.mask());
        }
        header.replace(layout, changed);
    }
}
