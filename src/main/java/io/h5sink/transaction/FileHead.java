package io.h5sink.transaction;

import io.h5sink.format.Superblock;
import io.h5sink.storage.SteadyChannel;
import io.h5sink.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The superblock of a file from before the file was opened in memory. The C library marks the superblock as open for writing, on disk too,
 * although the C library writes nothing before the file is closed. With the old superblock restored, readers can open the file until then,
 * and a writer that dies leaves no mark.
 */
public final class FileHead {

    private final Path file;
    private final long start;
    private final ByteBuffer bytes;

    private FileHead(Path file, long start, ByteBuffer bytes) {
        this.file = file;
        this.start = start;
        this.bytes = bytes;
    }

    /** Reads the superblock of a file; null if the file has none. */
    public static @Nullable FileHead of(Path file) {
        try {
            Superblock superblock = Superblock.read(file);
            if (superblock == null) {
                return null;
            }
            ByteBuffer bytes = ByteBuffer.allocate(Superblock.LARGEST);
            try (FileChannel channel = SteadyChannel.of(file, StandardOpenOption.READ)) {
                channel.read(bytes, superblock.start());
            }
            return new FileHead(file, superblock.start(), bytes.flip());
        } catch (IOException e) {
            throw StorageException.file("it cannot be read: " + e.getMessage(), e);
        }
    }

    /** Writes the superblock back. */
    public void restore() {
        try (FileChannel channel = SteadyChannel.of(file, StandardOpenOption.WRITE)) {
            channel.write(bytes.duplicate(), start);
        } catch (IOException e) {
            throw StorageException.file("it cannot be written: " + e.getMessage(), e);
        }
    }
}
