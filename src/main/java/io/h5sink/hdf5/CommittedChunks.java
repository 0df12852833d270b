package io.h5sink.hdf5;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Where committed chunks lie, as the file itself tells, because HDF5 before 1.10.5 does not. */
final class CommittedChunks {

    /** Where a committed chunk lies, in bytes. */
    record Chunk(long address, long bytes) {}

    private CommittedChunks() {}

    /**
     * The chunks that hold a row of the dataset whose header is at an address.
     *
     * @param plainBytes what a chunk takes without filters
     */
    static List<Chunk> of(StoredFile file, long header, SourceChunks.Grid grid, long plainBytes, long row)
            throws IOException {
        List<Chunk> found = new ArrayList<>();
        try (StructureBytes bytes = StructureBytes.open(file.addresses())) {
            SourceLayout layout = SourceLayout.of(StructureHeader.read(bytes, header));
            SourceSelection rows = SourceSelection.rows(row, row, grid.shape());
            new SourceChunks(bytes, layout, grid).find(rows, (offset, address, size, mask) -> {
                if (address != Superblock.UNDEFINED) {
                    found.add(new Chunk(address, size == 0 ? plainBytes : size));
                }
            });
        }
        return found;
    }
}
