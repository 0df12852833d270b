package io.h5sink.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Whether a name is that of an ordinary file, asked before it is opened: opening a named pipe waits for somebody at its other end. */
public final class RegularFile {

    private RegularFile() {}

    /**
     * Throws if what has a name cannot be an HDF5 file, or be replaced by one.
     *
     * @param part one of the files on disk that one is made of
     * @param name what it is called in messages
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

    /** Throws if what has the name of a file beside another one is none. */
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
