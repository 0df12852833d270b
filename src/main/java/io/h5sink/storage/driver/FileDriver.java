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

/** A virtual file driver of HDF5: the way in which a file lies on disk or in memory. Immutable. */
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
     * Why a file of this driver cannot have a path.
     *
     * @param file the path
     * @return the reason; null if the path is allowed
     */
    public @Nullable String refusal(Path file) {
        return null;
    }

    /**
     * The files on disk that a file always consists of, the one with the superblock first. Does not access the disk.
     *
     * @param file the path that the file was given
     * @return at least one path
     */
    public List<Path> files(Path file) {
        return List.of(file);
    }

    /**
     * The files on disk that only one sink may have at a time.
     *
     * @param file the path that the file was given
     * @return the real paths of {@link #files}
     */
    public List<Path> identities(Path file) {
        return files(file).stream().map(RealPath::of).distinct().toList();
    }

    /** The existing files on disk that belong to a file, without the one that has the superblock. */
    List<Path> others(Path file) {
        return List.of();
    }

    /** The files on disk by the address, as an unsigned number, of the first byte that each holds; ascending. */
    Map<Long, Path> addresses(Path file) {
        return Map.of(0L, files(file).get(0));
    }

    /**
     * The place of a byte in the files on disk.
     *
     * @param path the file on disk that has the byte
     * @param offset the byte's position in that file
     * @param length the number of bytes that follow in that file, with the byte itself
     */
    public record FilePlace(Path path, long offset, long length) {

        /** Whether a single file on disk has all bytes in their order. */
        public boolean wholeFile() {
            return length == Long.MAX_VALUE;
        }
    }

    /**
     * Whether a byte, by its unsigned address, lies outside the address range of the metadata, whose end of file says nothing about such
     * bytes.
     */
    public boolean isApart(long position) {
        return false;
    }

    /** The place of a byte; only for files on disk. */
    public FilePlace place(Path file, long position) {
        return new FilePlace(files(file).get(0), position, Long.MAX_VALUE);
    }

    /**
     * Whether HDF5 lets readers follow the file while the file is written, in single-writer multiple-reader mode.
     *
     * @return true for {@code H5FD_SEC2}
     */
    public boolean canBeFollowed() {
        return false;
    }

    /** Whether the file stays open and in memory until the session ends. */
    public boolean inMemory() {
        return false;
    }

    /** Whether the written data end up in the file that was named. */
    public boolean onDisk() {
        return true;
    }

    /** The driver's identification in the superblock; null for drivers that leave none in a file. */
    @Nullable
    public String mark() {
        return null;
    }

    /**
     * The driver information of a new file; null for drivers that leave none in a file.
     *
     * @param end the end of the metadata
     */
    public @Nullable DriverInfo made(long end) {
        return null;
    }

    /** Throws if the file is shorter than its superblock says, or was made by another driver or with other arguments. */
    void check(Path file, Superblock superblock, @Nullable DriverInfo info) throws IOException {
        mustHave(file, "it", superblock.endOfFile());
    }

    /** The ends of the file as positions, the first of which is that of the metadata. */
    public List<Long> ends(Superblock superblock, @Nullable DriverInfo info) {
        return List.of(superblock.endOfFile());
    }

    /** The position of the first byte of raw data, if raw data lies apart from the metadata. */
    public long rawStart() {
        throw new IllegalStateException(this + " does not keep raw data apart");
    }

    /** Whether raw data lies apart from the metadata, with an end of its own. */
    public boolean keepsApart() {
        return false;
    }

    static void mustHave(Path file, String name, long bytes) throws IOException {
        long size = Files.size(file);
        if (size < bytes) {
            throw StorageException.file(name + " is truncated: " + size + " bytes, of at least " + bytes, null);
        }
    }

    /** The name of a part in messages. */
    static String name(Path file, Path part) {
        return part.equals(file) ? "it" : "its part " + part.getFileName();
    }
}
