package io.h5sink.hdf5;

import io.h5sink.format.FormatInput;
import io.h5sink.format.Superblock;
import io.h5sink.format.index.ChunkIndex;
import io.h5sink.format.message.DataLayout;
import io.h5sink.format.message.DataSelection;
import io.h5sink.format.message.ObjectHeader;
import io.h5sink.storage.driver.StoredFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Finds the addresses of committed chunks in the file itself, because HDF5 before 1.10.5 does not report them. */
public final class CommittedChunks {

    /**
     * A committed chunk.
     *
     * @param address the chunk's address
     * @param bytes the chunk's stored size, in bytes
     */
    public record Chunk(long address, long bytes) {}

    private CommittedChunks() {}

    /**
     * The chunks that hold a row of a dataset.
     *
     * @param header the address of the dataset's object header
     * @param plainBytes the size of a chunk without filters, in bytes
     */
    public static List<Chunk> of(StoredFile file, long header, ChunkIndex.IndexGrid grid, long plainBytes, long row)
            throws IOException {
        List<Chunk> found = new ArrayList<>();
        try (FormatInput bytes = FormatInput.open(file.addresses())) {
            DataLayout layout = DataLayout.of(ObjectHeader.read(bytes, header));
            DataSelection rows = DataSelection.rows(row, row, grid.shape());
            new ChunkIndex(bytes, layout, grid).find(rows, (offset, address, size, mask) -> {
                if (address != Superblock.UNDEFINED) {
                    found.add(new Chunk(address, size == 0 ? plainBytes : size));
                }
            });
        }
        return found;
    }
}
