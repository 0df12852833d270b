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

/** What is on disk of a file that the C library has open, read beside it. One thread at a time. */
public final class DiskView implements AutoCloseable {

    private final StoredFile file;
    private final boolean shared;
    private final boolean writable;
    private final FormatInput bytes;
    private final Scratch scratch;

    /** How often the C library was told to change elements. */
    private final AtomicInteger changes;

    /** Whether the C library may have lost a dataset of the file that was opened first, or has elements that it cannot write. */
    private final AtomicBoolean failed;

    /** Whether the others belong to the file that was opened first. */
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
     * Opens what the C library has just opened.
     *
     * @param key what {@link #key} was before it did
     * @param shared whether a SWMR writer has it open
     * @param writable whether the C library may write to it
     * @throws StorageException if another file has taken its place meanwhile
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

    /** Which file has the name now; null where the system does not tell. */
    public static @Nullable Object key(StoredFile file) {
        try {
            return Files.readAttributes(file.head(), BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            throw StorageException.file("it cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * The file in which the library has found a dataset: this one, or, to be closed, the one to which an external link has led.
     *
     * @param dataset its identifier
     * @param path its path, in messages
     */
    public DiskView of(long dataset, String path) throws HDF5Exception {
        String name = Named.fileName(dataset);
        if (name.equals(file.path().toString())) {
            return this;
        }
        return FormatException.told(path, () -> {
            StoredFile other = new StoredFile(Path.of(name), new PosixDriver(false));
            FileLook look = FileLook.at(other);
            boolean read = look != null && look.isShared();
            return new DiskView(other, read, this, FormatInput.open(other.addresses()));
        });
    }

    /** Where it lies. */
    public Path file() {
        return file.path();
    }

    /** Whether it is not the file that was opened, but another one. */
    public boolean isLinked() {
        return linked;
    }

    /** What is there now, of which nothing is known yet. */
    public FormatInput now() throws IOException {
        return bytes.anew();
    }

    /** What is there now by its name; null if nothing is. */
    @Nullable
    public FileLook look() {
        return FileLook.at(file);
    }

    /** Whether a SWMR writer has it open, so that what is just being written may be looked at again. */
    public boolean shared() {
        return shared;
    }

    /** Whether the C library may have what is not on disk once it has written. */
    public boolean ahead() {
        return writable && file.access().inMemory();
    }

    /** Notes that elements are about to be changed. */
    public void changing() {
        changes.incrementAndGet();
    }

    /** Another number after each change. */
    public int changes() {
        return changes.get();
    }

    /** Notes that the C library may have lost a dataset, or has elements that it cannot write. */
    public void fail() {
        failed.set(true);
    }

    /** Whether that was noted. */
    public boolean hasFailed() {
        return failed.get();
    }

    /** What all that is unpacked needs meanwhile. */
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
