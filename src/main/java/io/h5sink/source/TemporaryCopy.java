package io.h5sink.source;

import io.h5sink.access.Failures;
import io.h5sink.access.Problem;
import io.h5sink.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Copies the image of a file from memory to a temporary file, for as long as the image is read. Any thread. */
public final class TemporaryCopy {

    private static final String PREFIX = "h5sink-image-";

    private static final Logger LOG = LoggerFactory.getLogger("io.h5sink");

    private TemporaryCopy() {}

    public static Path of(ByteBuffer image, Failures failures) {
        Path copy = Path.of(System.getProperty("java.io.tmpdir"));
        try {
            copy = Files.createTempFile(PREFIX + ProcessHandle.current().pid() + '-', ".h5");
            try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = image.duplicate();
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
            return copy;
        } catch (IOException e) {
            delete(copy);
            throw failures.reading(
                    Problem.of(StorageException.file("the image cannot be copied there: " + e.getMessage(), e)), copy);
        }
    }

    public static void delete(Path copy) {
        try {
            if (Files.isRegularFile(copy)) {
                Files.delete(copy);
            }
        } catch (IOException e) {
            LOG.warn("{}: it cannot be deleted", copy, e);
        }
    }
}
