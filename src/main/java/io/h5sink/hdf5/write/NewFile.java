package io.h5sink.hdf5.write;

import io.h5sink.OpenMode;
import io.h5sink.format.FormatOutput;
import io.h5sink.format.Superblock;
import io.h5sink.format.message.HeaderEditor;
import io.h5sink.hdf5.Groups;
import io.h5sink.storage.RollbackJournal;
import io.h5sink.storage.SteadyChannel;
import io.h5sink.storage.driver.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Makes a file with an empty root group. A program that opens the file for writing as soon as the file is there must find it marked, and
 * never empty: HDF5 takes an empty file for one that is to be made. So the file gets its name when its bytes are written.
 */
final class NewFile {

    /** The flag of a superblock that a session has marked for itself between commits, too. */
    private static final int OPEN_FOR_WRITING = 1;

    /** The free bytes of the root group's header, for its first links. */
    private static final int SPARE = 96;

    private NewFile() {}

    /** Makes the file, marked as being written; replaces an existing one if the mode allows that. */
    static void make(StoredFile file, OpenMode mode, boolean releases) throws IOException {
        ByteBuffer bytes = bytes(releases ? Superblock.COMMITTING : OPEN_FOR_WRITING);
        Path path = file.head();
        if (Files.exists(path)) {
            if (mode != OpenMode.TRUNCATE) {
                throw new FileAlreadyExistsException(path.toString());
            }
            replace(path, bytes);
            return;
        }
        Path draft = RollbackJournal.draft(file.path());
        try {
            write(
                    draft,
                    bytes,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE);
            named(draft, path, bytes);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** Gives the draft its name; a file system without hard links gets the file under its name at once. */
    private static void named(Path draft, Path path, ByteBuffer bytes) throws IOException {
        try {
            Files.createLink(path, draft);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (IOException | UnsupportedOperationException e) {
            write(path, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }
    }

    /** Replaces the content of a file, which is marked before anything else of it changes. */
    private static void replace(Path path, ByteBuffer bytes) throws IOException {
        try (FileChannel channel = SteadyChannel.of(path, StandardOpenOption.WRITE)) {
            write(channel, bytes);
            channel.truncate(bytes.limit());
        }
    }

    private static void write(Path path, ByteBuffer bytes, StandardOpenOption... options) throws IOException {
        try (FileChannel channel = SteadyChannel.of(path, options)) {
            write(channel, bytes);
        }
    }

    private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        ByteBuffer rest = bytes.duplicate();
        while (rest.hasRemaining()) {
            channel.write(rest, rest.position());
        }
    }

    private static ByteBuffer bytes(int flags) {
        ByteBuffer root = HeaderEditor.encode(Groups.messages(), SPARE);
        int end = Superblock.CREATED_LENGTH + root.remaining();
        return new FormatOutput()
                .bytes(Superblock.create(flags, Superblock.CREATED_LENGTH, end))
                .bytes(root)
                .toBuffer();
    }
}
