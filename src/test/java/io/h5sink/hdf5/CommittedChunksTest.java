package io.h5sink.hdf5;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.Python;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where chunks lie that are about to be overwritten, by what h5py tells of them. */
class CommittedChunksTest {

    private static final int ROWS = 10;
    private static final int COLUMNS = 7;

    private static final String MAKE = """
            import h5py, numpy, sys
            name, libver, compression, grows = sys.argv[1:]
            with h5py.File(name, 'w', libver=libver) as f:
                d = f.create_dataset('d', data=numpy.arange(70, dtype='i4').reshape(10, 7), chunks=(4, 3),
                    maxshape=(None, 7) if grows == 'True' else None, compression=None if compression == 'none' else compression)
                f.flush()
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
        Python.require("h5py");
        Path file = directory.resolve("data.h5");
        List<String> told =
                Python.run(MAKE, file, libver, compression, grows).lines().toList();
        long header = Long.parseLong(told.get(0));
        SourceChunks.Grid grid = new SourceChunks.Grid(
                new long[] {ROWS, COLUMNS}, new long[] {grows.equals("True") ? -1 : ROWS, COLUMNS}, new long[] {4, 3});
        for (int row = 0; row < ROWS; row++) {
            String found =
                    CommittedChunks.of(file, new PlainAccess(false), header, grid, 4 * 3 * Integer.BYTES, row).stream()
                            .map(chunk -> chunk.address() + "+" + chunk.bytes())
                            .sorted()
                            .collect(Collectors.joining(" "));
            assertThat(found).as("row " + row).isEqualTo(sorted(told.get(row + 1)));
        }
    }

    private static String sorted(String words) {
        return Arrays.stream(words.split(" ")).sorted().collect(Collectors.joining(" "));
    }
}
