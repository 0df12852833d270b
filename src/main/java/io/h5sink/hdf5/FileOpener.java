package io.h5sink.hdf5;

import io.h5sink.OpenMode;
import io.h5sink.format.DriverInfo;
import io.h5sink.format.Superblock;
import io.h5sink.storage.RegularFile;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.driver.FileDriver;
import io.h5sink.storage.driver.StoredFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks of a file that need no C library, with better messages than HDF5's. */
public final class FileOpener {

    private FileOpener() {}

    /** Checks a file before its first opening; true if the file must be created. */
    public static boolean mustCreate(StoredFile file, OpenMode mode) {
        Path head = file.head();
        file.parts().forEach(part -> RegularFile.mustBe(part, file.name(part)));
        boolean exists = Files.exists(head);
        if (exists && mode == OpenMode.CREATE_NEW) {
            throw StorageException.file("it exists, and OpenMode.CREATE_NEW wants a new file", null);
        }
        List<Path> others = file.others();
        if (!exists && mode != OpenMode.TRUNCATE && !others.isEmpty()) {
            throw StorageException.file(
                    file.name(head) + " is missing, but " + others.get(0).getFileName() + " is there", null);
        }
        if (!exists && mode == OpenMode.EXISTING) {
            throw StorageException.file("it does not exist, and OpenMode.EXISTING wants one that does", null);
        }
        if (exists && mode != OpenMode.TRUNCATE) {
            return false;
        }
        if (file.access().onDisk()) {
            mustBeCreatable(head, exists);
            discard(file, others);
        }
        return true;
    }

    private static void mustBeCreatable(Path head, boolean exists) {
        Path parent = head.toAbsolutePath().getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            throw StorageException.file("the directory " + parent + " does not exist; it must be made first", null);
        }
        if (exists ? !Files.isWritable(head) : parent != null && !Files.isWritable(parent)) {
            throw StorageException.file(exists ? "it is read-only" : "the directory " + parent + " is read-only", null);
        }
    }

    /** Removes the member files of a file that is to be replaced, since the new file may have fewer members. */
    private static void discard(StoredFile file, List<Path> others) {
        for (Path other : others) {
            try {
                Files.delete(other);
            } catch (IOException e) {
                throw StorageException.file(file.name(other) + " cannot be replaced: " + e.getMessage(), e);
            }
        }
    }

    /** Checks an existing file. */
    public static void mustBeUsable(StoredFile file) {
        Path head = file.head();
        if (!Files.exists(head)) {
            throw StorageException.file(file.name(head) + " is gone", null);
        }
        mustBeAccessible(file, head);
        for (Path part : file.others()) {
            mustBeAccessible(file, part);
        }
        try {
            Superblock superblock = Superblock.read(head);
            if (superblock == null) {
                throw StorageException.file(
                        "it is not an HDF5 file (" + (Files.size(head) == 0 ? "it is empty" : "no HDF5 signature")
                                + "); OpenMode.TRUNCATE would replace it",
                        null);
            }
            DriverInfo info = DriverInfo.read(head, superblock);
            mustSuit(file.access(), info);
            file.check(superblock, info);
            if (superblock.marked()) {
                throw StorageException.busy(
                        "it is marked as open for writing: another program has it open, or a writer died"
                                + " (the tool h5clear removes a stale mark)",
                        null);
            }
        } catch (IOException e) {
            throw StorageException.file("it cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Checks an existing file, which other programs may have damaged, before an engine opens the file.
     *
     * @return the length of each dataset along its first axis, by the address of the object header
     */
    public static Map<Long, Long> mustBeWhole(StoredFile file) {
        try {
            Superblock superblock = Superblock.read(file.head());
            return superblock == null ? Map.of() : FileVerifier.check(file.addresses(), superblock.start());
        } catch (IOException e) {
            throw StorageException.file("it cannot be read: " + e.getMessage(), e);
        }
    }

    private static void mustBeAccessible(StoredFile file, Path part) {
        boolean written = file.access().onDisk();
        RegularFile.mustBe(part, file.name(part));
        if (!Files.isReadable(part) || (written && !Files.isWritable(part))) {
            throw StorageException.file(file.name(part) + " is not readable" + (written ? " and writable" : ""), null);
        }
    }

    /** Throws if the file was made with another driver than the one that it is to be opened with. */
    public static void mustSuit(FileDriver access, @Nullable DriverInfo info) {
        if (info != null && !info.id().equals(access.mark())) {
            throw StorageException.file(
                    "it is a part of a file that was made with Driver." + info.driver() + ", and cannot be opened with "
                            + access,
                    null);
        }
    }
}
