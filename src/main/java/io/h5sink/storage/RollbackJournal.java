package io.h5sink.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A rollback journal: a file beside the data file with pre-images, which are the bytes that a commit overwrites, as they were before. A
 * session holds a lock on the journal; the operating system releases the lock when the session's process ends, however the process ends.
 *
 * <p>Content: entries, one after the other. An entry, little-endian, consists of the magic number and the number of the entry's chain
 * (int64 each), the kind and the count of images (int32 each), and the length of all images (int64); for each image its address in the data
 * file (int64), its length (int32) and its bytes; the CRC-32C of all that (int64). Valid are the first entry and the entries of the same
 * chain that follow. The first magic number is zero while recovery has nothing to do. One thread at a time.
 */
public final class RollbackJournal implements AutoCloseable {

    /** A pre-image: bytes of the data file from before a commit. */
    public record Image(long address, ByteBuffer bytes) {}

    /** The state of the writer when the entry was written. */
    public enum Kind {
        /** The writer was creating the data file. */
        BIRTH(1),
        /** The writer had the data file open, and had overwritten nothing since the last commit. */
        OPEN(2),
        /** The writer was overwriting the bytes of the entry's images. */
        FLUSH(3);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        private static Kind of(int code) throws IOException {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw new IOException("its journal was written by a later version of h5sink");
        }
    }

    /**
     * The content of a journal.
     *
     * @param kind the state of the writer
     * @param images the pre-images, in the order in which they are to be written back
     */
    public record Content(Kind kind, List<Image> images) {}

    private static final String ENDING = ".journal";
    private static final String DRAFT_ENDING = ".journal-new";

    /** The longest file name of common file systems, in bytes. */
    private static final int LONGEST_NAME = 255;

    private static final Logger LOG = LoggerFactory.getLogger("io.h5sink");
    private static final long MAGIC = 0x314A_6B6E_6973_3568L; // "h5sinkJ1"
    private static final int HEADER = 2 * Long.BYTES + 2 * Integer.BYTES + Long.BYTES;

    /** The space that the journal file reserves on the disk, in bytes, so that a commit can be undone even on a full disk. */
    private static final int RESERVED = 1 << 16;

    private final Path path;
    private final FileChannel channel;

    /**
     * A number that all entries of one chain share. Remains of older entries, which may lie behind the chain's last entry, have other
     * numbers.
     */
    private long chain;

    private ByteBuffer kept = ByteBuffer.allocateDirect(0);

    /** The position of the chain's next entry. */
    private long end;

    private RollbackJournal(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Whether a writer has the file open, or has died.
     *
     * @param file the path of the data file
     * @return true if the file has a journal
     */
    public static boolean isBeside(Path file) {
        return Files.exists(of(file));
    }

    /**
     * The path of a data file's journal. If the data file's name is too long for the ending, the name is shortened, and a checksum keeps
     * the result unique.
     */
    public static Path of(Path file) {
        return beside(file, ENDING);
    }

    /** The path of a data file that is being made, before it gets its name. */
    public static Path draft(Path file) {
        return beside(file, DRAFT_ENDING);
    }

    private static Path beside(Path file, String ending) {
        String name = String.valueOf(file.getFileName());
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        if (utf8.length + ending.length() > LONGEST_NAME) {
            CRC32C sum = new CRC32C();
            sum.update(utf8);
            String mark = String.format("-%08x", sum.getValue());
            int end = name.length();
            while (name.substring(0, end).getBytes(StandardCharsets.UTF_8).length + mark.length() + ending.length()
                    > LONGEST_NAME) {
                end = name.offsetByCodePoints(end, -1);
            }
            name = name.substring(0, end) + mark;
        }
        return file.resolveSibling(name + ending);
    }

    /** Opens or creates the journal of a data file, and locks the journal for this process. */
    public static RollbackJournal open(Path file) {
        Path path = of(file);
        RegularFile.mustBeBeside(path);
        try {
            FileChannel channel = SteadyChannel.of(
                    path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                lock(channel);
                return reserved(path, channel);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            String why = e instanceof AccessDeniedException
                    ? "access is denied; its directory must be writable while a session runs"
                    : e.getMessage();
            throw StorageException.file("its journal " + path + " cannot be made: " + why, e);
        }
    }

    private static RollbackJournal reserved(Path path, FileChannel channel) throws IOException {
        RollbackJournal journal = new RollbackJournal(path, channel);
        try {
            for (long at = channel.size(); at < RESERVED; ) {
                at += channel.write(ByteBuffer.allocateDirect((int) (RESERVED - at)), at);
            }
            return journal;
        } catch (IOException e) {
            if (journal.read() == null) {
                Files.deleteIfExists(path); // the journal is empty, and the disk is full
            }
            throw e;
        }
    }

    /** Frees the reserved space of the journal file. */
    public void freeReserved() throws IOException {
        channel.truncate(read() == null ? 0 : end);
    }

    private static void lock(FileChannel channel) throws IOException {
        @Nullable FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        } catch (IOException e) {
            return; // the file system has no locks
        }
        if (lock == null) {
            throw StorageException.busy("another process writes to it with h5sink", null);
        }
    }

    /** The header of the first entry in a data file's journal, read without the lock; empty if the data file has no journal. */
    public static ByteBuffer peek(Path file) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
        RegularFile.mustBeBeside(of(file));
        try (FileChannel channel = SteadyChannel.of(of(file), StandardOpenOption.READ)) {
            while (head.hasRemaining() && channel.read(head, head.position()) >= 0) {
                // a read may return fewer bytes than requested
            }
        } catch (NoSuchFileException e) {
            return ByteBuffer.allocate(0);
        }
        return head.flip();
    }

