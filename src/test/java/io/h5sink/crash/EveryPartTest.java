package io.h5sink.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.h5sink.Commit;
import io.h5sink.Compression;
import io.h5sink.Driver;
import io.h5sink.Durability;
import io.h5sink.FaceInternals;
import io.h5sink.H5Exception;
import io.h5sink.H5Sink;
import io.h5sink.H5Writer;
import io.h5sink.OpenMode;
import io.h5sink.Sharing;
import io.h5sink.engine.OpenRequest;
import io.h5sink.hdf5.write.Hdf5File;
import io.h5sink.judge.H5py;
import io.h5sink.storage.driver.StoredFile;
import io.h5sink.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * As {@link EveryStepTest}, of files in several parts or in memory: whenever their writer dies, whatever a power cut leaves, and whichever
 * change fails, the next session finds all commits that were reported, whole, and goes on. {@code -Dh5sink.crash.states=0} tries all changes.
 */
class EveryPartTest {

    private static final int COMMIT = 13;
    private static final int BEGUN = 5 * COMMIT;
    private static final int RECORDS = 12 * COMMIT;
    private static final int MORE = 2 * COMMIT;
    private static final int STATES = Integer.getInteger("h5sink.crash.states", 30);
    private static final long SEED = 20261130;

    @TempDir
    static Path directory;

    /** A record whose values follow from its number; strings lie in heaps, and numbers in compressed chunks. */
    record Row(int number, String text, double[] levels) {
        static Row of(int i) {
            return new Row(i, "text " + "xyzü".repeat(i % 7) + i, new double[] {i, i / 100 * 0.5});
        }
    }

    private enum Way {
        FAMILY(Driver.family(4096), "data-%d.h5", "driver='family', memb_size=4096"),
        SPLIT(Driver.split(), "data", "driver='split'"),
        CORE(Driver.core(), "data.h5", "driver='core'");

        private final Driver driver;
        private final String name;
        private final String h5py;

        Way(Driver driver, String name, String h5py) {
            this.driver = driver;
            this.name = name;
            this.h5py = h5py;
        }

        Path file(Path in) {
            return in.resolve(name);
        }

        Path head(Path in) {
            return FaceInternals.files(driver, file(in)).get(0);
        }

        H5Writer.Builder<Row> builder(Path in) {
            return H5Writer.<Row>to(file(in))
                    .driver(driver)
                    .chunkRows(20)
                    .compression(Compression.gzip(1))
                    .commitEvery((long) COMMIT)
                    .commitEvery(Duration.ofDays(1));
        }

        /** A writer whose changes are recorded. */
        H5Writer<Row> writer(Path in, RecordedFiles files, Durability durability) {
            StoredFile stored = new StoredFile(files.path(file(in)), FaceInternals.access(driver));
            OpenRequest request =
                    new OpenRequest(stored, OpenMode.APPEND, Sharing.RELEASE, durability == Durability.FSYNC);
            return FaceInternals.wrap(builder(in).durability(durability), chosen -> new Hdf5File(request))
                    .build();
        }

        H5py read(Path in) {
            return H5py.read(file(in), driver, "h5py.File(name, 'r', " + h5py + ")");
        }

        /** Writes records, and waits for each commit, if commits are reported before the end. */
        void write(H5Writer<Row> writer, int from, int to, IntConsumer reported) {
            H5Sink<Row> sink = writer.sink();
            Sinks.Many<Row> source = Sinks.many().unicast().onBackpressureBuffer();
            Iterator<Commit> commits = sink.commits().toIterable().iterator();
            source.asFlux().subscribe(sink);
            for (int i = from; i < to; i++) {
                source.tryEmitNext(Row.of(i)).orThrow();
                if (this != CORE && (i + 1 - from) % COMMIT == 0) {
                    int committed = from + (int) commits.next().records();
                    reported.accept(committed);
                }
            }
            source.tryEmitComplete().orThrow();
            sink.result().block(Await.LIMIT);
            reported.accept(to);
        }
    }

    @TestFactory
    Stream<DynamicTest> aWriterThatDiesAfterAnyChangeLosesNoCommit() {
        return ways((way, judge) -> {
            History history = record(way, Durability.FLUSH);
            history.visit(sample(STATES, history.states()), judge::take);
        });
    }

    @TestFactory
    Stream<DynamicTest> aPowerCutLosesNoCommitThatWasForced() {
        return ways((way, judge) ->
                new PowerCut(record(way, Durability.FSYNC), SEED).visit(STATES == 0 ? 500 : STATES, judge::take));
    }

