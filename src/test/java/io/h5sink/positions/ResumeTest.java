package io.h5sink.positions;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.FaceInternals;
import io.h5sink.H5Exception;
import io.h5sink.H5SchemaException;
import io.h5sink.H5Sink;
import io.h5sink.H5Writer;
import io.h5sink.Sharing;
import io.h5sink.access.OpenFiles;
import io.h5sink.judge.H5py;
import io.h5sink.storage.RealPath;
import io.h5sink.storage.StorageException;
import io.h5sink.testing.Await;
import io.h5sink.testing.FailingStore;
import io.h5sink.testing.StoreProbe;
import java.io.BufferedReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** However a session ends, the next one goes on where the file says, and each record is there exactly once. */
@Timeout(120)
class ResumeTest {

    private static final int PARTITIONS = 4;
    private static final int RECORDS = 400;

    record Event(int partition, long offset, String text) {

        static Event of(int partition, long offset) {
            return new Event(partition, offset, partition + ":" + offset);
        }
    }

    /** How a session ends before its source does. */
    enum Stop {
        DISPOSE,
        CANCEL,
        UPSTREAM_FAILS,
        WRITE_FAILS,
        POSITIONS_FAIL,
        CLOSE_FAILS,
        OPEN_FAILS,
        BAD_RECORD
    }

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    @ParameterizedTest
    @EnumSource
    void stoppedInOneWay(Stop stop) {
        Random random = new Random(stop.ordinal());
        for (int session = 0; session < 6; session++) {
            session(stop, random);
        }

        finishAndCheck(random);
    }

    /** Sessions of any length, with commits of any size, memory of any size, stopped in any way. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void stoppedInAnyWay(long seed) {
        Random random = new Random(seed);
        for (int session = random.nextInt(20); session > 0; session--) {
            session(Stop.values()[random.nextInt(Stop.values().length)], random);
        }

        finishAndCheck(random);
    }

    /** Killed twice, while it commits without a pause. */
    @ParameterizedTest
    @EnumSource
    void killed(Sharing sharing) throws Exception {
        for (int kill = 0; kill < 2; kill++) {
            Process process = new ProcessBuilder(Stream.of(
                                    List.of(ProcessHandle.current()
                                            .info()
                                            .command()
                                            .orElse("java")),
                                    ManagementFactory.getRuntimeMXBean().getInputArguments(),
                                    List.of("-cp", System.getProperty("java.class.path"), Killed.class.getName()),
                                    List.of(file.toString(), sharing.name()))
                            .flatMap(List::stream)
                            .toList())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (BufferedReader commits = process.inputReader()) {
                for (int commit = 0; commit < 20 + 7 * kill; commit++) {
                    assertThat(commits.readLine()).startsWith("commit");
                }
            } finally {
                process.destroyForcibly().waitFor();
            }
            assertThat(H5Writer.to(file).build().positions()).hasSize(PARTITIONS);
        }

        finishAndCheck(new Random(sharing.ordinal()));
    }

    static final class Killed {

        private Killed() {}

        public static void main(String... args) {
            H5Writer<Event> writer = H5Writer.<Event>to(Path.of(args[0]))
                    .positions(event -> "events-" + event.partition(), Event::offset)
                    .sharing(Sharing.valueOf(args[1]))
                    .column("text", column -> column.length(20))
                    .commitEvery(3)
                    .build();
            writer.append(source(writer.positions(), new Random(0)))
                    .doOnNext(commit -> System.out.println("commit " + commit.records()))
                    .blockLast();
        }
    }

    private H5Writer.Builder<Event> writer(Random random) {
        H5Writer.Builder<Event> writer = H5Writer.<Event>to(file)
                .column("text", column -> column.length(20))
                .positions(event -> "events-" + event.partition(), Event::offset)
                .memory(1L << (12 + random.nextInt(8)))
                .chunkRows(1 + random.nextInt(50))
                .commitEvery(random.nextBoolean() ? Duration.ofDays(1) : Duration.ofMillis(1));
        return random.nextInt(4) == 0 ? writer : writer.commitEvery(1 + random.nextInt(60));
    }

