package io.h5sink.hdf5;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What is looked at before a file is opened for reading, in Java, which says what is wrong in its own words. */
final class SourceCheck {

    private static final int SWMR = 4;

    private SourceCheck() {}

    /** Whether the file is open for writing by one who lets others read. */
    static boolean mustBeReadable(Path file, Access access, boolean writable) {
        if (file.toString().codePoints().anyMatch(Character::isSupplementaryCodePoint)) {
            throw StoreException.file(
                    "its path has a character beyond U+FFFF, which HDF5's Java bindings cannot pass on", null);
        }
        Path head = access.files(file).get(0);
        if (!Files.exists(head)) {
            throw StoreException.file(
                    head.equals(file) ? "it does not exist" : Access.name(file, head) + " does not exist", null);
        }
        access.others(file).forEach(part -> RegularFile.mustBe(part, Access.name(file, part)));
        for (Path part : access.files(file)) {
            RegularFile.mustBe(part, Access.name(file, part));
            if (Files.exists(part) && (!Files.isReadable(part) || (writable && !Files.isWritable(part)))) {
                throw StoreException.file(
                        Access.name(file, part) + " is not readable" + (writable ? " and writable" : ""), null);
            }
        }
        try {
            long changed = Files.getLastModifiedTime(head).toMillis();
            Superblock superblock = Superblock.read(head);
            if (superblock == null) {
                if (PositionReader.hasWriter(file)) {
                    throw StoreException.busy("it is just being made, or a writer died", null);
                }
                String found = Files.size(head) == 0 ? "it is empty" : "no HDF5 signature";
                throw StoreException.file("it is not an HDF5 file (" + found + ")", null);
            }
            boolean swmr = (superblock.flags() & SWMR) != 0;
            if (superblock.marked() && (!swmr || writable)) {
                throw marked(file);
            }
            if (swmr) {
                return true;
            }
            DriverInfo info = DriverInfo.read(head, superblock);
            FileCheck.mustSuit(access, info);
            try {
                access.check(file, superblock, info);
                FileCheck.mustBeWhole(file, access);
            } catch (StoreException e) {
                Superblock now = Superblock.read(head);
                if (now == null
                        || now.marked()
                        || Files.getLastModifiedTime(head).toMillis() != changed) {
                    throw StoreException.busy(e.getMessage() + ", or just being written", e);
                }
                throw e;
            }
            return false;
        } catch (IOException e) {
            throw StoreException.file("it cannot be read: " + e.getMessage(), e);
        }
    }

    private static StoreException marked(Path file) {
        return StoreException.busy(
                "it is marked as open for writing: another program has it open, or a writer died ("
                        + (Files.exists(Journal.of(file))
                                ? "H5Writer.recover puts what a sink has left right"
                                : "the tool h5clear removes a stale mark")
                        + ")",
                null);
    }
}
