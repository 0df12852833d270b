package io.h5sink.transaction;

import io.h5sink.format.Superblock;
import io.h5sink.storage.RollbackJournal;
import io.h5sink.storage.SteadyChannel;
import io.h5sink.storage.driver.FileDriver;
import io.h5sink.storage.driver.StoredFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The bytes of a file on disk, past the C library. One thread at a time. */
public final class DiskFile implements AutoCloseable {

    /** In bytes. For larger writes Linux takes larger folios, which may be memory that nobody had yet: 2 to 5 times slower. */
    private static final int LARGEST_WRITE = 1 << 20;

    /** Which file lies there, and when it was last written to. */
    public record Stamp(@Nullable Object key, FileTime modified) {

        /** Whether they are equal; the JDK takes dozens of classes to make a record's own {@code equals}, before the first commit. */
        boolean same(Stamp other) {
            return Objects.equals(key, other.key) && modified.equals(other.modified);
        }
    }

    private static final int ZEROS = 1 << 16;

    private final StoredFile file;
    private final Path head;
    private final Map<Path, FileChannel> channels = new LinkedHashMap<>();
    private final boolean inOne;
    private @Nullable FileChannel only;
    private boolean signs = true;

    /** Where the superblock lies, from which addresses count. */
    private long base = -1;

    public DiskFile(StoredFile file) {
        this.file = file;
        this.head = file.head();
        this.inOne =
                file.parts().size() == 1 && file.access().place(file.path(), 0).wholeFile();
    }

