package io.h5sink.jhdf5.commit;

import io.h5sink.jhdf5.Named;
import hdf.hdf5lib.H5;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.OpenMode;
import io.h5sink.engine.OpenRequest;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.file.FileImage;
import io.h5sink.hdf5.FileOpener;
import io.h5sink.jhdf5.file.Opening;
import io.h5sink.jhdf5.read.ChunkCheck;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.driver.CoreDriver;
import io.h5sink.transaction.FileHead;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A session with a file in memory ({@link CoreDriver}); the file is complete only when it is closed. */
public final class MemorySession extends FileSession {

    private final CoreDriver access;
    private final @Nullable FileImage image;
    private boolean created;

    public MemorySession(OpenRequest request, CoreDriver access) {
        super(request);
        this.access = access;
        this.image = access.givesImage() ? new FileImage(access) : null;
    }

    @Override
    public String whyLibrary() {
        return "it is kept in memory";
    }

    @Override
    public void open() {
        Path file = request.file().path();
        Named.mustPass(request.file().path());
        boolean create = !created && FileOpener.mustCreate(request.file(), request.mode());
        if (!create) {
            FileOpener.mustBeUsable(request.file());
            FileOpener.mustBeWhole(request.file());
        }
        try (Opening opening = new Opening(access)) {
            Path path = image == null ? file : image.prepare(file, opening.list.id, create);
            boolean replace = request.mode() == OpenMode.TRUNCATE || !path.equals(file);
            boolean later = access.onDisk();
            if (later && create) {
                H5.H5Fclose(opening.create(path, replace, false)); // so that an HDF5 file is on disk until the end, too
                created = true;
            }
            FileHead head = later ? FileHead.of(file) : null;
            heldId(create && !later ? opening.create(path, replace, false) : opening.open(path));
            created = true;
            if (head != null) {
                head.restore();
            }
        } catch (HDF5Exception e) {
            throw StorageException.file("HDF5 refused the file: " + ErrorStack.reason(e), e);
        } finally {
            if (image != null && heldId() == CLOSED) {
                image.discard();
            }
        }
    }

    @Override
    public void checkChunks(String path, long dataset, long first, long last) throws HDF5Exception {
        if (access.onDisk()) { // the file in memory was read from there
            ChunkCheck.rows(request.file(), path, dataset, first, last);
        }
    }

    @Override
    public boolean isOpen() {
        return heldId() != CLOSED;
    }

    @Override
    public boolean commit() {
        if (image != null && isOpen()) {
            image.mustFit(heldId());
        }
        return !isOpen();
    }

    @Override
    public void close() throws HDF5Exception {
        long closing = heldId();
        if (closing == CLOSED) {
            return;
        }
        heldId(CLOSED);
        try {
            try {
                identifiers.closeAll();
                if (image != null) {
                    image.take(closing);
                }
            } finally {
                H5.H5Fclose(closing);
            }
            if (image != null) {
                image.closed();
            }
        } finally {
            if (image != null) {
                image.discard();
            }
        }
    }

    @Override
    public boolean abandon() {
        return false;
    }

    @Override
    @Nullable
    public ByteBuffer image() {
        return image == null ? null : image.bytes();
    }
}
