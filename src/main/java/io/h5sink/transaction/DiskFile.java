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

/** The bytes of a file on disk, accessed without the C library. One thread at a time. */
public final class DiskFile implements AutoCloseable {

    /**
     * The largest single write, in bytes. For larger writes Linux allocates larger folios in the page cache, which may be memory that no
     * process has used yet: such writes are 2 to 5 times slower.
     */
    private static final int LARGEST_WRITE = 1 << 20;

    /**
     * The identity of the file at a path, and the time of the file's last change.
     *
     * @param key the file key of the file system, such as device and inode; null if the file system has none
     * @param modified the time of the last change
     */
    public record Stamp(@Nullable Object key, FileTime modified) {

        /**
         * Whether two values are equal. The JDK loads dozens of classes for a record's own {@code equals}, which would delay the first
         * commit.
         */
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

    /** The superblock's position in the file, from which addresses count; negative before the position is known. */
    private long base = -1;

    public DiskFile(StoredFile file) {
        this.file = file;
        this.head = file.head();
        this.inOne =
                file.parts().size() == 1 && file.access().place(file.path(), 0).wholeFile();
    }

    /** The identity and the time of the last change of the file that is at the path now. */
    public Stamp stamp() throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(head, BasicFileAttributes.class);
        return new Stamp(attributes.fileKey(), attributes.lastModifiedTime());
    }

    /**
     * Sets the file's time of last change to the present, and returns identity and time. Linux takes the time of the last tick for a write,
     * so that another program's write in the same tick, some milliseconds, would leave the time unchanged. Only the owner of a file may set
     * the time.
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

    /** Reads the superblock from the disk. */
    public Superblock superblock() throws IOException {
        Superblock superblock = Superblock.read(channel(head));
        if (superblock == null) {
            throw new IOException("its superblock is gone");
        }
        return superblock;
    }

    /** Reads the bytes of the superblock. */
    ByteBuffer head(Superblock superblock) throws IOException {
        return read(0, superblock.length());
    }

    /** The size of the file that has the superblock, in bytes. */
    public long size() throws IOException {
        return channel(head).size();
    }

    /** The path and the driver of this file. */
    public StoredFile file() {
        return file;
    }

    /** The path of the file that has the superblock. */
    public Path first() {
        return head;
    }

    /** Marks the superblock as open for writing, or as closed, if the superblock has consistency flags. */
    public void mark(boolean writing) throws IOException {
        Superblock superblock = superblock();
        if (superblock.marked() != writing && (superblock.markable() || !writing)) {
            ByteBuffer bytes = read(0, superblock.length());
            superblock.mark(bytes, writing);
            write(0, bytes);
        }
    }

    /** Sets the consistency flags of the superblock, if the superblock has such flags. */
    void flag(byte flags) throws IOException {
        Superblock superblock = superblock();
        if (superblock.markable()) {
            ByteBuffer bytes = head(superblock);
            superblock.flag(bytes, flags);
            write(0, bytes);
        }
    }

    /** Marks the superblock with the mark of a session, which recovery distinguishes from the marks of other programs. */
    void markOwn() throws IOException {
        Superblock superblock = superblock();
        ByteBuffer bytes = head(superblock);
        superblock.commit(bytes);
        write(0, bytes);
    }

    /** Sets the superblock's end of file to the file's size: a writer that died may have left a smaller end of file. */
    public void claimAll() throws IOException {
        Superblock superblock = superblock();
        if (inOne && superblock.endOfFile() < channel(head).size()) {
            ByteBuffer bytes = read(0, superblock.length());
            superblock.end(bytes, channel(head).size());
            write(0, bytes);
        }
    }

    /**
     * Whether Java can write to the file without the C library: the file is one file on disk, in the format of HDF5 1.10, with the default
     * file space strategy.
     */
    public boolean isSimple() throws IOException {
        Superblock superblock = superblock();
        return inOne && superblock.markable() && superblock.plain();
    }

    /** Sets the superblock's end of file, relative to the superblock. */
    void setEnd(long end) throws IOException {
        Superblock superblock = superblock();
        if (superblock.endOfFile() != end + superblock.start()) {
            ByteBuffer bytes = read(0, superblock.length());
            superblock.end(bytes, end + superblock.start());
            write(0, bytes);
        }
    }

    /** Extends the file to an address, which is relative to the superblock, if the file is shorter. */
    public void reach(long address) throws IOException {
        if (channel(head).size() < address + base()) {
            channel(head).write(ByteBuffer.allocate(1), address + base() - 1); // the bytes before have no content yet
        }
    }

    /** Reads bytes at an address that is relative to the superblock. */
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

        /** Reads or writes bytes, the first of which belongs to an offset of a channel. */
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

    /** The superblock's position in the file; 0 for a file that has no superblock yet. */
    public long start() throws IOException {
        return base < 0 && Superblock.read(channel(head)) == null ? 0 : base();
    }

    /** Whether an address lies outside the address range of the metadata, as with the split driver. */
    public boolean isApart(long address) throws IOException {
        return file.access().isApart(address + base());
    }

    /** The address that belongs to a position in the file. */
    public long address(long offset) throws IOException {
        return offset - base();
    }

    /**
     * Reserves disk space behind the space that is in use; the reserved bytes have not been written to.
     *
     * @param from the end of the space in use, as a position in the file
     * @param end the end of the reserved space, as a position in the file
     */
    public void fill(long from, long end) throws IOException {
        if (inOne) { // of a file in several parts, the driver determines the sizes of the parts
            for (long at = from; at < end; ) {
                at += channel(head).write(ByteBuffer.allocate((int) Math.min(ZEROS, end - at)), at);
            }
        }
    }

    /** Throws if a file of this size exceeds the limit of the user or of the process. */
    public void mustBeAllowed(long size) throws IOException {
        if (inOne && channel(head).size() < size) {
            channel(head).write(ByteBuffer.allocate(1), size - 1);
        }
    }

    /** Reserves disk space for bytes that may not have been written yet, at an address that is relative to the superblock. */
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
        bytes.clear(); // bytes beyond the file's end are zeros
        while (bytes.hasRemaining()) {
            channel(head).write(bytes, at + bytes.position());
        }
    }

    /** Truncates the file at an address, which is relative to the superblock. */
    public void cut(long address) throws IOException {
        if (inOne) {
            channel(head).truncate(start() + address);
        }
    }

    /** The end of file in the superblock, relative to the superblock. */
    public long end() throws IOException {
        Superblock superblock = superblock();
        return superblock.endOfFile() - superblock.start();
    }

    /**
     * Writes pre-images back, and marks the file as closed.
     *
     * @param images the pre-images
     */
    public void restore(List<RollbackJournal.Image> images) throws IOException {
        // the oldest pre-image is the last, since one may lie within another
        for (RollbackJournal.Image image : images) {
            write(image.address(), image.bytes());
        }
        fit();
        force();
        mark(false);
    }

    /** Extends or truncates the file to the superblock's end of file. */
    public void fit() throws IOException {
        if (inOne) {
            long end = superblock().endOfFile();
            FileChannel channel = channel(head);
            if (channel.size() < end) {
                channel.write(ByteBuffer.allocate(1), end - 1); // the bytes before were never used
            } else {
                channel.truncate(end);
            }
        }
    }

    /** Deletes the file with all its parts. */
    public void delete() throws IOException {
        close();
        for (Path part : file.others()) {
            Files.deleteIfExists(part);
        }
        for (Path part : file.parts()) {
            Files.deleteIfExists(part);
        }
    }

    /** Forces all writes to the disk. */
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
