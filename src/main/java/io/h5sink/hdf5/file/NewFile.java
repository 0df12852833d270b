package io.h5sink.hdf5.file;

import io.h5sink.OpenMode;
import io.h5sink.format.DriverInfo;
import io.h5sink.format.FieldSizes;
import io.h5sink.format.FormatOutput;
import io.h5sink.format.Superblock;
import io.h5sink.format.message.HeaderEditor;
import io.h5sink.format.message.ObjectHeader;
import io.h5sink.hdf5.Groups;
import io.h5sink.storage.RollbackJournal;
import io.h5sink.storage.SteadyChannel;
import io.h5sink.storage.driver.FileDriver;
import io.h5sink.storage.driver.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Makes a file with an empty root group. A program that opens the file for writing as soon as the file is there must find it marked, and
 * never empty: HDF5 takes an empty file for one that is to be made. So the file gets its name when its bytes are written.
 */
public final class NewFile {

    /** The free bytes of the root group's header, for its first links. */
    private static final int SPARE = 96;

    /** The flag of messages that HDF5 does not share, as HDF5 sets it for the driver's information. */
    private static final int NOT_SHARED = 0x04;

    private NewFile() {}

    /** Makes the file, marked as being written; replaces an existing one if the mode allows that. */
    public static void make(StoredFile file, OpenMode mode) throws IOException {
        ByteBuffer bytes = bytes(file.access(), Superblock.COMMITTING);
        Path path = file.head();
        if (Files.exists(path)) {
            if (mode != OpenMode.TRUNCATE) {
                throw new FileAlreadyExistsException(path.toString());
            }
            write(path, bytes, StandardOpenOption.WRITE); // the mark is written before anything else changes
        } else {
            make(file, path, bytes);
        }
        for (Path part : file.parts()) {
            if (!part.equals(path)) {
                write(part, ByteBuffer.allocate(0), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            }
        }
    }

    private static void make(StoredFile file, Path path, ByteBuffer bytes) throws IOException {
        Path draft = RollbackJournal.draft(file.path());
        try {
            write(
                    draft,
                    bytes,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE);
        } catch (IOException e) {
            Files.deleteIfExists(draft);
            throw e;
        }
        named(draft, path, bytes);
    }

    /** Gives the draft its name; a file system without hard links gets the file under its name at once. */
    private static void named(Path draft, Path path, ByteBuffer bytes) throws IOException {
        boolean named = false;
        try {
            Files.createLink(path, draft);
            named = true;
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (IOException | UnsupportedOperationException e) {
            write(path, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            named = true;
        } finally {
            removeDraft(draft, named ? path : draft);
        }
    }

    /** Removes the draft; if that fails, the file is not made either. */
    private static void removeDraft(Path draft, Path file) throws IOException {
        try {
            Files.deleteIfExists(draft);
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /** Writes the content of a file, which is removed if that fails. */
    private static void write(Path path, ByteBuffer bytes, StandardOpenOption... options) throws IOException {
        try (FileChannel channel = SteadyChannel.of(path, options)) {
            try {
                write(channel, bytes);
                channel.truncate(bytes.limit());
            } catch (IOException e) {
                Files.deleteIfExists(path);
                throw e;
            }
        }
    }

    private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        ByteBuffer rest = bytes.duplicate();
        while (rest.hasRemaining()) {
            channel.write(rest, rest.position());
        }
    }

    /**
     * The bytes of a new file, up to the end of the root group's header.
     *
     * @param flags the consistency flags
     */
    static ByteBuffer bytes(FileDriver driver, int flags) {
        ByteBuffer root = HeaderEditor.encode(Groups.messages(FieldSizes.WIDE), SPARE);
        int start = Superblock.CREATED_LENGTH + extension(driver, 0).remaining();
        int end = start + root.remaining();
        ByteBuffer extension = extension(driver, end);
        long at = extension.hasRemaining() ? Superblock.CREATED_LENGTH : Superblock.UNDEFINED;
        return new FormatOutput()
                .bytes(Superblock.create(flags, at, start, end))
                .bytes(extension)
                .bytes(root)
                .toBuffer();
    }

    /** The superblock extension with the driver's information; empty if the driver has none. */
    private static ByteBuffer extension(FileDriver driver, long end) {
        DriverInfo info = driver.made(end);
        if (info == null) {
            return ByteBuffer.allocate(0);
        }
        return HeaderEditor.encode(
                List.of(HeaderEditor.NewMessage.of(ObjectHeader.DRIVER_INFO, NOT_SHARED, info::encode)), 0);
    }
}
