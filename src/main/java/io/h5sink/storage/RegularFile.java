package io.h5sink.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Checks that a path is that of a regular file before the file is opened, because opening a named pipe blocks until another process opens
 * the other end.
 */
public final class RegularFile {

    private RegularFile() {}

    /**
     * Throws if a path is that of a directory, a pipe, a socket or a device.
     *
     * @param part one of the files on disk that an HDF5 file consists of
     * @param name the file's name in messages
     */
    public static void mustBe(Path part, String name) {
        try {
            if (!Files.isRegularFile(part) && Files.exists(part)) {
                throw StorageException.file(name + " is " + what(part), null);
            }
        } catch (IOException e) {
            throw StorageException.file("it cannot be read: " + e.getMessage(), e);
        }
    }

    /** Throws if the path of a companion file, such as the journal, is that of a directory, a pipe, a socket or a device. */
    public static void mustBeBeside(Path beside) {
        try {
            if (!Files.isRegularFile(beside) && Files.exists(beside)) {
                throw StorageException.file("beside it, " + beside.getFileName() + " is " + what(beside), null);
            }
        } catch (IOException e) {
            throw StorageException.file("it cannot be read: " + e.getMessage(), e);
        }
    }

    private static String what(Path part) throws IOException {
        return Files.readAttributes(part, BasicFileAttributes.class).isDirectory()
                ? "a directory"
                : "a named pipe, a socket or a device, and an HDF5 file needs an ordinary one";
    }
}
