package io.h5sink.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The programs that hold a file for writing, as far as Linux shows them. The C library takes {@code flock} on a file before it reads the
 * file, and releases the lock when it closes the file (HDF5 1.10.8 and 2.0.0). Java's own locks do not conflict with {@code flock}, but
 * {@code /proc/locks} lists these locks by device and inode; the list lacks the locks of processes in other PID namespaces and of other
 * machines. One thread at a time.
 */
public final class FileHolders implements AutoCloseable {

    private static final Path LOCKS = Path.of("/proc/locks");

    /** The most bytes that Linux returns for one read of {@code /proc/locks}. */
    private static final int PAGE = 1 << 12;

    private final Path file;
    private final Path journal;
    private @Nullable FileChannel locks;
    private ByteBuffer text = ByteBuffer.allocate(2 * PAGE);

    /**
     * The file's device and inode as {@code /proc/locks} writes them, between blanks; null before they are known, or if they cannot be
     * known.
     */
    private byte @Nullable [] wanted;

    private boolean silent = !Files.isReadable(LOCKS);

    /**
     * The holders of a file whose journal this process has locked.
     *
     * @param file the part of the file that has the superblock
     * @param journal the journal, in the same directory
     */
    public FileHolders(Path file, Path journal) {
        this.file = file;
        this.journal = journal;
    }

    /** Whether another program has the file open for writing, as far as the system shows locks; false if the system shows none. */
    public boolean any() {
        if (silent) {
            return false;
        }
        try {
            int end = read();
            byte[] name = wanted;
            if (name == null) {
                name = name(new String(text.array(), 0, end, StandardCharsets.ISO_8859_1));
                wanted = name;
            }
            return name != null && holds(text.array(), end, name);
        } catch (NoSuchFileException e) {
            return false; // the file is gone, which the next reading of its time shows
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            silent = true; // the system hides its locks, or has no inodes
            return false;
        }
    }

    /**
     * The file's device and inode as {@code /proc/locks} writes them. A file system may have one device number for {@code stat} and another
     * for locks, so that the device is read from the entry of the journal's lock: the journal lies in the same directory.
     */
    private byte @Nullable [] name(String lines) throws IOException {
        String journals = ":" + Files.getAttribute(journal, "unix:ino") + " ";
        int at = lines.indexOf(journals);
        if (at < 0) {
            silent = true; // the file system's locks are not listed
            return null;
        }
        String device = lines.substring(lines.lastIndexOf(' ', at), at);
        return (device + ":" + Files.getAttribute(file, "unix:ino") + " ").getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Reads all of {@code /proc/locks}; returns the length. */
    private int read() throws IOException {
        FileChannel from = locks;
        if (from == null) {
            from = FileChannel.open(LOCKS, StandardOpenOption.READ);
            locks = from;
        }
        text.clear();
        int count;
        do {
            if (text.remaining() < PAGE) {
                text = ByteBuffer.allocate(2 * text.capacity()).put(text.flip());
            }
            count = from.read(text, text.position());
        } while (count > 0);
        return text.position();
    }

    /**
     * Whether a line of {@code /proc/locks} shows a lock for writing on the file; lines with an arrow are processes that wait for a lock.
     */
    private static boolean holds(byte[] lines, int end, byte[] name) {
        for (int start = 0, stop; start < end; start = stop + 1) {
            stop = start;
            while (stop < end && lines[stop] != '\n') {
                stop++;
            }
            String line = contains(lines, start, stop, name)
                    ? new String(lines, start, stop - start, StandardCharsets.ISO_8859_1)
                    : "";
            if (line.contains(" WRITE ") && !line.contains("->")) {
                return true;
            }
        }
        return false;
    }

    private static boolean contains(byte[] lines, int start, int stop, byte[] name) {
        for (int at = start; at + name.length <= stop; at++) {
            int i = 0;
            while (i < name.length && lines[at + i] == name[i]) {
                i++;
            }
            if (i == name.length) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() throws IOException {
        if (locks != null) {
            locks.close();
        }
    }
}
