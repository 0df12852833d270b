package io.h5sink.jhdf5.file;

import io.h5sink.hdf5.FileOpener;
import io.h5sink.format.DriverInfo;
import io.h5sink.format.FileNames;
import io.h5sink.format.Superblock;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.Named;
import io.h5sink.storage.RegularFile;
import io.h5sink.storage.RollbackJournal;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.driver.StoredFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks a file in Java before the C library opens the file for reading, with messages of its own. */
final class ReadableCheck {

    private static final int SWMR = 4;

    private ReadableCheck() {}

    /**
     * Checks a file that is to be read.
     *
     * @return the length of each dataset along its first axis, by the address of the object header; null if a SWMR writer has the file open
     */
    static @Nullable Map<Long, Long> mustBeReadable(StoredFile file, boolean writable) {
        if (!FileNames.canPass(file.path().toString()) && !Named.takesAll()) {
            throw StorageException.file(
                    "its path has a character beyond U+FFFF, which "
                            + Library.calls().provider() + " cannot pass on",
                    null);
        }
        Path head = file.head();
        if (!Files.exists(head)) {
            throw StorageException.file(
                    head.equals(file.path()) ? "it does not exist" : file.name(head) + " does not exist", null);
        }
        file.others().forEach(part -> RegularFile.mustBe(part, file.name(part)));
        for (Path part : file.parts()) {
            RegularFile.mustBe(part, file.name(part));
            if (Files.exists(part) && (!Files.isReadable(part) || (writable && !Files.isWritable(part)))) {
                throw StorageException.file(
                        file.name(part) + " is not readable" + (writable ? " and writable" : ""), null);
            }
        }
        try {
            long changed = Files.getLastModifiedTime(head).toMillis();
            Superblock superblock = Superblock.read(head);
            if (superblock == null) {
                if (RollbackJournal.isBeside(file.path())) {
                    throw StorageException.busy("it is just being made, or a writer died", null);
                }
                String found = Files.size(head) == 0 ? "it is empty" : "no HDF5 signature";
                throw StorageException.file("it is not an HDF5 file (" + found + ")", null);
            }
            boolean swmr = (superblock.flags() & SWMR) != 0;
            if (superblock.marked() && (!swmr || writable)) {
                throw marked(file.path());
            }
            if (swmr) {
                return null;
            }
            DriverInfo info = DriverInfo.read(head, superblock);
            FileOpener.mustSuit(file.access(), info);
            try {
                file.check(superblock, info);
                return FileOpener.mustBeWhole(file);
            } catch (StorageException e) {
                Superblock now = Superblock.read(head);
                if (now == null
                        || now.marked()
                        || Files.getLastModifiedTime(head).toMillis() != changed) {
                    throw StorageException.busy(e.getMessage() + ", or just being written", e);
                }
                throw e;
            }
        } catch (IOException e) {
            throw StorageException.file("it cannot be read: " + e.getMessage(), e);
        }
    }

    private static StorageException marked(Path file) {
        return StorageException.busy(
                "it is marked as open for writing: another program has it open, or a writer died ("
                        + (Files.exists(RollbackJournal.of(file))
                                ? "H5Writer.recover puts what a sink has left right"
                                : "the tool h5clear removes a stale mark")
                        + ")",
                null);
    }
}
