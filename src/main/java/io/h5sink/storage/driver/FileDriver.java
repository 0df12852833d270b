package io.h5sink.storage.driver;

import io.h5sink.format.DriverInfo;
import io.h5sink.format.Superblock;
import io.h5sink.storage.RealPath;
import io.h5sink.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a file is kept: HDF5's virtual file driver. Immutable. */
public abstract class FileDriver {

    private final String name;

    public FileDriver(String name) {
        this.name = name;
    }

    /** The driver's name and arguments, as they are written in Java. */
    @Override
    public String toString() {
        return "Driver." + name;
    }

    /**
     * Why no file of this driver can have a name.
     *
     * @param file the name
     * @return the reason; null if it can
     */
    public @Nullable String refusal(Path file) {
        return null;
    }

    /**
     * The files on disk that one is made of and that need not be looked for, the one with the superblock first.
     *
     * @param file the name that it was given
     * @return at least one
     */
    public List<Path> files(Path file) {
        return List.of(file);
    }

    /**
     * The files on disk that no two sinks may have at the same time.
     *
     * @param file the name that it was given
     * @return the real paths of {@link #files}
     */
    public List<Path> identities(Path file) {
        return files(file).stream().map(RealPath::of).distinct().toList();
    }

    /** The files on disk that belong to one, without the one with the superblock, as far as they are there. */
    List<Path> others(Path file) {
        return List.of();
    }

    /** The files on disk by the address, as an unsigned number, of the first byte that each holds; ascending. */
    Map<Long, Path> addresses(Path file) {
        return Map.of(0L, files(file).get(0));
    }

    /**
     * Where a byte of a file lies.
     *
     * @param path in which of the files that one is made of
     * @param offset at which position of that file
     * @param length how many bytes follow there
     */
    public record FilePlace(Path path, long offset, long length) {

        /** Whether the file is one, and its bytes lie there in their order. */
        public boolean wholeFile() {
            return length == Long.MAX_VALUE;
        }
    }

    /** Whether a byte, by its unsigned address, lies beside the structure, whose end tells nothing about it. */
    public boolean isApart(long position) {
        return false;
    }

    /** Where a byte of a file lies; only of files on disk. */
    public FilePlace place(Path file, long position) {
        return new FilePlace(files(file).get(0), position, Long.MAX_VALUE);
    }

    /**
     * Whether HDF5 lets readers follow the file while it is written, in single-writer multiple-reader mode.
     *
     * @return true for {@code H5FD_SEC2}
     */
    public boolean canBeFollowed() {
        return false;
    }

    /**
     * Whether the file is one on disk, whose bytes lie there in their order.
     *
     * @return false for a file in memory or in several parts
     */
    public boolean isOneFileOnDisk() {
        return false;
    }

    /** Whether the file is kept open and in memory until the session ends. */
    public boolean inMemory() {
        return false;
    }

    /** Whether what is written ends up in the file that was named. */
    public boolean onDisk() {
        return true;
    }

    /** What the superblock calls the driver; null for those that leave no trace in a file. */
    @Nullable
    public String mark() {
        return null;
    }

    /** Throws if the file is shorter than its superblock says, or is not what this driver would make. */
    void check(Path file, Superblock superblock, @Nullable DriverInfo info) throws IOException {
        mustHave(file, "it", superblock.endOfFile());
    }

    static void mustHave(Path file, String name, long bytes) throws IOException {
        long size = Files.size(file);
        if (size < bytes) {
            throw StorageException.file(name + " is truncated: " + size + " bytes, of at least " + bytes, null);
        }
    }

    /** A file's name in messages. */
    static String name(Path file, Path part) {
        return part.equals(file) ? "it" : "its part " + part.getFileName();
    }
}