    /** What is there now, at the file's path. */
    public Stamp stamp() throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(head, BasicFileAttributes.class);
        return new Stamp(attributes.fileKey(), attributes.lastModifiedTime());
    }

    /**
     * Sets the time of the last change to what the clock says, and tells it. Linux stamps files with the time of the last tick, so that
     * what another program wrote in the same tick, some milliseconds, could not be told. Only the owner of a file may do that.
     */
    Stamp sign() throws IOException {
        if (signs) {
            try {
                Files.setLastModifiedTime(head, FileTime.from(Instant.now()));
            } catch (IOException e) {
                signs = false;
            }
        }
        return stamp();
    }

    /** The superblock as it is on disk. */
    public Superblock superblock() throws IOException {
        Superblock superblock = Superblock.read(channel(head));
        if (superblock == null) {
            throw new IOException("its superblock is gone");
        }
        return superblock;
    }

    /** The bytes of the superblock. */
    ByteBuffer head(Superblock superblock) throws IOException {
        return read(0, superblock.length());
    }

    /** How long the file is that has the superblock, in bytes. */
    public long size() throws IOException {
        return channel(head).size();
    }

    /** Which file this is. */
    public StoredFile file() {
        return file;
    }

    /** The file that has the superblock. */
    public Path first() {
        return head;
    }

    /** Marks the file as open for writing, or as complete, where its superblock has a place for that. */
    public void mark(boolean writing) throws IOException {
        Superblock superblock = superblock();
        if (superblock.markable() && superblock.marked() != writing) {
            ByteBuffer bytes = read(0, superblock.length());
            superblock.mark(bytes, writing);
            write(0, bytes);
        }
    }

    /** Has the superblock say that the file has all the space that it has, which a writer that died may not have told it. */
    public void claimAll() throws IOException {
        Superblock superblock = superblock();
        if (inOne && superblock.endOfFile() < channel(head).size()) {
            ByteBuffer bytes = read(0, superblock.length());
            superblock.end(bytes, channel(head).size());
            write(0, bytes);
        }
    }

    /** Whether it can be written to without the C library: one file, in the format of HDF5 1.10, whose space is managed as usual. */
    public boolean isSimple() throws IOException {
        Superblock superblock = superblock();
        return inOne && superblock.markable() && superblock.plain();
    }

    /** Has the superblock say where the space ends that the file has, relative to the superblock. */
    void setEnd(long end) throws IOException {
        Superblock superblock = superblock();
        if (superblock.endOfFile() != end + superblock.start()) {
            ByteBuffer bytes = read(0, superblock.length());
            superblock.end(bytes, end + superblock.start());
            write(0, bytes);
        }
    }

    /** Has the file be at least as long as that address, which is relative to the superblock, needs it. */
    public void reach(long address) throws IOException {
        if (channel(head).size() < address + base()) {
            channel(head).write(ByteBuffer.allocate(1), address + base() - 1); // what is missing is used later, if ever
        }
    }

    /** Bytes at an address that is relative to the superblock. */
    public ByteBuffer read(long address, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        read(address, bytes);
        return bytes.rewind();
    }

    /** Reads bytes at an address that is relative to the superblock, from a buffer's position to its limit. */
    void read(long address, ByteBuffer bytes) throws IOException {
        long end = address + bytes.remaining();
        each(address, bytes, (channel, at, part) -> {
            while (part.hasRemaining()) {
                int count = channel.read(part, at + part.position());
                if (count < 0) {
                    throw new EOFException("it ends before " + end + " bytes");
                }
            }
        });
    }

    /** Writes bytes to an address that is relative to the superblock. */
    public void write(long address, ByteBuffer bytes) throws IOException {
        each(address, bytes.duplicate(), (channel, at, part) -> {
            int end = part.limit();
            while (part.position() < end) {
                part.limit(Math.min(end, part.position() + LARGEST_WRITE));
                channel.write(part, at + part.position());
            }
        });
    }

    private interface DiskStep {

        /** Moves bytes, of which the first belongs to an offset of a channel. */
        void move(FileChannel channel, long at, ByteBuffer part) throws IOException;
    }

    private void each(long address, ByteBuffer bytes, DiskStep step) throws IOException {
        long position = address + base();
        int end = bytes.limit();
        if (inOne) {
            step.move(onlyOne(), position, bytes.slice(bytes.position(), bytes.remaining()));
            return;
        }
        while (bytes.position() < end) {
            FileDriver.FilePlace place = file.access().place(file.path(), position);
            int length = (int) Math.min(end - bytes.position(), place.length());
            step.move(channel(place.path()), place.offset(), bytes.slice(bytes.position(), length));
            bytes.position(bytes.position() + length);
            position += length;
        }
    }

    private long base() throws IOException {
        if (base < 0) {
            base = superblock().start();
        }
        return base;
    }

    /** Where the superblock lies, also of a file that has none yet. */
    public long start() throws IOException {
        return base < 0 && Superblock.read(channel(head)) == null ? 0 : base();
    }

    /** Whether what is at an address lies beside the structure, as a driver may have it. */
    public boolean isApart(long address) throws IOException {
        return file.access().isApart(address + base());
    }

    /** The address of a place in the file. */
    public long address(long offset) throws IOException {
        return offset - base();
    }

    /**
     * Has the disk keep room behind the space that is in use, which nobody has written to.
     *
     * @param from where that space ends, as a position in the file
     * @param end where the room ends
     */
    public void fill(long from, long end) throws IOException {
        if (inOne) { // otherwise the sizes of its parts are the driver's affair
            for (long at = from; at < end; ) {
                at += channel(head).write(ByteBuffer.allocate((int) Math.min(ZEROS, end - at)), at);
            }
        }
    }

    /** Throws if the file may not be so large, as a user or a process may not have such files. */
    public void mustBeAllowed(long size) throws IOException {
        if (inOne && channel(head).size() < size) {
            channel(head).write(ByteBuffer.allocate(1), size - 1);
        }
    }

    /** Has the disk keep room for bytes that may not have been written yet, at an address that is relative to the superblock. */
    public void back(long address, int length) throws IOException {
        if (!inOne) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.allocate(length);
        long at = address + start();
        int count = 0;
        while (count >= 0 && bytes.hasRemaining()) {
            count = channel(head).read(bytes, at + bytes.position());
        }
        bytes.clear(); // what the file has not got is zero
        while (bytes.hasRemaining()) {
            channel(head).write(bytes, at + bytes.position());
        }
    }

    /** Gives the disk what lies behind the given address, which is relative to the superblock. */
    public void cut(long address) throws IOException {
        if (inOne) {
            channel(head).truncate(start() + address);
        }
    }

    /** Where the space ends that the file has, relative to the superblock. */
    public long end() throws IOException {
        Superblock superblock = superblock();
        return superblock.endOfFile() - superblock.start();
    }

    /**
     * Makes the file what it was when these bytes were read, and complete.
     *
     * @param images what the bytes were
     */
    public void restore(List<RollbackJournal.Image> images) throws IOException {
        for (RollbackJournal.Image image : images) { // of which the oldest is the last, since it may lie within another
            write(image.address(), image.bytes());
        }
        fit();
        force();
        mark(false);
    }

    /** Makes the file as long as its superblock says, behind which there is nothing. */
    public void fit() throws IOException {
        if (inOne) {
            long end = superblock().endOfFile();
            FileChannel channel = channel(head);
            if (channel.size() < end) {
                channel.write(ByteBuffer.allocate(1), end - 1); // what is missing was never used
            } else {
                channel.truncate(end);
            }
        }
    }

    /** Removes the file, with all its parts. */
    public void delete() throws IOException {
        close();
        for (Path part : file.others()) {
            Files.deleteIfExists(part);
        }
        for (Path part : file.parts()) {
            Files.deleteIfExists(part);
        }
    }

    /** Waits until the disk has all that was written. */
    void force() throws IOException {
        channel(head);
        for (Path part : file.others()) {
            channel(part);
        }
        for (FileChannel channel : channels.values()) {
            channel.force(true);
        }
    }

    private FileChannel onlyOne() throws IOException {
        FileChannel channel = only;
        if (channel == null) {
            channel = channel(head);
            only = channel;
        }
        return channel;
    }

    private FileChannel channel(Path part) throws IOException {
        FileChannel channel = channels.get(part);
        if (channel == null) {
            channel = SteadyChannel.of(part, StandardOpenOption.READ, StandardOpenOption.WRITE);
            channels.put(part, channel);
        }
        return channel;
    }

    @Override
    public void close() throws IOException {
        for (FileChannel channel : channels.values()) {
            channel.close();
        }
        channels.clear();
        only = null;
    }
}
