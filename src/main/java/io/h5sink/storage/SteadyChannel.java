package io.h5sink.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A channel that stays open when its thread is interrupted. Java closes a {@link FileChannel} whose thread is interrupted, as an executor's
 * threads are at shutdown, and a commit would remain half done. This channel opens the file again, takes its lock again, and repeats the
 * operation; the thread stays interrupted. One thread at a time.
 */
public final class SteadyChannel extends FileChannel {

    /** An operation on the open channel. */
    private interface ChannelWork<R> {
        R on(FileChannel channel) throws IOException;
    }

    private final Path file;
    private final OpenOption[] again;
    private FileChannel channel;
    private final @Nullable Object key;
    private boolean locked;
    private long position;

    private SteadyChannel(Path file, OpenOption... options) throws IOException {
        this.file = file;
        this.again = Arrays.stream(options)
                .filter(option -> option == StandardOpenOption.READ || option == StandardOpenOption.WRITE)
                .toArray(OpenOption[]::new);
        this.channel = FileChannel.open(file, options);
        this.key = key();
    }

    /** Opens a file as {@link FileChannel#open(Path, OpenOption...)} does. */
    public static FileChannel of(Path file, OpenOption... options) throws IOException {
        return new SteadyChannel(file, options);
    }

    private @Nullable Object key() throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    private <R> R steady(ChannelWork<R> work) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return work.on(channel);
                } catch (ClosedChannelException e) {
                    if (!isOpen() || channel.isOpen()) {
                        throw e;
                    }
                    interrupted |= Thread.interrupted();
                    openAgain();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void openAgain() throws IOException {
        channel = FileChannel.open(file, again);
        if (!Objects.equals(key, key())) {
            throw new IOException(file + " was replaced");
        }
        if (locked && channel.tryLock() == null) {
            throw new IOException("another process has locked " + file);
        }
    }

    private int steady(ByteBuffer buffer, ChannelWork<Integer> work) throws IOException {
        int from = buffer.position();
        return steady(open -> {
            buffer.position(from); // an interrupted operation is repeated as a whole
            return work.on(open);
        });
    }

    @Override
    public int read(ByteBuffer to, long at) throws IOException {
        return steady(to, open -> open.read(to, at));
    }

    @Override
    public int write(ByteBuffer from, long at) throws IOException {
        return steady(from, open -> open.write(from, at));
    }

    @Override
    public long size() throws IOException {
        return steady(FileChannel::size);
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        steady(open -> open.truncate(size));
        return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        steady(open -> {
            open.force(metaData);
            return true;
        });
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long from, long size) throws IOException {
        return steady(open -> open.map(mode, from, size));
    }

    @Override
    public @Nullable FileLock tryLock(long from, long size, boolean shared) throws IOException {
        FileLock lock = steady(open -> open.tryLock(from, size, shared));
        locked = lock != null;
        return lock;
    }

    @Override
    protected void implCloseChannel() throws IOException {
        channel.close();
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
        int count = read(to, position);
        position += Math.max(0, count);
        return count;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        int count = write(from, position);
        position += count;
        return count;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public FileChannel position(long to) {
        position = to;
        return this;
    }

    private static UnsupportedOperationException unsupported() {
        return new UnsupportedOperationException("of one buffer only");
    }

    @Override
    public long read(ByteBuffer[] to, int offset, int length) {
        throw unsupported();
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) {
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
    public FileLock lock(long from, long size, boolean shared) {
        throw unsupported();
    }
}
