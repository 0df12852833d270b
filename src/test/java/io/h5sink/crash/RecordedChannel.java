package io.h5sink.crash;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;

/** A channel whose changes {@link RecordedFiles} records. */
final class RecordedChannel extends FileChannel {

    private final RecordedFiles files;
    private final Step sync;
    private final String name;
    private final FileChannel channel;

    RecordedChannel(RecordedFiles files, Step sync, String name, FileChannel channel) {
        this.files = files;
        this.sync = sync;
        this.name = name;
        this.channel = channel;
    }

    @Override
    public int write(ByteBuffer from, long at) throws IOException {
        byte[] bytes = new byte[from.remaining()];
        from.get(from.position(), bytes);
        return files.change(new Step.Write(name, at, bytes), () -> {
            int count = 0;
            while (from.hasRemaining()) {
                count += channel.write(from, at + count);
            }
            return count;
        });
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        if (size < channel.size()) {
            files.change(new Step.Resize(name, size), () -> channel.truncate(size));
        }
        return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        files.change(sync, () -> {
            channel.force(metaData);
            return name;
        });
    }

    @Override
    public int read(ByteBuffer to, long at) throws IOException {
        return channel.read(to, at);
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public @Nullable FileLock tryLock(long from, long size, boolean shared) throws IOException {
        return channel.tryLock(from, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        channel.close();
    }

    private static UnsupportedOperationException unsupported() {
        return new UnsupportedOperationException("the recording has positions");
    }

    @Override
    public int read(ByteBuffer to) {
        throw unsupported();
    }

    @Override
    public long read(ByteBuffer[] to, int offset, int length) {
        throw unsupported();
    }

    @Override
    public int write(ByteBuffer from) {
        throw unsupported();
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) {
        throw unsupported();
    }

    @Override
    public long position() {
        throw unsupported();
    }

    @Override
    public FileChannel position(long to) {
        throw unsupported();
    }

    @Override
    public long transferTo(long from, long count, WritableByteChannel to) {
        throw unsupported();
    }

    @Override
    public long transferFrom(ReadableByteChannel from, long to, long count) {
        throw unsupported();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long from, long size) {
        throw unsupported();
    }

    @Override
    public FileLock lock(long from, long size, boolean shared) {
        throw unsupported();
    }
}
