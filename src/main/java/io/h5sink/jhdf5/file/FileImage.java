package io.h5sink.jhdf5.file;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.format.Superblock;
import io.h5sink.jhdf5.DriverProperties;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.Library;
import io.h5sink.storage.SteadyChannel;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.driver.CoreDriver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a file that was in memory. With a provider that lacks {@code H5Fget_file_image}, HDF5 writes the bytes to a temporary file
 * at H5Fclose, and they are read from that file.
 */
public final class FileImage {

    /** The most bytes in a buffer. */
    private static final long LARGEST = Integer.MAX_VALUE - 8;

    private final CoreDriver access;
    private final long largest;
    private @Nullable Path temporary;
    private @Nullable ByteBuffer bytes;

    public FileImage(CoreDriver access) {
        this(access, LARGEST);
    }

    public FileImage(CoreDriver access, long largest) {
        this.access = access;
        this.largest = largest;
    }

    /** The path at which the C library is to open or create the file. */
    public Path prepare(Path file, long list, boolean create) throws HDF5Exception {
        if (Library.calls().supportsImages()) {
            return file;
        }
        try {
            Path copy = Files.createTempFile("h5sink", ".h5");
            temporary = copy;
            DriverProperties.setCore(access, list, true);
            if (!create) {
                Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            }
            return copy;
        } catch (IOException e) {
            throw StorageException.file("there is no temporary file for it: " + e, e);
        }
    }

    /** Throws if the file has become too large. */
    public void mustFit(long id) {
        try {
            mustHold(H5.H5Fget_filesize(id));
        } catch (HDF5Exception e) {
            throw StorageException.write(null, "HDF5 does not give the file's size: " + ErrorStack.reason(e), e);
        }
    }

    private void mustHold(long size) {
        if (size > largest) {
            throw StorageException.write(
                    null, "its image has " + size + " bytes, and a buffer holds at most " + largest, null);
        }
    }

    /** Reads the bytes of a file that is about to be closed, if the provider can. */
    public void take(long id) throws HDF5Exception {
        if (temporary == null) {
            H5.H5Fflush(id, HDF5Constants.H5F_SCOPE_LOCAL);
            mustFit(id);
            bytes = sealed(Library.calls().image(id));
        }
    }

    /**
     * Corrects the checksum of the superblock: H5Fget_file_image (1.14.3) clears the flag of an open file, and leaves the checksum that
     * includes that flag.
     */
    private static ByteBuffer sealed(ByteBuffer image) {
        try {
            Superblock superblock = Superblock.find(image);
            if (superblock != null) {
                superblock.seal(image);
            }
            return image;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the bytes of a closed file from the temporary file, if they were not read before. */
    public void closed() {
        Path copy = temporary;
        if (copy == null) {
            return;
        }
        try (FileChannel channel = SteadyChannel.of(copy, StandardOpenOption.READ)) {
            mustHold(channel.size());
            ByteBuffer all = ByteBuffer.allocateDirect((int) channel.size());
            while (all.hasRemaining() && channel.read(all) >= 0) {
                // a read may give fewer bytes than requested
            }
            bytes = all.flip();
        } catch (IOException e) {
            throw StorageException.write(null, "its image cannot be read: " + e, e);
        }
    }

    /** Removes the temporary file. */
    public void discard() {
        Path copy = temporary;
        temporary = null;
        if (copy != null) {
            try {
                Files.deleteIfExists(copy);
            } catch (IOException e) {
                copy.toFile().deleteOnExit();
            }
        }
    }

    /** The bytes of the closed file; only the first call gives them. */
    @Nullable
    public ByteBuffer bytes() {
        ByteBuffer taken = bytes;
        bytes = null;
        return taken;
    }
}
