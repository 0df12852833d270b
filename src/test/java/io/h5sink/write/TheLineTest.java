package io.h5sink.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.Commit;
import io.h5sink.H5Record;
import io.h5sink.H5Sink;
import io.h5sink.H5Writer;
import io.h5sink.WriteSummary;
import io.h5sink.judge.H5py;
import io.h5sink.judge.H5py.Dataset;
import io.h5sink.testing.Await;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The five forms in which a stream ends in a file with one line. */
class TheLineTest {

    record Reading(Instant time, int station, double temperature, float[] spectrum) {}

    private static final Map<String, Dataset> READINGS = Map.of(
            "/time",
            new Dataset(
                    "<i8",
                    "(3,)",
                    "(None,)",
                    "(16384,)",
                    Map.of("units", "nanoseconds since 1970-01-01"),
                    List.of(1_767_225_600_000_000_000L, 1_767_225_600_000_000_001L, 1_767_225_601_500_000_000L)),
            "/station",
            new Dataset("<i4", "(3,)", "(None,)", "(32768,)", Map.of(), List.of(7, 8, 7)),
            "/temperature",
            new Dataset("<f8", "(3,)", "(None,)", "(16384,)", Map.of(), List.of(-3.5, 0.1, 21.25)),
            "/spectrum",
            new Dataset(
                    "<f4",
                    "(3, 2)",
                    "(None, 2)",
                    "(16384, 2)",
                    Map.of(),
                    List.of(1f, 0.1f, Float.MIN_VALUE, Float.MAX_VALUE, -1f, 0f)));

    private final Flux<Reading> readings = Flux.just(
            new Reading(Instant.parse("2026-01-01T00:00:00Z"), 7, -3.5, new float[] {1f, 0.1f}),
            new Reading(Instant.parse("2026-01-01T00:00:00.000000001Z"), 8, 0.1, new float[] {
                Float.MIN_VALUE, Float.MAX_VALUE
            }),
            new Reading(Instant.parse("2026-01-01T00:00:01.5Z"), 7, 21.25, new float[] {-1f, 0f}));

    @TempDir
    Path directory;

    private String file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5").toString();
    }

    /** The lines letter by letter; that this compiles is the test. */
    @SuppressWarnings("unused")
    private static void asItStands(Flux<Reading> readings, Flux<Map<String, Object>> maps) {
        readings.subscribe(H5Sink.to("data.h5"));
        Flux.range(0, 10).map(i -> H5Record.of("number", i)).subscribe(H5Sink.to("log.h5"));
        maps.subscribe(H5Sink.to("maps.h5"));
        Mono<WriteSummary> done =
                readings.as(H5Writer.<Reading>to("data.h5").group("/run1").build()::write);
        Flux<Commit> commits = readings.as(H5Writer.<Reading>to("data.h5").build()::append);
    }

    @Test
    void aFluxOfRecordsSubscribesToASink() {
        readings.subscribe(H5Sink.to(file));

        Await.untilAsserted(
                () -> assertThat(H5py.read(Path.of(file)).datasets()).isEqualTo(READINGS));
    }

    @Test
    void aFluxOfNamedQuantitiesSubscribesToASink() {
        Flux.range(0, 10).map(i -> H5Record.of("number", i)).subscribe(H5Sink.to(file));

        Await.untilAsserted(() -> assertThat(H5py.read(Path.of(file)).datasets())
                .containsExactly(Map.entry(
                        "/number",
                        new Dataset(
                                "<i4",
                                "(10,)",
                                "(None,)",
                                "(32768,)",
                                Map.of(),
                                List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)))));
    }

    @Test
    void aFluxOfMapsSubscribesToASink() {
        Flux<Map<String, Object>> maps = readings.map(reading -> Map.of(
                "time", reading.time(),
                "station", reading.station(),
                "temperature", reading.temperature(),
                "spectrum", reading.spectrum()));

        maps.subscribe(H5Sink.to(file));

        Await.untilAsserted(
                () -> assertThat(H5py.read(Path.of(file)).datasets()).isEqualTo(READINGS));
    }

    @Test
    void aFluxBecomesAMonoOfWhatWasWritten() {
        Mono<WriteSummary> done =
                readings.as(H5Writer.<Reading>to(file).group("/run1").build()::write);

        WriteSummary summary = done.block(Await.LIMIT);

        assertThat(summary).isNotNull();
        assertThat(summary.file()).isEqualTo(Path.of(file));
        assertThat(summary.records()).isEqualTo(3);
        assertThat(summary.bytes()).isEqualTo(3 * (8 + 4 + 8 + 8));
        assertThat(summary.rows())
                .isEqualTo(
                        Map.of("/run1/time", 3L, "/run1/station", 3L, "/run1/temperature", 3L, "/run1/spectrum", 3L));
        H5py seen = H5py.read(Path.of(file));
        assertThat(seen.groups()).containsExactly("/run1");
        READINGS.forEach((path, dataset) -> assertThat(seen.at("/run1" + path)).isEqualTo(dataset));
    }

    @Test
    void aFluxBecomesAFluxOfCommits() {
        Flux<Commit> commits = readings.as(H5Writer.<Reading>to(file).build()::append);

        List<Commit> all = commits.collectList().block(Await.LIMIT);

        assertThat(all).isNotEmpty();
        Commit last = all.get(all.size() - 1);
        assertThat(last.file()).isEqualTo(Path.of(file));
        assertThat(last.records()).isEqualTo(3);
        assertThat(last.rows()).isEqualTo(Map.of("/time", 3L, "/station", 3L, "/temperature", 3L, "/spectrum", 3L));
        assertThat(H5py.read(Path.of(file)).datasets()).isEqualTo(READINGS);
    }

    @Test
    void aStreamWithoutRecordsLeavesAFileWithoutDatasets() {
        Flux.<Reading>empty().as(H5Writer.<Reading>to(file).build()::write).block(Await.LIMIT);

        assertThat(H5py.read(Path.of(file))).isEqualTo(new H5py(List.of(), Map.of()));
    }
}
