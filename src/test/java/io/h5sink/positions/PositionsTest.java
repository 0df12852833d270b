package io.h5sink.positions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.Commit;
import io.h5sink.Evolution;
import io.h5sink.H5Dataset;
import io.h5sink.H5Exception;
import io.h5sink.H5Field;
import io.h5sink.H5Record;
import io.h5sink.H5SchemaException;
import io.h5sink.H5Sink;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.Layout;
import io.h5sink.OpenMode;
import io.h5sink.Sharing;
import io.h5sink.WriteSummary;
import io.h5sink.judge.H5py;
import io.h5sink.judge.Inside;
import io.h5sink.judge.Python;
import io.h5sink.testing.Await;
import io.h5sink.testing.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** Source positions are in the file, with the rows that they belong to. */
@Timeout(120)
class PositionsTest {

    record Message(String partition, long offset, double value) {}

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    private H5Writer.Builder<Message> writer() {
        return H5Writer.<Message>to(file).positions(Message::partition, Message::offset);
    }

    private static Message message(String partition, long offset) {
        return new Message(partition, offset, offset * 0.5);
    }

    /** What others find in the table. */
    static Map<String, Long> stored(Path file) {
        return Inside.judged(
                () -> inTheJvm(file),
                () -> inPython(file),
                (inside, outside) -> assertThat(inside).isEqualTo(outside));
    }

    private static Map<String, Long> inTheJvm(Path file) {
        try (H5Source h5 = H5Source.open(file)) {
            H5Dataset table = h5.dataset("/.h5sink/positions");
            int holds = (int) (table.attributes().get("commits", Long.class) % 2);
            Map<String, Long> positions = new TreeMap<>();
            for (Object row : (Object[]) table.read()) {
                Map<?, ?> values = (Map<?, ?>) row;
                String partition = (String) values.get("partition");
                assertThat(positions).doesNotContainKey(partition);
                positions.put(partition, ((long[]) values.get("offset"))[holds]);
            }
            return positions;
        }
    }

    /** What the README says for Python. */
    private static Map<String, Long> inPython(Path file) {
        Map<String, Long> positions = new TreeMap<>();
        Python.run("""
                        import h5py, sys
                        with h5py.File(sys.argv[1], 'r') as file:
                            table = file['/.h5sink/positions']
                            holds = table.attrs['commits'] % 2
                            positions = {row['partition'].decode(): int(row['offset'][holds]) for row in table[:]}
                            assert len(positions) == len(table)
                        for partition, offset in positions.items():
                            print(offset, partition.encode().hex())
                        """, file).lines().forEach(line -> {
            int space = line.indexOf(' ');
            String partition = new String(HexFormat.of().parseHex(line.substring(space + 1)), StandardCharsets.UTF_8);
            positions.put(partition, Long.parseLong(line.substring(0, space)));
        });
        return positions;
    }

    @Test
    void aFileThatIsNotThereHasNone() {
        assertThat(writer().build().positions()).isEmpty();
        assertThat(file).doesNotExist();
    }

    @Test
    void aFileWithoutPositionsHasNone() {
        Run.write(H5Writer.<Message>to(file), Flux.just(message("a", 1)));

        assertThat(writer().build().positions()).isEmpty();
        assertThat(H5py.read(file).groups()).isEmpty();
    }

    @Test
    void theLastRecordOfEachPartitionCounts() {
        Run.write(writer(), Flux.just(message("a", 7), message("b", 3), message("a", 8), message("b", 1)));

        assertThat(writer().build().positions()).containsExactly(Map.entry("a", 8L), Map.entry("b", 1L));
        assertThat(stored(file)).containsExactly(Map.entry("a", 8L), Map.entry("b", 1L));
    }

    @Test
    void aSourceOfOnePartition() {
        Run.write(H5Writer.<Message>to(file).position(Message::offset), Flux.just(message("a", 1), message("b", 2)));

        assertThat(writer().build().positions()).containsExactly(Map.entry("", 2L));
        assertThat(stored(file)).containsExactly(Map.entry("", 2L));
    }

