package io.h5sink.hdf5;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What can be said about a file without the C library, in better words than it has. */
final class FileCheck {

    private FileCheck() {}

    /** Checks a file that is to be opened for the first time; true if it must be created. */
    static boolean mustCreate(Path file, StoreMode mode) {
        if (file.toString().codePoints().anyMatch(Character::isSupplementaryCodePoint)) {
            throw StoreException.file(
                    "its path has a character beyond U+FFFF, which HDF5's Java bindings cannot pass on", null);
        }
        if (Files.isDirectory(file)) {
            throw StoreException.file("it is a directory", null);
        }
        boolean exists = Files.exists(file);
        if (exists && mode == StoreMode.CREATE_NEW) {
            throw StoreException.file("it exists, and OpenMode.CREATE_NEW wants a new file", null);
        }
        if (!exists && mode == StoreMode.EXISTING) {
            throw StoreException.file("it does not exist, and OpenMode.EXISTING wants one that does", null);
        }
        if (exists && mode != StoreMode.TRUNCATE) {
            return false;
        }
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            throw StoreException.file("the directory " + parent + " does not exist; it must be made first", null);
        }
        if (exists ? !Files.isWritable(file) : parent != null && !Files.isWritable(parent)) {
            throw StoreException.file(exists ? "it is read-only" : "the directory " + parent + " is read-only", null);
        }
        return true;
    }

    /** Checks a file that is there. */
    static void mustBeWritable(Path file) {
        if (!Files.exists(file)) {
            throw StoreException.file("it is gone", null);
        }
        if (!Files.isReadable(file) || !Files.isWritable(file)) {
            throw StoreException.file("it is not readable and writable", null);
        }
        try {
            Superblock superblock = Superblock.read(file);
            long size = Files.size(file);
            if (superblock == null) {
                throw StoreException.file(
                        "it is not an HDF5 file (" + (size == 0 ? "it is empty" : "no HDF5 signature")
                                + "); OpenMode.TRUNCATE would replace it",
                        null);
            }
            if (superblock.endOfFile() > size) {
                throw StoreException.file(
                        "it is truncated: " + size + " bytes, of at least " + superblock.endOfFile(), null);
            }
            if (superblock.marked()) {
                throw StoreException.busy(
                        "it is marked as open for writing: another program has it open, or a writer died"
                                + " (the tool h5clear removes a stale mark)",
                        null);
            }
        } catch (IOException e) {
            throw StoreException.file("it cannot be read: " + e.getMessage(), e);
        }
    }
}
