package io.h5sink.jhdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import io.h5sink.judge.Python;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * The bytes that a file has for a chunk, which the dataset's filters have made, or nobody's.
 *
 * @param from the index of the chunk's first element
 */
public record StoredChunk(String dataset, long[] from, byte[] bytes) {

    private static final String WRITE = """
            import h5py, sys
            with h5py.File(sys.argv[1], 'r+') as f:
                for line in sys.argv[2].splitlines():
                    dataset, start, chunk = line.split('|')
                    f[dataset].id.write_direct_chunk(tuple(map(int, start.split())), bytes.fromhex(chunk))
            """;

    public StoredChunk(String dataset, long from, byte[] bytes) {
        this(dataset, new long[] {from}, bytes);
    }

    /** Puts chunks into datasets of a file, by the C library where the binding can, or else by h5py. */
    public static void write(Path file, List<StoredChunk> chunks) {
        if (!Foreign.hasPacked()) {
            Python.run(WRITE, file, chunks.stream().map(StoredChunk::line).collect(Collectors.joining("\n")));
            return;
        }
        Foreign.make(file, false, id -> {
            for (StoredChunk chunk : chunks) {
                long dataset = H5.H5Dopen(id, chunk.dataset, HDF5Constants.H5P_DEFAULT);
                ByteBuffer bytes = ByteBuffer.allocateDirect(chunk.bytes.length).put(0, chunk.bytes);
                Library.calls().writeChunk(dataset, 0, chunk.from, bytes);
                H5.H5Dclose(dataset);
            }
        });
    }

    private String line() {
        String start = LongStream.of(from).mapToObj(Long::toString).collect(Collectors.joining(" "));
        return String.join("|", dataset, start, HexFormat.of().formatHex(bytes));
    }
}
