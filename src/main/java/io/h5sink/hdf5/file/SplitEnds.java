package io.h5sink.hdf5.file;

import io.h5sink.format.DriverInfo;
import io.h5sink.format.Superblock;
import io.h5sink.format.message.HeaderEditor;
import io.h5sink.format.message.ObjectHeader;
import io.h5sink.storage.UnsuitedFileException;
import io.h5sink.storage.driver.SplitDriver;
import io.h5sink.storage.driver.StoredFile;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/** The ends of the metadata and of the raw data, as the driver information of a split file has them. One thread at a time. */
public final class SplitEnds {

    private final SpaceAllocator file;
    private final Superblock superblock;

    private SplitEnds(SpaceAllocator file, Superblock superblock) {
        this.file = file;
        this.superblock = superblock;
    }

    /** Has a file allocate its raw data apart from the metadata, from the end on that the file on disk names. */
    public static SplitEnds of(StoredFile stored, SpaceAllocator file) throws IOException {
        Superblock superblock = file.superblock();
        DriverInfo info = DriverInfo.read(stored.head(), superblock);
        if (info == null || superblock.start() > 0) {
            throw new UnsuitedFileException(stored.path().toString(), "it does not say where its raw data ends");
        }
        file.keepApart(stored.access().rawStart(), info.number(SplitDriver.RAW_END));
        return new SplitEnds(file, superblock);
    }

    /** The bytes of raw data. */
    public long rawBytes() {
        return file.rawBytes();
    }

    /** Sets the ends, at the end of a commit. */
    public void save() throws IOException {
        if (file.isClean()) {
            return;
        }
        if (superblock.extension() != Superblock.UNDEFINED) {
            HeaderEditor extension = HeaderEditor.open(file, superblock.extension());
            HeaderEditor.Slot message = Objects.requireNonNull(extension.first(ObjectHeader.DRIVER_INFO));
            extension.put(message, DriverInfo.MESSAGE_HEAD + SplitDriver.META_END, file.end());
            extension.put(message, DriverInfo.MESSAGE_HEAD + SplitDriver.RAW_END, file.rawBytes());
        } else {
            int length = DriverInfo.BLOCK_HEAD + SplitDriver.RAW_END + Long.BYTES;
            ByteBuffer block = file.changeUnsealed(superblock.driverInfo(), length);
            block.putLong(DriverInfo.BLOCK_HEAD + SplitDriver.META_END, file.end());
            block.putLong(DriverInfo.BLOCK_HEAD + SplitDriver.RAW_END, file.rawBytes());
        }
    }
}
