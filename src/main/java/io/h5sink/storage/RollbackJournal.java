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
 * A file beside the data file with the bytes that a commit overwrites, as they were before: a rollback journal. While a session
 * runs it holds a lock on the journal, which the system takes away when its process ends, however it ends.
 *
 * <p>Content: notes, one after the other. A note, little-endian: the magic number and the number of its chain (int64 each), the kind
 * and the count of images (int32 each), the length of all images (int64); for each image its address in the data file (int64), its
 * length (int32) and its bytes; the CRC-32C of all that (int64). Valid are the first note and those of the same chain that follow.
 * The first magic number is zero while there is nothing to do. One thread at a time.
 */
public final class RollbackJournal implements AutoCloseable {

    /** Bytes of the data file as they were. */
    public record Image(long address, ByteBuffer bytes) {}

    /** What the writer was doing. */
    public enum Kind {
        /** It was making the data file. */
        BIRTH(1),
        /** It had the data file open, and had overwritten nothing since the last commit. */
        OPEN(2),
        /** It was overwriting what the images tell. */
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
     * What is noted.
     *
     * @param kind what the writer was doing
     * @param images what is to be written back, in this order
     */
    public record Content(Kind kind, List<Image> images) {}

    private static final String ENDING = ".journal";

    /** What file systems have, in bytes. */
    private static final int LONGEST_NAME = 255;

    private static final Logger LOG = LoggerFactory.getLogger("io.h5sink");
    private static final long MAGIC = 0x314A_6B6E_6973_3568L; // "h5sinkJ1"
    private static final int HEADER = 2 * Long.BYTES + 2 * Integer.BYTES + Long.BYTES;

    /** Kept free on disk, so that a commit on a full one can still be undone. */
    private static final int RESERVED = 1 << 16;

    private final Path path;
    private final FileChannel channel;

    /** What the notes have in common that belong together; not what older ones have, of which parts lie behind them. */
    private long chain;

    private ByteBuffer kept = ByteBuffer.allocateDirect(0);

    /** Where the next note of the chain goes. */
    private long end;

    private RollbackJournal(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Whether a writer is at work, or has died.
     *
     * @param file where it lies
     * @return true if it has a journal
     */
    public static boolean isBeside(Path file) {
        return Files.exists(of(file));
    }

    /** Where the journal of a data file lies: at a name of the file's own, also where that is too long for another ending. */
    public static Path of(Path file) {
        String name = String.valueOf(file.getFileName());
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        if (utf8.length + ENDING.length() > LONGEST_NAME) {
            CRC32C sum = new CRC32C();
            sum.update(utf8);
            String mark = String.format("-%08x", sum.getValue());
            int end = name.length();
            while (name.substring(0, end).getBytes(StandardCharsets.UTF_8).length + mark.length() + ENDING.length()
                    > LONGEST_NAME) {
                end = name.offsetByCodePoints(end, -1);
            }
            name = name.substring(0, end) + mark;
        }
        return file.resolveSibling(name + ENDING);
    }

    /** Opens or makes the journal of a data file, for this process alone. */
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
                Files.deleteIfExists(path); // it says nothing, and there is no room for more
            }
            throw e;
        }
    }

    /** Gives the room away that it keeps free. */
    public void giveRoom() throws IOException {
        channel.truncate(read() == null ? 0 : end);
    }

    private static void lock(FileChannel channel) throws IOException {
        @Nullable FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        } catch (IOException e) {
            return; // a file system without locks
        }
        if (lock == null) {
            throw StorageException.busy("another process writes to it with h5sink", null);
        }
    }

    /** The head of what the journal of a data file tells, for those who only look; empty if there is none. */
    public static ByteBuffer peek(Path file) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
        RegularFile.mustBeBeside(of(file));
        try (FileChannel channel = SteadyChannel.of(of(file), StandardOpenOption.READ)) {
            while (head.hasRemaining() && channel.read(head, head.position()) >= 0) {
                // a read may give less than it was asked for
            }
        } catch (NoSuchFileException e) {
            return ByteBuffer.allocate(0);
        }
        return head.flip();
    }

    /** What no two commits have in common, but those of one process between which nothing was noted; 0 if nothing ever was. */
    public static long chain(ByteBuffer head) {
        return head.remaining() < HEADER ? 0 : head.getLong(Long.BYTES);
    }

    /** Whether a commit is on the way, or was when its writer died. */
    public static boolean tellsOfCommit(ByteBuffer head) {
        return head.remaining() == HEADER && head.getLong(0) == MAGIC && head.getInt(2 * Long.BYTES) != Kind.OPEN.code;
    }

    /** A note, and where it ends. */
    private record Note(long chain, Kind kind, List<Image> images, long end) {}

    /** What is noted; null if nothing is. What was noted first is written back last, because it is older. */
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
            return null; // the process died while it was written, before anything was overwritten
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
            // a read may give less than it was asked for
        }
        return bytes.flip();
    }

    /** Notes what the writer is doing, and what is about to be overwritten by that, in place of what was noted before. */
    public void note(Kind kind, List<Image> images) throws IOException {
        chain = ThreadLocalRandom.current().nextLong();
        end = 0;
        append(kind, images);
    }

    /** Notes what else is about to be overwritten, behind what was, which stays valid if the process dies meanwhile. */
    public void more(List<Image> images) throws IOException {
        append(Kind.FLUSH, images);
    }

    private void append(Kind kind, List<Image> images) throws IOException {
        long length = 0;
        for (Image image : images) {
            length += Long.BYTES + Integer.BYTES + image.bytes().remaining();
        }
        ByteBuffer all = room(Math.toIntExact(HEADER + length + Long.BYTES))
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

    /** Memory for a note, kept for the next one unless it is large. */
    private ByteBuffer room(int bytes) {
        ByteBuffer room = bytes <= kept.capacity() ? kept.clear() : ByteBuffer.allocateDirect(bytes);
        if (bytes <= RESERVED) {
            kept = room;
        }
        return room.order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Where the last note ends. */
    public long end() {
        return end;
    }

    /** Has the next one of the chain begin where an earlier one has ended. */
    public void rewind(long to) {
        end = to;
    }

    private static long checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return crc.getValue();
    }

    /** Notes that there is nothing to do. */
    public void clear() throws IOException {
        channel.write(ByteBuffer.allocate(Long.BYTES), 0);
    }

    /** Waits until the disk has it. */
    public void force() throws IOException {
        channel.force(true);
    }

    /** Waits until the disk knows of the names that were made beside it, and of its own. */
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

    /** When something was last noted. */
    public Instant lastModified() throws IOException {
        return Files.getLastModifiedTime(path).toInstant();
    }

    /** Where it lies. */
    public Path path() {
        return path;
    }

    /** Leaves it to others; removes it if there is nothing to do. */
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
