package io.h5sink.hdf5.file;

import io.h5sink.OpenMode;
import io.h5sink.Sharing;
import io.h5sink.engine.OpenRequest;
import io.h5sink.hdf5.FileOpener;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.driver.CoreDriver;
import io.h5sink.storage.driver.MemoryBytes;
import io.h5sink.storage.driver.StoredFile;
import io.h5sink.transaction.MemoryTransaction;
import io.h5sink.transaction.Transaction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;

/**
 * A file that a session has in memory. An existing file is read from disk when the session begins, and stays as it is until the session
 * ends: then one commit makes it equal to the file in memory, or an image of the file in memory is given away. One thread at a time.
 */
public final class CoreFile {

    /** The most bytes in a buffer. */
    private static final long LARGEST = Integer.MAX_VALUE - 8;

    private final OpenRequest request;
    private final CoreDriver driver;
    private final long largest;
    private @Nullable ByteBuffer image;

    public CoreFile(OpenRequest request, CoreDriver driver) {
        this(request, driver, LARGEST);
    }

    /**
     * A file in memory whose image is limited.
     *
     * @param largest the most bytes of an image
     */
    CoreFile(OpenRequest request, CoreDriver driver, long largest) {
        this.request = request;
        this.driver = driver;
        this.largest = largest;
    }

    /** Reads the file into memory, or makes a new one. A file that is to be on disk in the end is on disk from the beginning. */
    public MemoryTransaction open() throws IOException {
        StoredFile file = request.file();
        MemoryBytes memory = new MemoryBytes(driver.increment());
        if (driver.onDisk()) {
            make(request);
            memory.load(file.head());
        } else if (FileOpener.mustCreate(file, request.mode())) {
            memory.write(0, NewFile.bytes(driver, 0));
        } else {
            FileOpener.mustBeUsable(file);
            FileOpener.mustBeWhole(file);
            memory.load(file.head());
        }
        return new MemoryTransaction(file, memory);
    }

    /** Checks the file on disk, and makes the file if it is to be made. */
    private static void make(OpenRequest request) throws IOException {
        WriterLease lease = new WriterLease(request, stored -> false);
        try {
            if (lease.take()) {
                run(lease, request, disk -> disk.create(() -> NewFile.make(lease.file(), request.mode())));
            }
        } finally {
            lease.close();
        }
    }

    private interface DiskChange {
        void make(Transaction disk) throws IOException;
    }

    /** Makes the only commit of a session with the file on disk; a failure leaves the file as it was. */
    private static void run(WriterLease lease, OpenRequest request, DiskChange change) throws IOException {
        Transaction disk = new Transaction(lease.file(), lease.journal(), Sharing.RELEASE, request.force());
        boolean done = false;
        try {
            change.make(disk);
            disk.commit();
            disk.leave();
            done = true;
        } finally {
            leave(disk, done);
        }
    }

    /** Throws if the file in memory has become too large for an image. */
    public void mustFit(MemoryTransaction memory) throws IOException {
        if (driver.givesImage() && memory.size() > largest) {
            throw StorageException.write(
                    null, "its image has " + memory.size() + " bytes, and a buffer holds at most " + largest, null);
        }
    }

    /**
     * Writes the file to disk, or takes its image, or neither.
     *
     * @throws StorageException if another program has the file on disk, of kind {@link StorageException.Kind#BUSY}; the file is still in
     *     memory
     */
    public void save(MemoryTransaction memory) throws IOException {
        if (driver.givesImage()) {
            mustFit(memory);
            ByteBuffer all = ByteBuffer.allocateDirect((int) memory.size());
            memory.read(all);
            image = all.flip();
        } else if (driver.onDisk()) {
            write(memory);
        }
    }

    private void write(MemoryTransaction memory) throws IOException {
        if (!Files.exists(request.file().head())) {
            throw StorageException.file("it is gone", null);
        }
        OpenRequest again = new OpenRequest(request.file(), OpenMode.EXISTING, Sharing.RELEASE, request.force());
        WriterLease lease = new WriterLease(again, stored -> false);
        try {
            lease.take();
            run(lease, again, disk -> {
                disk.open();
                memory.copyTo(disk.file());
            });
        } finally {
            lease.close();
        }
    }

    /** Ends a transaction; one that is not done leaves the file as it was. */
    private static void leave(Transaction disk, boolean done) throws IOException {
        try {
            if (!done && disk.state().isOpen()) {
                disk.undo();
            } else if (!done) {
                disk.unopened();
            }
        } finally {
            disk.end();
        }
    }

    /** The image of the file; only the first call gives it. */
    @Nullable
    public ByteBuffer image() {
        ByteBuffer taken = image;
        image = null;
        return taken;
    }
}
