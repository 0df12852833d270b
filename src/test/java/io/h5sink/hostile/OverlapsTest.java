package io.h5sink.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.foreign.Hdf5Calls;
import io.h5sink.judge.Contents;
import io.h5sink.testing.Run;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** Two programs may have taken the same space, which no checksum shows. */
class OverlapsTest {

    record Row(int number, String text) {}

    @TempDir
    Path directory;

    /** Where the elements of contiguous datasets are. */
    private final Map<String, Long> addresses = new HashMap<>();

    /** Two contiguous datasets of 40 bytes, one of chunks, and a hard link. */
    private Path make() {
        Path file = directory.resolve("data.h5");
        Hdf5Calls.make(file, f -> {
            Hdf5Calls.ints(f, "one", new int[10]);
            Hdf5Calls.group(f, "g");
            Hdf5Calls.ints(f, "g/two", new int[10]);
            long[] chunk = {4};
            Hdf5Calls.dataset(f, "chunks", HDF5Constants.H5T_STD_I32LE, new long[] {10}, null, chunk, dataset -> {
                H5.H5Dwrite(
                        dataset,
                        HDF5Constants.H5T_NATIVE_INT,
                        HDF5Constants.H5S_ALL,
                        HDF5Constants.H5S_ALL,
                        Hdf5Calls.DEFAULT,
                        new int[10]);
            });
            H5.H5Lcreate_hard(f, "one", f, "again", Hdf5Calls.DEFAULT, Hdf5Calls.DEFAULT);
            for (String path : new String[] {"one", "g/two"}) {
                long dataset = H5.H5Dopen(f, path, Hdf5Calls.DEFAULT);
                addresses.put(path, H5.H5Dget_offset(dataset));
                H5.H5Dclose(dataset);
            }
        });
        return file;
    }

    /** Has the layout of the second dataset lead elsewhere. */
    private void lead(Path file, long address) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int changed = 0;
        for (int at = 0; at + Long.BYTES <= bytes.limit(); at++) {
            if (bytes.getLong(at) == addresses.get("g/two")) {
                bytes.putLong(at, address);
                changed++;
            }
        }
        assertThat(changed).isEqualTo(1);
        Files.write(file, bytes.array());
    }

    @Test
    void aSoundFileHasNone() {
        Path file = make();
        Run.write(H5Writer.<Row>to(file).chunkRows(4), Flux.range(0, 100).map(i -> new Row(i, "t" + i)));

        try (H5Source source = H5Source.open(file)) {
            assertThat(source.overlaps()).isEmpty();
        }
    }

    @Test
    void whatTwoDatasetsShareIsReportedByBothTheirNames() throws IOException {
        Path file = make();
        lead(file, addresses.get("one") + 8);

        try (H5Source source = H5Source.open(file)) {
            assertThat(source.overlaps())
                    .singleElement()
                    .asString()
                    .matches("/(one|again): it shares 32 bytes at address " + (addresses.get("one") + 8)
                            + " with /g/two, so that what one of them holds is the other's");
        }
    }

    @Test
    void soIsTheHeaderOfAnother() throws IOException {
        Path file = make();
        long header;
        try (H5Source source = H5Source.open(file)) {
            assertThat(source.overlaps()).isEmpty();
        }
        header = Contents.of(
                file, false, contents -> contents.objects().get("/chunks").getAddress());
        lead(file, header - 4);

        try (H5Source source = H5Source.open(file)) {
            assertThat(source.overlaps())
                    .singleElement()
                    .asString()
                    .startsWith("/g/two: it shares 4 bytes at address " + header + " with /chunks, ");
        }
    }
}
