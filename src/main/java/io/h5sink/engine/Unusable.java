package io.h5sink.engine;

import io.h5sink.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The files that the C library has open in this process and cannot close, or cannot close yet: neither engine may open them. */
public final class Unusable {

    /** The files, by the file keys of the operating system. */
    private static final Map<Object, Ending> FILES = new ConcurrentHashMap<>();

    private Unusable() {}

    /** Has the C library close a file. */
    public interface Ending {

        /** Closes the file; false if closing must wait. */
        boolean close();
    }

    /** Notes a file that will never be closed, if the operating system has a key for the file. */
    public static void add(@Nullable Object key) {
        if (key != null) {
            FILES.put(key, () -> {
                throw StorageException.file(
                        "HDF5 could not close it after a failure, and this process cannot use it any more; another one can",
                        null);
            });
        }
    }

    /** Notes a file that is to be closed before this process uses it again. */
    public static void addUntil(@Nullable Object key, Ending ending) {
        if (key != null) {
            FILES.put(key, ending);
        }
    }

    /**
     * Throws if the file with this path is one of them and cannot be closed now; of kind {@link StorageException.Kind#BUSY} if the file can
     * be closed later.
     */
    public static void mustNotBe(Path head) throws IOException {
        if (Files.exists(head)) {
            Object key = Files.readAttributes(head, BasicFileAttributes.class).fileKey();
            Ending ending = key == null ? null : FILES.get(key);
            if (ending != null) {
                if (!ending.close()) {
                    throw StorageException.busy("another program has opened it for writing", null);
                }
                FILES.remove(key);
            }
        }
    }
}
