package io.h5sink.transaction;

import io.h5sink.format.DriverInfo;
import io.h5sink.format.Superblock;
import io.h5sink.storage.RollbackJournal;
import io.h5sink.storage.driver.BytesOnDisk;
import io.h5sink.storage.driver.FileBytes;
import io.h5sink.storage.driver.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The bytes of a file by their addresses, and the file's superblock. One thread at a time. */
public final class DiskFile implements AutoCloseable {

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
    private final FileBytes bytes;

    /** Whether a single file on disk has all bytes in their order. */
    private final boolean inOne;

    private boolean signs = true;

    /** The superblock's position in the file, from which addresses count; negative before the position is known. */
    private long base = -1;

    /** A file on disk. */
    public DiskFile(StoredFile file) {
        this(file, new BytesOnDisk(file));
    }

    /** A file whose bytes may be elsewhere. */
    DiskFile(StoredFile file, FileBytes bytes) {
        this.file = file;
        this.head = file.head();
        this.bytes = bytes;
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

    private @Nullable Superblock found() throws IOException {
        long size = bytes.size();
        return Superblock.find(
                size, (to, at) -> bytes.read(at, to.slice(0, (int) Math.min(to.remaining(), size - at))));
    }

    /** Reads the superblock. */
    public Superblock superblock() throws IOException {
        Superblock superblock = found();
        if (superblock == null) {
            throw new IOException("its superblock is gone");
        }
        return superblock;
    }

    /** Reads the bytes of the superblock. */
    ByteBuffer head(Superblock superblock) throws IOException {
        return read(0, superblock.length());
    }

    /** The superblock as a pre-image. */
    public RollbackJournal.Image headImage() throws IOException {
        return new RollbackJournal.Image(0, head(superblock()));
    }

    /** The size of the file, in bytes; of a split file, the size of the metadata. */
    public long size() throws IOException {
        return bytes.size();
    }

    /** The bytes by their positions. */
    FileBytes bytes() {
        return bytes;
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
            ByteBuffer copy = head(superblock);
            superblock.mark(copy, writing);
            write(0, copy);
        }
    }

    /** Sets the consistency flags of the superblock, if the superblock has such flags. */
    void flag(byte flags) throws IOException {
        Superblock superblock = superblock();
        if (superblock.markable()) {
            ByteBuffer copy = head(superblock);
            superblock.flag(copy, flags);
            write(0, copy);
        }
    }

    /** Marks the superblock with the mark of a session, which recovery distinguishes from the marks of other programs. */
    void markOwn() throws IOException {
        Superblock superblock = superblock();
        if (superblock.hasMark()) {
            ByteBuffer copy = head(superblock);
            superblock.commit(copy);
            write(0, copy);
        }
    }

    /** Sets the superblock's end of file to the file's size: a writer that died may have left a smaller end of file. */
    public void claimAll() throws IOException {
        Superblock superblock = superblock();
        if (inOne && superblock.endOfFile() < size()) {
            ByteBuffer copy = head(superblock);
            superblock.end(copy, size());
            write(0, copy);
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
            ByteBuffer copy = head(superblock);
            superblock.end(copy, end + superblock.start());
            write(0, copy);
        }
    }

    /** Extends the file to an address, which is relative to the superblock, if the file is shorter. */
    public void reach(long address) throws IOException {
        bytes.reach(address + base());
    }

    /** Reads bytes at an address that is relative to the superblock. */
    public ByteBuffer read(long address, int length) throws IOException {
        ByteBuffer found = ByteBuffer.allocate(length);
        read(address, found);
        return found.rewind();
    }

    /** Reads bytes at an address that is relative to the superblock, from a buffer's position to its limit. */
    void read(long address, ByteBuffer to) throws IOException {
        bytes.read(address + base(), to);
    }

    /** Writes bytes to an address that is relative to the superblock. */
    public void write(long address, ByteBuffer from) throws IOException {
        bytes.write(address + base(), from.duplicate());
    }

    private long base() throws IOException {
        if (base < 0) {
            base = superblock().start();
        }
        return base;
    }

    /** The superblock's position in the file; 0 for a file that has no superblock yet. */
    public long start() throws IOException {
        return base < 0 && found() == null ? 0 : base();
    }

    /** Whether an address lies outside the address range of the metadata, as with the split driver. */
    public boolean isApart(long address) {
        return file.access().isApart(address); // a file that keeps raw data apart has no user block
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
            for (long at = from; at < end; at += ZEROS) {
                bytes.write(at, ByteBuffer.allocate((int) Math.min(ZEROS, end - at)));
            }
        }
    }

    /** Throws if a file of this size exceeds the limit of the user or of the process. */
    public void mustBeAllowed(long size) throws IOException {
        if (inOne) {
            bytes.reach(size);
        }
    }

    /** Reserves disk space for bytes that may not have been written yet, at an address that is relative to the superblock. */
    public void back(long address, int length) throws IOException {
        if (!inOne) {
            return;
        }
        ByteBuffer content = ByteBuffer.allocate(length); // bytes beyond the file's end are zeros
        long at = address + start();
        long there = Math.min(length, size() - at);
        if (there > 0) {
            bytes.read(at, content.slice(0, (int) there));
        }
        bytes.write(at, content);
    }

    /** Truncates the file at an address, which is relative to the superblock. */
    public void cut(long address) throws IOException {
        bytes.truncate(start() + address);
        for (long end : ends(superblock())) {
            if (file.access().isApart(end)) {
                bytes.truncate(end);
            }
        }
    }

    private List<Long> ends(Superblock superblock) throws IOException {
        DriverInfo info = inOne ? null : DriverInfo.read(head, superblock);
        return file.access().ends(superblock, info);
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

    /** Extends or truncates the file to the superblock's end of file, and the raw data of a split file to theirs. */
    public void fit() throws IOException {
        for (long end : ends(superblock())) {
            bytes.reach(end);
            bytes.truncate(end);
        }
    }

    /** Deletes the file with all its parts. */
    public void delete() throws IOException {
        bytes.delete();
    }

    /** Forces all writes to the disk. */
    void force() throws IOException {
        bytes.force();
    }

    /** Whether files came into being on disk since the last call, whose names are to be forced too. */
    boolean hasNewNames() {
        return bytes.hasNewNames();
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