    @Test
    void anyOffsetWillDo() {
        Run.write(
                writer(),
                Flux.just(
                        message("a", Long.MIN_VALUE), message("b", Long.MAX_VALUE), message("c", -1), message("d", 0)));

        assertThat(stored(file)).isEqualTo(Map.of("a", Long.MIN_VALUE, "b", Long.MAX_VALUE, "c", -1L, "d", 0L));
        assertThat(writer().build().positions()).isEqualTo(stored(file));
    }

    @Test
    void laterSessionsKeepThePartitionsOfEarlierOnes() {
        Run.write(writer(), Flux.just(message("a", 1), message("b", 2)));
        Run.write(writer(), Flux.just(message("c", 3), message("b", 4)));
        Run.write(H5Writer.<Message>to(file), Flux.just(message("a", 9)));
        Run.write(writer(), Flux.just(message("d", 5)));

        Map<String, Long> expected = Map.of("a", 1L, "b", 4L, "c", 3L, "d", 5L);
        assertThat(stored(file)).isEqualTo(expected);
        assertThat(writer().build().positions()).isEqualTo(expected);
        assertThat(H5py.read(file).values("/offset")).containsExactly(1L, 2L, 3L, 4L, 9L, 5L);
    }

    @Test
    void truncatingForgetsThem() {
        Run.write(writer(), Flux.just(message("a", 1), message("b", 2)));
        H5Writer<Message> truncating = writer().open(OpenMode.TRUNCATE).build();

        assertThat(truncating.positions()).hasSize(2);
        truncating.write(Flux.just(message("c", 3))).block(Await.LIMIT);

        assertThat(truncating.positions()).isEqualTo(Map.of("c", 3L));
    }

    @Test
    void eachCommitTellsAllPositions() {
        Run.write(writer(), Flux.just(message("z", 100)));

        List<Map<String, Long>> reported = new ArrayList<>();
        List<Map<String, Long>> read = new ArrayList<>();
        H5Writer<Message> writer = writer().commitEvery(2).build();
        Sinks.Many<Message> source = Sinks.many().unicast().onBackpressureBuffer();
        H5Sink<Message> sink = writer.sink();
        sink.commits().subscribe(commit -> reported.add(commit.positions()));
        source.asFlux().subscribe(sink);
        for (int i = 0; i < 6; i++) {
            source.tryEmitNext(message(i < 3 ? "a" : "b", i)).orThrow();
            if (i % 2 == 1) {
                int commits = i / 2 + 1;
                Await.until("the commit", () -> reported.size() == commits);
                read.add(writer.positions());
            }
        }
        source.tryEmitComplete().orThrow();
        sink.result().block(Await.LIMIT);

        assertThat(reported)
                .containsExactly(
                        Map.of("z", 100L, "a", 1L),
                        Map.of("z", 100L, "a", 2L, "b", 3L),
                        Map.of("z", 100L, "a", 2L, "b", 5L));
        assertThat(read).isEqualTo(reported);
    }

    @Test
    void withoutThemCommitsHaveNone() {
        List<Commit> commits = H5Writer.<Message>to(file)
                .build()
                .append(Flux.just(message("a", 1)))
                .collectList()
                .block(Await.LIMIT);

        assertThat(commits)
                .singleElement()
                .satisfies(commit -> assertThat(commit.positions()).isEmpty());
    }

    private static String[] names() {
        return new String[] {
            "",
            " ",
            "/",
            ".",
            "a/b",
            "Zürich ⛅ 東京",
            "\uD83D\uDE00",
            "x".repeat(512),
            "ü".repeat(256),
            "a\nb\tc",
            "\"'\\"
        };
    }

    @ParameterizedTest
    @MethodSource("names")
    void aPartitionHasAnyName(String name) {
        Run.write(writer(), Flux.just(message(name, 1), message(name, 2)));
        Run.write(writer(), Flux.just(message(name, 3)));

        assertThat(writer().build().positions()).isEqualTo(Map.of(name, 3L));
        assertThat(stored(file)).isEqualTo(Map.of(name, 3L));
    }

    private static String[] badNames() {
        return new String[] {null, "a\0", "\uD83D", "\uDE00x", "x".repeat(513), "ü".repeat(257)};
    }