    /** A source that goes on behind the given positions, with its partitions in any order. */
    private static Flux<Event> source(Map<String, Long> positions, Random random) {
        long[] next = LongStream.range(0, PARTITIONS)
                .map(p -> positions.getOrDefault("events-" + p, -1L) + 1)
                .toArray();
        List<Event> events = new ArrayList<>();
        while (true) {
            int[] left = IntStream.range(0, PARTITIONS)
                    .filter(p -> next[p] < RECORDS)
                    .toArray();
            if (left.length == 0) {
                return Flux.fromIterable(events);
            }
            int partition = left[random.nextInt(left.length)];
            events.add(Event.of(partition, next[partition]++));
        }
    }

    private void session(Stop stop, Random random) {
        int length = random.nextInt(150);
        H5Writer.Builder<Event> builder = writer(random);
        H5Writer<Event> writer = FaceInternals.wrap(builder, store -> switch (stop) {
                    case WRITE_FAILS -> failing(store, StoreProbe.Call.WRITE, random);
                    case POSITIONS_FAIL -> failing(store, StoreProbe.Call.POSITIONS, random);
                    case CLOSE_FAILS -> failing(store, StoreProbe.Call.CLOSE, random);
                    case OPEN_FAILS -> failing(store, StoreProbe.Call.OPEN, random);
                    default -> store;
                })
                .build();
        Map<String, Long> before = writer.positions();
        Flux<Event> events = source(before, random);
        switch (stop) {
            case DISPOSE -> {
                H5Sink<Event> sink = writer.sink();
                AtomicLong count = new AtomicLong();
                events.concatWith(Flux.never())
                        .doOnNext(event -> {
                            if (count.incrementAndGet() == length) {
                                sink.dispose();
                            }
                        })
                        .doOnRequest(n -> {
                            if (length == 0) {
                                sink.dispose();
                            }
                        })
                        .takeUntilOther(sink.result().onErrorComplete())
                        .subscribe(sink);
                if (before.values().stream().mapToLong(last -> last + 1).sum() + length > PARTITIONS * RECORDS) {
                    sink.dispose(); // there are fewer
                }
                sink.result().block(Await.LIMIT);
            }
            case CANCEL ->
                writer.append(events)
                        .take(1 + random.nextInt(3))
                        .onErrorComplete()
                        .blockLast(Await.LIMIT);
            case UPSTREAM_FAILS ->
                writer.write(events.take(length).concatWith(Mono.error(new IllegalStateException("upstream"))))
                        .onErrorComplete(IllegalStateException.class)
                        .block(Await.LIMIT);
            case BAD_RECORD ->
                writer.write(events.take(length).concatWith(Mono.just(new Event(0, 9_999, "a\0"))))
                        .onErrorComplete(H5SchemaException.class)
                        .block(Await.LIMIT);
            default ->
                writer.write(events.take(length))
                        .onErrorComplete(H5Exception.class)
                        .block(Await.LIMIT);
        }
        Await.until("the file is free", () -> OpenFiles.claim(List.of(RealPath.of(file))));
        OpenFiles.release(List.of(RealPath.of(file)));
    }

    private static FailingStore failing(io.h5sink.engine.WritableFile store, StoreProbe.Call call, Random random) {
        return new FailingStore(
                store, call, 1 + random.nextInt(6), 1, () -> StorageException.write(null, "the disk is full", null));
    }

    private void finishAndCheck(Random random) {
        H5Writer<Event> writer = writer(random).build();
        writer.write(source(writer.positions(), random)).block(Await.LIMIT);

        H5py seen = H5py.read(file);
        List<Object> partitions = seen.values("/partition");
        List<Object> offsets = seen.values("/offset");
        List<Object> texts = seen.values("/text");
        assertThat(partitions).hasSize(PARTITIONS * RECORDS);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            int number = partition;
            List<Integer> mine = IntStream.range(0, partitions.size())
                    .filter(row -> partitions.get(row).equals(number))
                    .boxed()
                    .toList();
            assertThat(mine.stream().map(offsets::get))
                    .containsExactlyElementsOf(LongStream.range(0, RECORDS)
                            .<Object>mapToObj(Long::valueOf)
                            .toList());
            assertThat(mine.stream().map(texts::get))
                    .containsExactlyElementsOf(LongStream.range(0, RECORDS)
                            .<Object>mapToObj(offset -> number + ":" + offset)
                            .toList());
        }
        Map<String, Long> ends = Map.of("events-0", 399L, "events-1", 399L, "events-2", 399L, "events-3", 399L);
        assertThat(writer.positions()).isEqualTo(ends);
        assertThat(PositionsTest.stored(file)).isEqualTo(ends);
    }
}