    /**
     * The number of the chain, by which two commits differ, unless they are of one process that wrote no entry between them; 0 if no entry
     * was ever written.
     */
    public static long chain(ByteBuffer head) {
        return head.remaining() < HEADER ? 0 : head.getLong(Long.BYTES);
    }

    /** Whether a commit is in progress, or was when its writer died. */
    public static boolean showsCommit(ByteBuffer head) {
        return head.remaining() == HEADER && head.getLong(0) == MAGIC && head.getInt(2 * Long.BYTES) != Kind.OPEN.code;
    }

    /** An entry, and the position of its end. */
    private record Note(long chain, Kind kind, List<Image> images, long end) {}

    /**
     * The journal's content; null if the journal has no valid entry. The pre-images that were written first come last, because they are the
     * oldest.
     */
    @Nullable
    public Content read() throws IOException {
        Note first = noteAt(0);
        if (first == null) {
            return null;
        }
        List<Image> images = new ArrayList<>(first.images());
        Note next = noteAt(first.end());
        while (next != null && next.chain() == first.chain()) {
            images.addAll(0, next.images());
            next = noteAt(next.end());
        }
        return new Content(first.kind(), images);
    }

    private @Nullable Note noteAt(long at) throws IOException {
        ByteBuffer header = read(at, HEADER);
        if (header.remaining() < HEADER || header.getLong() != MAGIC) {
            return null;
        }
        long itsChain = header.getLong();
        int kind = header.getInt();
        int count = header.getInt();
        long length = header.getLong();
        if (length < 0
                || length > Integer.MAX_VALUE - HEADER - Long.BYTES
                || at + HEADER + length + Long.BYTES > channel.size()) {
            return null; // the process died while writing this entry, before it overwrote anything
        }
        ByteBuffer all = read(at, Math.toIntExact(HEADER + length + Long.BYTES));
        int sum = all.limit() - Long.BYTES;
        if (all.getLong(sum) != checksum(all.slice(0, sum))) {
            return null;
        }
        all.position(HEADER);
        List<Image> images = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long address = all.getLong();
            int bytes = all.getInt();
            images.add(new Image(address, all.slice(all.position(), bytes)));
            all.position(all.position() + bytes);
        }
        return new Note(itsChain, Kind.of(kind), images, at + all.limit());
    }

    private ByteBuffer read(long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining() && channel.read(bytes, at + bytes.position()) >= 0) {
            // a read may return fewer bytes than requested
        }
        return bytes.flip();
    }

    /** Starts a chain with an entry for bytes that are about to be overwritten; replaces all earlier entries. */
    public void note(Kind kind, List<Image> images) throws IOException {
        chain = ThreadLocalRandom.current().nextLong();
        end = 0;
        append(kind, images);
    }

    /**
     * Adds an entry to the chain for more bytes that are about to be overwritten; earlier entries stay valid if the process dies meanwhile.
     */
    public void more(List<Image> images) throws IOException {
        append(Kind.FLUSH, images);
    }

    private void append(Kind kind, List<Image> images) throws IOException {
        long length = 0;
        for (Image image : images) {
            length += Long.BYTES + Integer.BYTES + image.bytes().remaining();
        }
        ByteBuffer all = entryBuffer(Math.toIntExact(HEADER + length + Long.BYTES))
                .putLong(MAGIC)
                .putLong(chain)
                .putInt(kind.code)
                .putInt(images.size())
                .putLong(length);
        for (Image image : images) {
            all.putLong(image.address())
                    .putInt(image.bytes().remaining())
                    .put(image.bytes().duplicate());
        }
        all.putLong(checksum(all.duplicate().flip())).flip();
        while (all.hasRemaining()) {
            channel.write(all, end + all.position());
        }
        end += all.limit();
    }

    /** A buffer for an entry, which is reused unless the entry is large. */
    private ByteBuffer entryBuffer(int bytes) {
        ByteBuffer buffer = bytes <= kept.capacity() ? kept.clear() : ByteBuffer.allocateDirect(bytes);
        if (bytes <= RESERVED) {
            kept = buffer;
        }
        return buffer.order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The end of the last entry, as a position. */
    public long end() {
        return end;
    }

    /** Sets the position of the chain's next entry to the end of an earlier entry. */
    public void rewind(long to) {
        end = to;
    }

    private static long checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return crc.getValue();
    }

    /** Empties the journal: recovery has nothing to do. */
    public void clear() throws IOException {
        channel.write(ByteBuffer.allocate(Long.BYTES), 0);
    }

    /** Forces the journal to the disk. */
    public void force() throws IOException {
        channel.force(true);
    }

    /** Forces the directory entries of the journal and of new files beside the journal to the disk. */
    public void forceNames() {
        Path directory = path.toAbsolutePath().getParent();
        if (directory != null) {
            try (FileChannel names = SteadyChannel.of(directory, StandardOpenOption.READ)) {
                names.force(true);
            } catch (IOException e) {
                LOG.debug("{}: this system does not force directories", directory, e);
            }
        }
    }

    /** The time at which the last entry was written. */
    public Instant lastModified() throws IOException {
        return Files.getLastModifiedTime(path).toInstant();
    }

    /** The path of the journal. */
    public Path path() {
        return path;
    }

    /** Releases the lock; deletes the journal if the journal is empty. */
    @Override
    public void close() throws IOException {
        try {
            if (read() == null) {
                Files.deleteIfExists(path);
            }
        } finally {
            channel.close();
        }
    }
}
