package io.h5sink.jhdf5.file;

import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.filter.codec.Scratch;
import io.h5sink.format.FormatException;
import io.h5sink.format.FormatInput;
import io.h5sink.hdf5.FileLook;
import io.h5sink.jhdf5.Named;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.driver.PosixDriver;
import io.h5sink.storage.driver.StoredFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The bytes on disk of a file that the C library has open, read by Java. One thread at a time. */
public final class DiskView implements AutoCloseable {

    private final StoredFile file;
    private final boolean shared;
    private final boolean writable;
    private final FormatInput bytes;
    private final Scratch scratch;

    /** How often elements were changed through the C library. */
    private final AtomicInteger changes;

    /** Whether the C library may have lost a dataset of the file that was opened first, or has elements that it cannot write. */
    private final AtomicBoolean failed;

    /**
     * Whether this is a file that an external link has led to; {@code scratch}, {@code changes} and {@code failed} then belong to the file
     * that was opened first.
     */
    private final boolean linked;

    private DiskView(StoredFile file, boolean shared, boolean writable, FormatInput bytes) {
        this.file = file;
        this.shared = shared;
        this.writable = writable;
        this.bytes = bytes;
        this.scratch = new Scratch();
        this.changes = new AtomicInteger();
        this.failed = new AtomicBoolean();
        this.linked = false;
    }

    private DiskView(StoredFile file, boolean shared, DiskView from, FormatInput bytes) {
        this.file = file;
        this.shared = shared;
        this.writable = from.writable;
        this.bytes = bytes;
        this.scratch = from.scratch;
        this.changes = from.changes;
        this.failed = from.failed;
        this.linked = true;
    }

    /**
     * Opens the file that the C library has just opened.
     *
     * @param key the result of {@link #key} before the C library opened the file
     * @param shared whether a SWMR writer has the file open
     * @param writable whether the C library may write to the file
     * @throws StorageException if another file has taken the file's place meanwhile
     */
    public static DiskView open(StoredFile file, @Nullable Object key, boolean shared, boolean writable) {
        try {
            FormatInput bytes = FormatInput.open(file.addresses());
            if (!Objects.equals(key, key(file))) {
                bytes.close();
                throw StorageException.busy("another file has just taken its place", null);
            }
            return new DiskView(file, shared, writable, bytes);
        } catch (FormatException e) {
            throw StorageException.busy("it is damaged, or just being written: " + e.what(), e);
        } catch (IOException e) {
            throw StorageException.file("it cannot be read: " + e.getMessage(), e);
        }
    }

    /** The operating system's key of the file that has the name now; null if the system has no keys. */
    public static @Nullable Object key(StoredFile file) {
        try {
            return Files.readAttributes(file.head(), BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            throw StorageException.file("it cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * The file in which the C library has found a dataset: this one, or another one that an external link has led to, which the caller must
     * close.
     *
     * @param dataset the identifier of the dataset
     * @param path the path of the dataset, for messages
     */
    public DiskView of(long dataset, String path) throws HDF5Exception {
        String name = Named.fileName(dataset);
        if (name.equals(file.path().toString())) {
            return this;
        }
        return FormatException.naming(path, () -> {
            StoredFile other = new StoredFile(Path.of(name), new PosixDriver(false));
            FileLook look = FileLook.at(other);
            boolean read = look != null && look.isShared();
            return new DiskView(other, read, this, FormatInput.open(other.addresses()));
        });
    }

    /** The path of the file. */
    public Path file() {
        return file.path();
    }

    /** Whether an external link has led to this file. */
    public boolean isLinked() {
        return linked;
    }

    /** The bytes on disk now, without anything cached. */
    public FormatInput now() throws IOException {
        return bytes.anew();
    }

    /** The state of the file that has this name now; null if no file has. */
    @Nullable
    public FileLook look() {
        return FileLook.at(file);
    }

    /** Whether a SWMR writer has the file open, so that reading a structure that is just being written may be tried again. */
    public boolean shared() {
        return shared;
    }

    /** Whether the C library may have written data that is not on disk, because the file is in memory. */
    public boolean ahead() {
        return writable && file.access().inMemory();
    }

    /** Notes that elements are about to be changed. */
    public void changing() {
        changes.incrementAndGet();
    }

    /** The number of changes so far. */
    public int changes() {
        return changes.get();
    }

    /** Notes that the C library may have lost a dataset, or has elements that it cannot write. */
    public void fail() {
        failed.set(true);
    }

    /** Whether {@link #fail} was called. */
    public boolean hasFailed() {
        return failed.get();
    }

    /** The scratch memory for decoding chunks. */
    public Scratch scratch() {
        return scratch;
    }

    @Override
    public void close() {
        if (!linked) {
            scratch.close();
        }
        try {
            bytes.close();
        } catch (IOException e) {
            throw StorageException.file("it cannot be closed: " + e.getMessage(), e);
        }
    }
}
