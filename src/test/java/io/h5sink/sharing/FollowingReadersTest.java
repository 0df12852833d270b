package io.h5sink.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.Compression;
import io.h5sink.H5Field;
import io.h5sink.H5Sink;
import io.h5sink.H5Writer;
import io.h5sink.Layout;
import io.h5sink.Sharing;
import io.h5sink.judge.Python;
import io.h5sink.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Sinks;

/** Readers of HDF5 that follow a file look at any moment of a commit, and see no row that is torn. */
@Timeout(120)
class FollowingReadersTest {

    private static final int COMMITS = Integer.getInteger("h5sink.follow.commits", 200);
    private static final int ROWS = 3;

    /** A row whose values follow from its number. */
    record Row(
            long number, double half, @H5Field(length = 12) String text, int[] twice) {
        static Row of(long number) {
            return new Row(number, number / 2.0, "row " + number, new int[] {(int) number, (int) number});
        }
    }

    /** Looks again and again, and at the new rows only, until all rows are there. */
    private static final String READER = """
            import h5py, numpy, sys
            name, total, table, old = sys.argv[1], int(sys.argv[2]), sys.argv[3] == 'TABLE', int(sys.argv[4])
            f = h5py.File(name, 'r', swmr=True, libver='latest')
            columns = [f['table']] if table else [f[n] for n in ('number', 'half', 'text', 'twice')]
            seen = [0] * len(columns)
            looks = 0
            print('open', flush=True)
            while min(seen) < total:
                looks += 1
                for i, column in enumerate(columns):
                    column.refresh()
                    length = column.shape[0]
                    assert length >= seen[i], (i, length, seen[i])
                    begin = max(0, min(seen[i], length - 1) - old)
                    rows = column[begin:length]
                    numbers = numpy.arange(begin, length)
                    def check(name, rows):
                        if name == 'number':
                            assert (rows == numbers).all(), (name, begin, rows, numbers)
                        elif name == 'half':
                            assert (rows == numbers / 2).all(), (name, begin, rows)
                        elif name == 'text':
                            assert rows.tolist() == [b'row %d' % n for n in numbers], (name, begin, rows)
                        else:
                            assert (rows == numbers[:, None]).all(), (name, begin, rows)
                    if table:
                        for part in ('number', 'half', 'text', 'twice'):
                            check(part, rows[part])
                    else:
                        check(column.name[1:], rows)
                    seen[i] = length
            print('looks', looks, h5py.version.hdf5_version)
            """;

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"COLUMNS, none", "TABLE, none", "COLUMNS, gzip", "TABLE, gzip"})
    void seeNoTornRow(Layout layout, String compression) {
        Python.require("numpy");
        Path file = directory.resolve("data.h5");
        Sinks.Many<Row> records = Sinks.many().unicast().onBackpressureBuffer();
        H5Sink<Row> sink = H5Writer.<Row>to(file)
                .sharing(Sharing.SWMR)
                .layout(layout)
                .compression(compression.equals("gzip") ? Compression.gzip(1) : Compression.none())
                .chunkRows(4) // so that the index of chunks gets all kinds of blocks
                .commitEvery((long) ROWS)
                .build()
                .sink();
        records.asFlux().subscribe(sink);
        for (long i = 0; i < ROWS; i++) {
            records.tryEmitNext(Row.of(i)).orThrow();
        }
        Await.until("readers may follow", () -> Files.exists(file) && isFollowed(file));
        long total = (long) ROWS * COMMITS;
        try (Python.Running first = Python.start(READER, file, total, layout, 4);
                Python.Running second = Python.start(READER, file, total, layout, 100)) {
            assertThat(first.hear()).isEqualTo("open");
            assertThat(second.hear()).isEqualTo("open");
            var commits = sink.commits().toIterable().iterator();
            for (long i = ROWS; i < total; i++) {
                records.tryEmitNext(Row.of(i)).orThrow();
                if ((i + 1) % ROWS == 0) {
                    while (commits.next().records() <= i) {
                        // a commit at a time, so that readers meet all of them
                    }
                }
            }
            String looks = first.hear();
            assertThat(looks).startsWith("looks");
            assertThat(second.hear()).startsWith("looks");
            System.out.println(layout + " " + compression + ": " + looks);
        }
        records.tryEmitComplete().orThrow();
        sink.result().block(Await.LIMIT);
        assertThat(isFollowed(file)).isFalse();
    }

    private static boolean isFollowed(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            return bytes.length > 11 && bytes[11] == 5;
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
