package io.h5sink.hdf5;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Which files the C library has open in this process and cannot close. */
final class Unusable {

    private static final Set<Object> KEYS = ConcurrentHashMap.newKeySet();

    private Unusable() {}

    /** Notes a file by what the system knows it by, if it tells. */
    static void add(@Nullable Object key) {
        if (key != null) {
            KEYS.add(key);
        }
    }

    /** Throws if what has this path is such a file. */
    static void mustNotBe(Path head) throws IOException {
        if (Files.exists(head)) {
            Object key = Files.readAttributes(head, BasicFileAttributes.class).fileKey();
            if (key != null && KEYS.contains(key)) {
                throw StoreException.file(
                        "HDF5 could not close it after a failure, and this process cannot use it any more; another one can",
                        null);
            }
        }
    }
}
