package io.h5sink.storage.driver;

import io.h5sink.storage.SteadyChannel;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** A file in memory, in blocks of one size. */
public final class MemoryBytes implements FileBytes {

    private static final int SMALLEST_BLOCK = 1 << 12;
    private static final int LARGEST_BLOCK = 1 << 20;

    private final List<ByteBuffer> blocks = new ArrayList<>();
    private final int blockBytes;
    private long size;

    /**
     * An empty file.
     *
     * @param increment about the number of bytes by which the memory grows
     */
    public MemoryBytes(long increment) {
        long bytes = Math.max(SMALLEST_BLOCK, Math.min(LARGEST_BLOCK, increment));
        this.blockBytes = Integer.highestOneBit((int) bytes);
    }

    /** Reads a file on disk into memory, behind all bytes that are there. */
    public void load(Path file) throws IOException {
        try (FileChannel channel = SteadyChannel.of(file, StandardOpenOption.READ)) {
            long from = size;
            long bytes = channel.size();
            reach(from + bytes);
            for (long at = 0; at < bytes; ) {
                ByteBuffer part = part(from + at, (int) Math.min(blockBytes, bytes - at));
                int count = channel.read(part, at);
                if (count < 0) {
                    throw new EOFException("it became shorter while it was read");
                }
                at += count;
            }
        }
    }

    /** The bytes of a block from a position on, at most as many as wanted. */
    private ByteBuffer part(long position, int atMost) {
        int within = (int) (position % blockBytes);
        return blocks.get((int) (position / blockBytes)).slice(within, Math.min(atMost, blockBytes - within));
    }

    @Override
    public void read(long position, ByteBuffer to) throws IOException {
        if (position < 0 || position + to.remaining() > size) {
            throw new EOFException("it ends before " + (position + to.remaining()) + " bytes");
        }
        for (long at = position; to.hasRemaining(); ) {
            ByteBuffer part = part(at, to.remaining());
            at += part.remaining();
            to.put(part);
        }
    }

    @Override
    public void write(long position, ByteBuffer from) {
        reach(position + from.remaining());
        for (long at = position; from.hasRemaining(); ) {
            ByteBuffer part = part(at, from.remaining());
            int count = part.remaining();
            part.put(from.slice(from.position(), count));
            from.position(from.position() + count);
            at += count;
        }
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void reach(long end) {
        while ((long) blocks.size() * blockBytes < end) {
            blocks.add(ByteBuffer.allocate(blockBytes));
        }
        size = Math.max(size, end);
    }

    @Override
    public void truncate(long end) {
        if (end < size) {
            size = end;
            int needed = (int) ((end + blockBytes - 1) / blockBytes);
            blocks.subList(needed, blocks.size()).clear();
            if (end % blockBytes != 0) { // bytes behind the end are zeros when the file grows again
                ByteBuffer rest = part(end, blockBytes);
                while (rest.hasRemaining()) {
                    rest.put((byte) 0);
                }
            }
        }
    }

    @Override
    public void force() {
        // memory has no disk
    }

    @Override
    public boolean hasNewNames() {
        return false;
    }

    @Override
    public void delete() {
        close();
    }

    @Override
    public void close() {
        blocks.clear();
        size = 0;
    }
}