    @ParameterizedTest
    @MethodSource("badNames")
    void aBadNameMakesABadRecord(String name) {
        H5Exception error = Run.fail(
                        writer().route(Message::partition).group("g"), Flux.just(message("a", 1), message(name, 2)))
                .error();

        assertThat(error)
                .isInstanceOf(H5SchemaException.class)
                .hasMessageContaining("record 2")
                .hasMessageContaining("the name of a partition, of at most 512 bytes in UTF-8 and without NUL");
        assertThat(error.object()).isNull();
        assertThat(error.safeRecords()).isEqualTo(1);
        assertThat(writer().build().positions()).isEqualTo(Map.of("a", 1L));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFunctionThatThrowsMakesABadRecord(boolean partition) {
        H5Writer.Builder<Message> writer = H5Writer.<Message>to(file)
                .positions(
                        message -> refuse(message, partition).partition(),
                        message -> refuse(message, !partition).offset());

        H5Exception error =
                Run.fail(writer, Flux.just(message("a", 1), message("b", -2))).error();

        assertThat(error)
                .isInstanceOf(H5SchemaException.class)
                .hasMessageContaining("record 2")
                .hasMessageContaining("no -2");
        assertThat(writer.build().positions()).isEqualTo(Map.of("a", 1L));
    }

    private static Message refuse(Message message, boolean refusing) {
        if (refusing && message.offset() < 0) {
            throw new IllegalStateException("no " + message.offset());
        }
        return message;
    }

    /** The first record, one in the middle and the last one are bad, for each of the reasons that there are. */
    @ParameterizedTest
    @ValueSource(strings = {"partition", "offset", "value", "route", "size"})
    void aRecordThatIsSkippedDoesNotCount(String bad) {
        List<H5SchemaException> reported = new ArrayList<>();
        H5Writer.Builder<Object> writer = H5Writer.to(file)
                .memory(1 << 12)
                .positions(record -> bad.equals("partition") && isBad(record) ? null : partition(record), record -> {
                    if (bad.equals("offset") && isBad(record)) {
                        throw new IllegalStateException("no offset");
                    }
                    return offset(record);
                })
                .route(record -> bad.equals("route") && isBad(record) ? ".." : "r")
                .onBadRecord((record, why) -> reported.add(why));
        List<Object> records = IntStream.range(0, 300)
                .<Object>mapToObj(i -> {
                    boolean isBad = i == 0 || i == 150 || i == 299;
                    H5Record record = H5Record.of("offset", (long) i).and("bad", isBad ? 1 : 0);
                    return isBad && bad.equals("value")
                            ? record.and("value", new Object())
                            : record.and("text", isBad && bad.equals("size") ? "x".repeat(5000) : "");
                })
                .toList();

        WriteSummary summary = Run.write(writer, Flux.fromIterable(records));

        assertThat(summary.skipped()).isEqualTo(3);
        assertThat(reported).hasSize(3);
        assertThat(summary.records()).isEqualTo(297);
        // 0, 150 and 299 would be of the partitions "0", "150" and "299", which no other record has
        assertThat(writer.build().positions()).isEqualTo(Map.of("even", 298L, "odd", 297L));
    }

    private static boolean isBad(Object record) {
        return offset(record) % 299 == 0 || offset(record) == 150;
    }

    private static String partition(Object record) {
        return isBad(record) ? "" + offset(record) : offset(record) % 2 == 0 ? "even" : "odd";
    }

    private static long offset(Object record) {
        return (Long) ((H5Record) record).toMap().getOrDefault("offset", -1L);
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void withRoutesAndLayouts(Layout layout) {
        H5Writer.Builder<Message> writer = writer().layout(layout)
                .column("partition", c -> c.length(8))
                .route(Message::partition)
                .commitEvery(7);

        Run.write(writer, Flux.range(0, 100).map(i -> message("p" + i % 3, i)));

        assertThat(writer.build().positions()).isEqualTo(Map.of("p0", 99L, "p1", 97L, "p2", 98L));
        assertThat(stored(file)).isEqualTo(writer.build().positions());
    }

    @Test
    void mapsHavePositionsToo() {
        H5Writer.Builder<Map<String, Integer>> writer =
                H5Writer.<Map<String, Integer>>to(file).position(map -> map.getOrDefault("a", -1));

        WriteSummary summary =
                Run.write(writer.commitEvery(1), Flux.just(Map.of("a", 1), Map.of("a", 2, "b", 3), Map.of()));

        assertThat(summary.commits()).isEqualTo(3);
        assertThat(writer.build().positions()).isEqualTo(Map.of("", -1L));
    }

    @Test
    void manyPartitionsInLittleMemory() {
        int partitions = 10_000;
        H5Writer<Message> writer = writer().memory(1 << 16).commitEvery(3_000).build();

        writer.write(Flux.range(0, 25_000).map(i -> message("p" + i % partitions, i)))
                .block(Await.LIMIT);

        Map<String, Long> positions = writer.positions();
        assertThat(positions).hasSize(partitions);
        for (int i = 0; i < partitions; i++) {
            assertThat(positions).containsEntry("p" + i, i < 5_000 ? i + 20_000L : i + 10_000L);
        }
        assertThat(stored(file)).isEqualTo(positions);
    }

    /** Only offsets change: nothing is added to the file for a commit, but what it adds to the columns. */
    @Test
    void aCommitDoesNotMakeTheFileLarger() throws IOException {
        record Number(long offset) {}
        Map<Integer, Long> sizes = new HashMap<>();
        for (int commits : new int[] {2, 400}) {
            Path each = directory.resolve(commits + ".h5");
            WriteSummary summary = Run.write(
                    H5Writer.<Number>to(each)
                            .positions(number -> "p" + number.offset() % 16, Number::offset)
                            .commitEvery(Duration.ofDays(1))
                            .commitEvery(400 / commits),
                    Flux.range(0, 400).map(Number::new));
            assertThat(summary.commits()).isEqualTo(commits);
            assertThat(stored(each)).hasSize(16).containsEntry("p15", 399L);
            sizes.put(commits, Files.size(each));
        }

        assertThat(sizes.get(400)).isLessThan(sizes.get(2) + 398); // not a byte for each commit more
    }

    @Test
    void columnsOfTheRootKnowNothingOfThem() {
        record Longer(
                String partition,
                long offset,
                double value,
                @H5Field(fill = "0") int more) {}
        Run.write(writer().evolve(Evolution.BACKFILL), Flux.just(message("a", 1)));

        Run.write(
                H5Writer.<Longer>to(file).evolve(Evolution.BACKFILL).positions(Longer::partition, Longer::offset),
                Flux.just(new Longer("b", 2, 3, 4)));
        Run.write(writer().evolve(Evolution.BACKFILL), Flux.just(message("c", 1)));

        assertThat(H5py.read(file).values("/more")).containsExactly(0, 4, 0);
        assertThat(stored(file)).isEqualTo(Map.of("a", 1L, "b", 2L, "c", 1L));
    }

    @ParameterizedTest
    @EnumSource(Sharing.class)
    void inEverySharingMode(Sharing sharing) {
        H5Writer<Message> writer = writer().sharing(sharing)
                .column("partition", c -> c.length(8))
                .commitEvery(5)
                .build();
        Map<String, Long> expected = new HashMap<>();
        for (int session = 0; session < 3; session++) {
            int first = session * 100;
            writer.write(Flux.range(first, 100)
                            .map(i -> new Message("p" + i / 50, i, i))
                            .doOnNext(message -> expected.put(message.partition(), message.offset())))
                    .block(Await.LIMIT);
            assertThat(writer.positions()).isEqualTo(expected);
        }
        assertThat(stored(file)).isEqualTo(expected).hasSize(6);
    }

    @Test
    void settersCheckTheirArguments() {
        assertThatThrownBy(() -> writer().positions(null, Message::offset)).hasMessage("partition must not be null");
        assertThatThrownBy(() -> writer().positions(Message::partition, null)).hasMessage("offset must not be null");
        assertThatThrownBy(() -> writer().position(null)).hasMessage("offset must not be null");
    }
}
