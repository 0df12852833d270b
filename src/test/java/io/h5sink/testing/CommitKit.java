package io.h5sink.testing;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.FormatInput;
import io.h5sink.format.FormatOutput;
import io.h5sink.format.Superblock;
import io.h5sink.storage.driver.PosixDriver;
import io.h5sink.storage.driver.StoredFile;
import io.h5sink.transaction.BlockAccess;
import io.h5sink.transaction.CommitOrder;
import io.h5sink.transaction.DiskFile;
import io.h5sink.transaction.FreeSpace;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A file whose structure is changed by commits, without a journal. */
public final class CommitKit implements AutoCloseable {

    private final Path path;
    private final DiskFile disk;
    private final FreeSpace space = new FreeSpace();
    private final SpaceAllocator file;

    private CommitKit(Path path) throws IOException {
        this.path = path;
        this.disk = new DiskFile(new StoredFile(path, new PosixDriver(false)));
        this.file = new SpaceAllocator(disk, CommitOrder.ADDRESSES, space);
    }

    /** A file that has only a superblock. */
    public static CommitKit create(Path path) throws IOException {
        FormatOutput out = new FormatOutput()
                .bytes(new byte[] {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1A, '\n'})
                .int8(3)
                .int8(Long.BYTES)
                .int8(Long.BYTES)
                .int8(0)
                .address(0)
                .address(Superblock.UNDEFINED)
                .address(48)
                .address(Superblock.UNDEFINED)
                .seal();
        Files.write(path, out.toBuffer().array());
        return new CommitKit(path);
    }

    /** An existing file. */
    public static CommitKit open(Path path) throws IOException {
        return new CommitKit(path);
    }

    public SpaceAllocator file() {
        return file;
    }

    public BlockAccess blocks() {
        return new BlockAccess(file, FieldSizes.WIDE);
    }

    public void commit() throws IOException {
        file.prepare();
        disk.reach(file.end());
        file.overwrite();
        Superblock superblock = disk.superblock();
        ByteBuffer head = disk.read(0, superblock.length());
        superblock.end(head, file.end() + superblock.start());
        disk.write(0, head);
        space.settle();
        file.committed();
    }

    /** The file as it is on disk. */
    public FormatInput read() throws IOException {
        return FormatInput.open(Map.of(0L, path));
    }

    @Override
    public void close() throws IOException {
        disk.close();
    }
}