    @TestFactory
    Stream<DynamicTest> aChangeThatFailsLosesNoCommit() {
        return ways((way, judge) -> {
            for (int before : new int[] {0, BEGUN}) {
                int changes = fail(way, before, Integer.MAX_VALUE, false, judge);
                for (int number : sample(STATES / 3, changes)) {
                    fail(way, before, number, false, judge);
                    fail(way, before, number, true, judge);
                }
            }
        });
    }

    private interface Trial {

        void run(Way way, PartJudge judge) throws Exception;
    }

    private static Stream<DynamicTest> ways(Trial trial) {
        return Stream.of(Way.values())
                .map(way -> dynamicTest(way.toString(), () -> {
                    PartJudge judge = new PartJudge(way);
                    trial.run(way, judge);
                    assertThat(judge.states).as("states").isPositive();
                }));
    }

    private static SortedSet<Integer> sample(int count, int of) {
        IntStream numbers = count == 0 ? IntStream.range(0, of) : new Random(SEED).ints(count, 0, of);
        return numbers.boxed().collect(Collectors.toCollection(TreeSet::new));
    }

    private static History record(Way way, Durability durability) throws IOException {
        Path in = Files.createTempDirectory(directory, way.toString());
        RecordedFiles files = new RecordedFiles(RecordedFiles.Fault.NONE);
        way.write(way.writer(in, files, durability), 0, BEGUN, files::report);
        way.write(way.writer(in, files, durability), BEGUN, RECORDS, files::report);
        History history = new History(new Disk(), files.steps());
        Strace.mustBeComplete(in, history.last());
        return history;
    }

    /** Writes while a change fails, and returns how many there were. */
    private static int fail(Way way, int before, int first, boolean lasting, PartJudge judge) throws IOException {
        Path in = Files.createTempDirectory(directory, way.toString());
        if (before > 0) {
            way.write(way.builder(in).build(), 0, before, committed -> {});
        }
        List<Integer> numbers = new ArrayList<>();
        RecordedFiles files = new RecordedFiles((number, step) -> {
            numbers.add(number);
            if (lasting ? number >= first : number == first) {
                throw new IOException("fault");
            }
        });
        int safe = before + 4 * COMMIT;
        String where = before + " records before, " + (lasting ? "all changes from " : "change ") + first;
        try {
            way.writer(in, files, Durability.FLUSH)
                    .write(Flux.range(before, 4 * COMMIT).map(Row::of))
                    .block(Await.LIMIT);
        } catch (H5Exception e) {
            assertThat(e).as(where).hasMessageContaining("fault");
            safe = before + (int) e.safeRecords();
        }
        judge.judge(in, safe, where);
        return numbers.size();
    }

    /** Judges what is left: the next session puts it right and goes on. */
    private static final class PartJudge {

        private final Way way;
        private int states;

        PartJudge(Way way) {
            this.way = way;
        }

        void take(Disk disk, int reported, String where) throws IOException {
            Path in = directory.resolve(way + "-state");
            disk.save(in);
            judge(in, reported, where);
        }

        void judge(Path in, int reported, String where) throws IOException {
            states++;
            way.builder(in).build().write(Flux.<Row>empty()).block(Await.LIMIT);
            int records = records(in, where);
            assertThat(records).as(where).isGreaterThanOrEqualTo(reported);
            if (records > 0) { // as many as a commit has, or a record that failed has left
                way.write(way.builder(in).build(), records, records + MORE, committed -> {});
                assertThat(records(in, where)).as(where).isEqualTo(records + MORE);
            }
            try (Stream<Path> left = Files.list(in)) {
                List<Path> files = left.toList();
                assertThat(files).as(where).noneMatch(file -> file.toString().contains(".journal"));
                for (Path file : files) {
                    Files.delete(file);
                }
            }
            Files.delete(in);
        }

        private int records(Path in, String where) {
            if (!Files.exists(way.head(in))) {
                return 0;
            }
            H5py seen = way.read(in);
            if (seen.datasets().isEmpty()) {
                return 0;
            }
            List<?> numbers = seen.values("/number");
            assertThat(numbers)
                    .as(where)
                    .isEqualTo(IntStream.range(0, numbers.size()).boxed().toList());
            assertThat(seen.values("/text"))
                    .as(where)
                    .isEqualTo(IntStream.range(0, numbers.size())
                            .mapToObj(i -> Row.of(i).text())
                            .toList());
            assertThat(seen.values("/levels"))
                    .as(where)
                    .isEqualTo(IntStream.range(0, numbers.size())
                            .boxed()
                            .flatMap(i ->
                                    Stream.of(Row.of(i).levels()[0], Row.of(i).levels()[1]))
                            .toList());
            assertThat(numbers.size() % COMMIT)
                    .as("%s: %d records", where, numbers.size())
                    .isZero();
            return numbers.size();
        }
    }
}
