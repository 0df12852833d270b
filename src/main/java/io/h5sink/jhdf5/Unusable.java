package io.h5sink.jhdf5;

import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Which files the C library has open in this process and cannot close, or not yet. */
public final class Unusable {

    /** By what the system knows the files by. */
    private static final Map<Object, Ending> FILES = new ConcurrentHashMap<>();

    private Unusable() {}

    /** Has the library close a file. */
    public interface Ending {

        /** Closes it; false if that must wait. */
        boolean close() throws HDF5Exception;
    }

    /** Notes a file that will never be closed, if the system tells what it knows it by. */
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

    /** Throws if what has this path is such a file, of kind {@link StorageException.Kind#BUSY} if it can be closed later. */
    public static void mustNotBe(Path head) throws IOException, HDF5Exception {
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
