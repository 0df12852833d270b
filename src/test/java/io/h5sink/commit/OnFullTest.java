package io.h5sink.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Exception;
import io.h5sink.H5Field;
import io.h5sink.H5Record;
import io.h5sink.H5Sink;
import io.h5sink.H5Source;
import io.h5sink.H5WriteException;
import io.h5sink.H5Writer;
import io.h5sink.Ragged;
import io.h5sink.Sharing;
import io.h5sink.foreign.Hdf5Calls;
import io.h5sink.judge.H5py;
import io.h5sink.judge.Python;
import io.h5sink.judge.Python.Running;
import io.h5sink.testing.Await;
import io.h5sink.testing.LibraryWriter;
import io.h5sink.testing.Logged;
import io.h5sink.testing.Run;
import io.h5sink.testing.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;

/** A stream waits for space on a full disk, if it is asked to, and writes what it could not. */
@Timeout(60)
class OnFullTest {

    record Row(
            long number,
            String text,
            @H5Field(length = 8) String group,
            @H5Field(ragged = Ragged.OFFSETS) int[] echoes) {

        static Row of(int i) {
            return new Row(i, "text " + i, "g" + i % 3, new int[i % 4]);
        }
    }

    record Flat(long number, @H5Field(length = 8) String group, double[] large) {

        static Flat of(int i) {
            return new Flat(i, "g" + i % 3, new double[] {i, -i});
        }
    }

    private static final Duration RETRY = Duration.ofMillis(2);

    @TempDir
    Path directory;

    private final Logged logged = new Logged();

    @AfterEach
    void stopListening() {
        logged.close();
    }

