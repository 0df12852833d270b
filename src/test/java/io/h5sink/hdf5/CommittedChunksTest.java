package io.h5sink.hdf5;

import static org.assertj.core.api.Assertions.assertThat;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import io.h5sink.format.index.ChunkIndex;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.judge.Contents;
import io.h5sink.judge.Python;
import io.h5sink.storage.driver.PosixDriver;
import io.h5sink.storage.driver.StoredFile;
import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where chunks lie that are about to be overwritten, by what jHDF and h5py report of them. */
class CommittedChunksTest {

    private static final int ROWS = 10;
    private static final int COLUMNS = 7;

    private static final String REPORT = """
            import h5py, sys
            with h5py.File(sys.argv[1], 'r') as f:
                d = f['d']
                print(h5py.h5o.get_info(d.id).addr)
                for row in range(10):
                    infos = [d.id.get_chunk_info(i) for i in range(d.id.get_num_chunks())]
                    print(*sorted('%d+%d' % (c.byte_offset, c.size) for c in infos if c.chunk_offset[0] // 4 == row // 4))
            """;

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "earliest, none, False",
        "earliest, gzip, True",
        "latest, none, False",
        "latest, none, True",
        "latest, gzip, False",
        "latest, gzip, True"
    })
    void thoseOfARowAreFound(String libver, String compression, String grows) throws IOException {
        Path file = directory.resolve("data.h5");
        long[] maximum = {grows.equals("True") ? -1 : ROWS, COLUMNS};
        Foreign.make(file, libver.equals("latest"), id -> {
            long creation = H5.H5Pcreate(HDF5Constants.H5P_DATASET_CREATE);
            H5.H5Pset_chunk(creation, 2, new long[] {4, 3});
            if (compression.equals("gzip")) {
                H5.H5Pset_deflate(creation, 4);
            }
            long space = H5.H5Screate_simple(2, new long[] {ROWS, COLUMNS}, maximum);
            long dataset = H5.H5Dcreate(id, "d", HDF5Constants.H5T_STD_I32LE, space, 0, creation, 0);
            int[] values = IntStream.range(0, ROWS * COLUMNS).toArray();
            H5.H5Dwrite(dataset, HDF5Constants.H5T_NATIVE_INT, 0, 0, 0, values);
            H5.H5Dclose(dataset);
            H5.H5Sclose(space);
            H5.H5Pclose(creation);
        });
        List<String> reported = jhdf(file);
        if (Python.isPresent()) {
            assertThat(reported).isEqualTo(Python.run(REPORT, file).lines().toList());
        }
        long header = Long.parseLong(reported.get(0));
        ChunkIndex.IndexGrid grid = new ChunkIndex.IndexGrid(new long[] {ROWS, COLUMNS}, maximum, new long[] {4, 3});
        for (int row = 0; row < ROWS; row++) {
            assertThat(sorted(
                            CommittedChunks.of(
                                            new StoredFile(file, new PosixDriver(false)),
                                            header,
                                            grid,
                                            4 * 3 * Integer.BYTES,
                                            row)
                                    .stream()
                                    .map(chunk -> chunk.address() + "+" + chunk.bytes())))
                    .as("row " + row)
                    .isEqualTo(reported.get(row + 1));
        }
    }

    /** The same lines as {@link #REPORT} prints. */
    private static List<String> jhdf(Path file) {
        try (HdfFile hdf = new HdfFile(file)) {
            Dataset dataset = hdf.getDatasetByPath("/d");
            List<String> lines = new ArrayList<>(List.of(String.valueOf(dataset.getAddress())));
            for (int row = 0; row < ROWS; row++) {
                int first = row / 4 * 4;
                lines.add(sorted(Contents.chunks(dataset).stream()
                        .filter(chunk -> chunk.getChunkOffset()[0] == first)
                        .map(chunk -> chunk.getAddress() + "+" + chunk.getSize())));
            }
            return lines;
        }
    }

    private static String sorted(Stream<String> chunks) {
        return chunks.sorted().collect(Collectors.joining(" "));
    }
}
