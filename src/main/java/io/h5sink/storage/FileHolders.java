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
 * Who holds a file for writing, as far as Linux tells: the C library takes {@code flock} on a file before it reads anything of it, and keeps
 * it until it closes the file (HDF5 1.10.8 and 2.0.0). Java's own locks do not meet those, but {@code /proc/locks} names them by device
 * and inode; those of processes in other PID namespaces are missing there, and of other machines. One thread at a time.
 */
public final class FileHolders implements AutoCloseable {

    private static final Path LOCKS = Path.of("/proc/locks");

    /** What the system puts at once into one read. */
    private static final int PAGE = 1 << 12;

    private final Path file;
    private final Path journal;
    private @Nullable FileChannel locks;
    private ByteBuffer text = ByteBuffer.allocate(2 * PAGE);

    /** The file's device and inode as the system writes them, between blanks; null before they are known, or if they never will be. */
    private byte @Nullable [] wanted;

    private boolean silent = !Files.isReadable(LOCKS);

    /**
     * For a file beside which a journal lies that this process has locked.
     *
     * @param file the part of it that has the superblock
     */
    public FileHolders(Path file, Path journal) {
        this.file = file;
        this.journal = journal;
    }

    /** Whether another program has the file open for writing, as far as the system tells; false if it tells nothing. */
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
            return false; // the file is gone, as its stamp tells
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            silent = true; // a system that hides its locks, or has no inodes
            return false;
        }
    }

    /**
     * How the system writes the file's device and inode. A file system may have one device for {@code stat} and another for locks, so that
     * it is taken from the lock on the journal, which lies in the same directory.
     */
    private byte @Nullable [] name(String lines) throws IOException {
        String journals = ":" + Files.getAttribute(journal, "unix:ino") + " ";
        int at = lines.indexOf(journals);
        if (at < 0) {
            silent = true; // a file system whose locks are not there
            return null;
        }
        String device = lines.substring(lines.lastIndexOf(' ', at), at);
        return (device + ":" + Files.getAttribute(file, "unix:ino") + " ").getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Reads all there is; returns its length. */
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

    /** Whether a line names the file that tells of a lock for writing, and not of one who waits for it. */
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