    private static String besides(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("filler") && !name.endsWith(".h5"))
                    .toList()
                    .toString();
        }
    }

    @ParameterizedTest
    @CsvSource({"RELEASE, COLUMNS", "RELEASE, ROUTED", "EXCLUSIVE, COLUMNS", "SWMR, ROUTED_FLAT", "SWMR, FLAT"})
    void eachRecordIsWrittenOnceWhenThereIsSpaceAgain(Sharing sharing, String how) throws IOException {
        int records = 4_000;
        try (SmallDisk disk = new SmallDisk(directory.resolve("disk"), 600)) {
            Path file = disk.directory().resolve("data.h5");
            boolean routed = how.startsWith("ROUTED");
            boolean flat = how.endsWith("FLAT");
            H5Writer.Builder<Object> writer = H5Writer.to(file)
                    .sharing(sharing)
                    .chunkRows(64)
                    .commitEvery(50)
                    .memory(1 << 20)
                    .onFull(RETRY);
            if (routed) {
                writer.route(record -> record instanceof Row row ? row.group() : ((Flat) record).group());
            }
            disk.leave(20);
            H5Sink<Object> sink = writer.build().sink();
            var result = sink.result().toFuture();
            Flux.range(0, records)
                    .<Object>map(i -> flat ? Flat.of(i) : Row.of(i))
                    .subscribeOn(reactor.core.scheduler.Schedulers.boundedElastic())
                    .subscribe(sink);
            Await.until("it waits", () -> count("waiting for disk space") > 0);
            assertThat(result).isNotDone();
            Await.until("it ends", () -> {
                disk.giveBack(1); // which is not enough, for most tries
                return result.isDone();
            });
            assertThat(result.join().records()).isEqualTo(records);
            assertThat(count("there is disk space again")).isEqualTo(count("waiting for disk space"));
            assertThat(besides(disk.directory())).isEqualTo("[]");
            String numbers = Python.run("""
                    import h5py, sys
                    with h5py.File(sys.argv[1], 'r') as f:
                        for group in ([f] if sys.argv[2] == 'false' else [f['g0'], f['g1'], f['g2']]):
                            for i, n in enumerate(group['number']):
                                if 'text' in group:
                                    assert group['text'][i].decode() == 'text %d' % n
                                    a, b = group['echoes/offsets'][i:i + 2]
                                    assert b - a == n % 4, (n, a, b)
                                else:
                                    assert group['large'][i].tolist() == [n, -n]
                                assert group['group'][i].decode() == 'g%d' % (n % 3)
                        if sys.argv[2] == 'false':
                            print(f['number'][:].tolist() == list(range(int(sys.argv[3]))))
                        else:
                            print(all(f['g%d/number' % g][:].tolist() == list(range(g, int(sys.argv[3]), 3))
                                      for g in range(3)))
                    """, file, routed, records);
            assertThat(numbers.strip()).isEqualTo("True");
        }
    }

    /** What a file is when the stream begins. */
    private enum Begun {
        /** In an older format, which the C library writes. */
        OLD,
        /** In the format of HDF5 1.10, and yet the C library's. */
        LIBRARYS,
        /** In the format of HDF5 1.10, which Java writes. */
        JAVAS
    }

    /** Adds to the file, and closes it when asked. */
    private static final String HOLDER = """
            import h5py, sys
            with h5py.File(sys.argv[1], 'r+') as file:
                file['theirs'] = list(range(1000))
                file['before'].attrs['seen'] = 7
                print('open')
                sys.stdin.readline()
            print('closed')
            """;

    @ParameterizedTest
    @CsvSource({
        "OLD, false",
        "OLD, true",
        "LIBRARYS, false",
        "LIBRARYS, true",
        "JAVAS, false",
        "JAVAS, true",
    })
    void givingUpBesideAnotherProgramThatAddsToTheFileHarmsNeither(Begun begun, boolean after) throws IOException {
        Python.require();
        try (SmallDisk disk = new SmallDisk(directory.resolve("disk"), 400)) {
            Path file = disk.directory().resolve("data.h5");
            if (begun == Begun.OLD) {
                Hdf5Calls.make(file, made -> Hdf5Calls.group(made, "before"));
            } else {
                Hdf5Calls.makeLatest(file, made -> Hdf5Calls.group(made, "before"));
            }
            disk.leave(30);
            H5Writer.Builder<H5Record> writer = H5Writer.to(file);
            H5Sink<H5Record> sink = (begun == Begun.LIBRARYS ? LibraryWriter.of(writer, file) : writer)
                    .column("last", c -> c.latest())
                    .chunkRows(512)
                    .commitEvery(100)
                    .onFull(Duration.ofDays(1))
                    .patience(Duration.ofMillis(50))
                    .build()
                    .sink();
            var result = sink.result().toFuture();
            Flux.range(0, 1_000_000)
                    .map(i -> H5Record.of("value", (long) i).and("last", i))
                    .subscribe(sink);
            Await.until("it waits", () -> count("waiting for disk space") == 1);
            disk.leave(20); // which the stream does not look for before tomorrow
            try (Running other = Python.start(HOLDER, file)) {
                assertThat(other.hear()).isEqualTo("open");
                if (after) {
                    other.send("close");
                    assertThat(other.hear()).isEqualTo("closed");
                }
                sink.dispose();
                Await.until("it gives up", result::isDone);
                if (!after) {
                    assertThat(Run.fail(H5Writer.<Object>to(file).patience(Duration.ZERO), H5Record.of("value", 0L))
                                    .error())
                            .hasMessageContaining("another program has opened it");
                    other.send("close");
                    assertThat(other.hear()).isEqualTo("closed");
                }
            }
            disk.leave(200);
            H5Exception failure =
                    (H5Exception) result.handle((summary, error) -> error).join();
            long safe = failure.safeRecords();

            Run.write(H5Writer.to(file), Flux.just(H5Record.of("value", safe)));

            try (H5Source source = H5Source.open(file)) {
                assertThat(source.group("/before").attributes().get("seen")).isEqualTo(7L);
                assertThat(source.dataset("/theirs").read(long[].class))
                        .containsExactly(LongStream.range(0, 1000).toArray());
                assertThat(source.dataset("/value").read(long[].class))
                        .containsExactly(LongStream.rangeClosed(0, safe).toArray());
            }
            assertThat(besides(disk.directory())).isEqualTo("[]");
        }
    }

    private int count(String words) {
        return (int) logged.all().filter(line -> line.contains(words)).count();
    }

    @Test
    void othersReadTheFileMeanwhileAndDisposingGivesUpAtOnce() throws IOException {
        try (SmallDisk disk = new SmallDisk(directory.resolve("disk"), 400)) {
            Path file = disk.directory().resolve("data.h5");
            disk.leave(30);
            H5Sink<Object> sink = H5Writer.to(file)
                    .chunkRows(512)
                    .commitEvery(100)
                    .onFull(Duration.ofDays(1))
                    .build()
                    .sink();
            var result = sink.result().toFuture();
            Flux.range(0, 1_000_000)
                    .<Object>map(i -> H5Record.of("value", (long) i))
                    .subscribe(sink);
            Await.until("it waits", () -> count("waiting for disk space") == 1);
            long[] values = H5py.read(file).values("/value").stream()
                    .mapToLong(value -> (Long) value)
                    .toArray();
            assertThat(values)
                    .isNotEmpty()
                    .isEqualTo(LongStream.range(0, values.length).toArray());

            sink.dispose();
            Throwable error = result.handle((summary, failure) -> failure)
                    .orTimeout(Await.LIMIT.toSeconds(), java.util.concurrent.TimeUnit.SECONDS)
                    .join();
            assertThat(error)
                    .isExactlyInstanceOf(H5WriteException.class)
                    .hasMessageContaining("No space left on device");
            long safe = ((H5Exception) error).safeRecords(); // the last try may find space for a commit more
            assertThat(safe).isGreaterThanOrEqualTo(values.length);
            assertThat(H5py.read(file).values("/value"))
                    .isEqualTo(LongStream.range(0, safe).boxed().toList());
            assertThat(besides(disk.directory())).isEqualTo("[]");
        }
    }
}
