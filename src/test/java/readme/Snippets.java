package readme;

import io.h5sink.Commit;
import io.h5sink.Compression;
import io.h5sink.Driver;
import io.h5sink.Durability;
import io.h5sink.Evolution;
import io.h5sink.H5Exception;
import io.h5sink.H5Field;
import io.h5sink.H5Log;
import io.h5sink.H5Record;
import io.h5sink.H5Rows;
import io.h5sink.H5Sink;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.Layout;
import io.h5sink.OpenMode;
import io.h5sink.Ragged;
import io.h5sink.RecoveryReport;
import io.h5sink.StoredType;
import io.h5sink.WriteSummary;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The README's Java, word for word. {@link ReadmeTest} runs it in an empty directory and compares. */
final class Snippets {

    private static final Flux<Reading> readings =
            Flux.range(0, 5).map(i -> new Reading(Instant.EPOCH.plusSeconds(i), i, 0.5 * i, new float[] {i, i, i}));

    private static final CountDownLatch acknowledged = new CountDownLatch(1);

    private Snippets() {}

    private static void acknowledge(long records) {
        System.out.println(records + " acknowledged");
        acknowledged.countDown();
    }

    static final class Complete {

        private Complete() {}

        record Reading(Instant time, int station, double temperature, float[] spectrum) {}

        public static void main(String... args) {
            Flux<Reading> readings = Flux.range(0, 100)
                    .delayElements(Duration.ofMillis(10))
                    .map(i -> new Reading(Instant.now(), 7, 20 + 0.01 * i, new float[] {i, i + 1, i + 2}));

            H5Sink<Reading> sink = H5Sink.to("data.h5");
            readings.subscribe(sink);
            WriteSummary summary = sink.result().block();
            System.out.println(summary);
        }
    }

    record Reading(Instant time, int station, double temperature, float[] spectrum) {}

    static final class OneLine {

        private OneLine() {}

        public static void main(String... args) {
            readings.subscribe(H5Sink.to("data.h5"));
            Flux.range(0, 10).map(i -> H5Record.of("number", i)).subscribe(H5Sink.to("log.h5"));
        }
    }

    record Sample(
            Instant time,
            String station,

            @H5Field(unit = "degC", description = "at 2 m", as = StoredType.FLOAT32, fill = "NaN")
            Double temperature,

            @H5Field(length = 8) String code,
            @H5Field(ragged = Ragged.SEQUENCE) float[] echoes) {}

    static final class Declared {

        private Declared() {}

        public static void main(String... args) {
            Flux<Sample> samples = Flux.range(0, 5)
                    .map(i -> new Sample(Instant.EPOCH, "Zürich", i == 1 ? null : 1e4 * i, "c" + i, new float[i]));
            H5Writer<Reading> small = H5Writer.<Reading>to("small.h5")
                    .compression(Compression.gzip(1))
                    .column("temperature", c -> c.compression(Compression.lzf()))
                    .build();
            H5Writer<Sample> declared = H5Writer.<Sample>to("samples.h5")
                    .column("station", c -> c.length(16).cut())
                    .column(
                            "temperature",
                            c -> c.as(StoredType.INT16).saturate().fill(-1))
                    .build();
            samples.as(declared::write).block();
            H5Writer<Reading> routed = H5Writer.<Reading>to("stations.h5")
                    .route(reading -> "/stations/" + reading.station())
                    .layout(Layout.TABLE)
                    .build();
            readings.as(routed::write).block();
        }
    }

    static final class Described {

        private Described() {}

        public static void main(String... args) {
            H5Writer<Reading> described = H5Writer.<Reading>to("run-{hash}.h5")
                    .attribute("/", "operator", "Ada")
                    .attribute("temperature", "unit", "°C")
                    .metadata("meta", Map.of("model", "v2", "optimizer", Map.of("name", "adam", "rate", 1e-3)))
                    .build();
            System.out.println(readings.as(described::write).block().file());
        }
    }

    static final class Labelled {

        private Labelled() {}

        public static void main(String... args) {
            H5Writer<Reading> labelled = H5Writer.<Reading>to("spectra.h5")
                    .axis("time") // default: the only date and time
                    .column("spectrum", c -> c.axis(1, "wavelength", new double[] {450, 550, 650}, "nm"))
                    .column("temperature", c -> c.fill(-999).unit("degC").description("at 2 m"))
                    .build();
            readings.as(labelled::write).block();
        }
    }

    static final class Configured {

        private Configured() {}

        public static void main(String... args) throws InterruptedException {
            H5Sink<Reading> sink = H5Sink.to(
                    "run.h5",
                    file -> file.open(OpenMode.TRUNCATE) // default: append, or create
                            .group("/run1") // default: /
                            .commitEvery(Duration.ofMillis(200)) // default: 1 second
                            .memory(16 << 20)); // default: 64 MiB for all that is not yet written, or half of -Xmx
            handle(sink);
            readings.subscribe(sink);
            sink.result().block();

            H5Writer<Reading> writer =
                    H5Writer.<Reading>to("data.h5").group("/run2").build();
            Mono<WriteSummary> done = readings.as(writer::write);
            done.block();
            acknowledgeCommits(writer);
        }

        private static void acknowledgeCommits(H5Writer<Reading> writer) throws InterruptedException {
            Flux<Commit> commits = readings.as(writer::append);
            commits.subscribe(commit -> acknowledge(commit.records()));
            acknowledged.await();
        }

        private static void handle(H5Sink<Reading> sink) {
            sink.result().subscribe(summary -> System.out.println(summary.records() + " records written"), error -> {
                if (error instanceof H5Exception e) {
                    System.err.println(e.getMessage());
                    acknowledge(e.safeRecords());
                }
            });
        }
    }

    static final class Resumed {

        private Resumed() {}

        public static void main(String... args) {
            H5Writer<Reading> resuming = H5Writer.<Reading>to("resumed.h5")
                    .position(reading -> reading.time().getEpochSecond()) // or positions(partition, offset)
                    .build();
            long last = resuming.positions().getOrDefault("", -1L);
            readings.skip(last + 1).as(resuming::write).block();
            System.out.println("went on behind " + last);
        }
    }

    static final class LaidOut {

        private LaidOut() {}

        public static void main(String... args) {
            H5Sink<Reading> pieces = H5Sink.to("data-%d.h5", file -> file.driver(Driver.family(1 << 20)));
            readings.subscribe(pieces);
            pieces.result().block();

            H5Sink<Reading> image =
                    H5Sink.to("data.h5", file -> file.driver(Driver.image(bytes -> store("data.h5", bytes))));
            readings.subscribe(image);
            image.result().block();
        }

        private static void store(String name, ByteBuffer bytes) {
            System.out.println(name + " has " + bytes.remaining() + " bytes");
        }
    }

    static final class Safe {

        private Safe() {}

        public static void main(String... args) {
            H5Writer<Reading> safe = H5Writer.<Reading>to("data.h5")
                    .durability(Durability.FSYNC) // default: FLUSH, which survives the process, but not the power
                    .build();
            readings.as(safe::write).block();
            RecoveryReport report = H5Writer.recover(Path.of("data.h5"));
            System.out.println(report.what());
        }
    }

    static final class Lenient {

        private Lenient() {}

        public static void main(String... args) {
            H5Writer<Reading> lenient = H5Writer.<Reading>to("good.h5")
                    .onBadRecord((record, why) -> System.err.println(record + " is left out: " + why.getMessage()))
                    .build();
            Reading bad = new Reading(Instant.EPOCH, 5, 0, new float[1]);
            WriteSummary summary =
                    readings.concatWithValues(bad).as(lenient::write).block();
            System.out.println(summary.skipped() + " skipped");
        }
    }

    static final class Logged {

        private Logged() {}

        public static void main(String... args) {
            try (H5Log log = H5Log.to("train.h5", file -> file.column("status", c -> c.latest()))) {
                log.log("loss", 0.31);
                log.log(H5Record.of("epoch", 7).and("status", "training")); // committed together
            }
        }
    }

    /** What a {@link Sample} was before it had a temperature. */
    record OldSample(
            Instant time,
            String station,
            @H5Field(length = 8) String code,
            @H5Field(ragged = Ragged.SEQUENCE) float[] echoes) {}

    static final class Evolved {

        private Evolved() {}

        public static void main(String... args) {
            H5Writer<OldSample> before = H5Writer.<OldSample>to("samples.h5").build();
            before.write(Flux.just(new OldSample(Instant.EPOCH, "Zürich", "c0", new float[1])))
                    .block();
            H5Writer<Sample> evolved = H5Writer.<Sample>to("samples.h5")
                    .evolve(Evolution.BACKFILL) // default: REFUSE
                    .build();
            evolved.write(Flux.just(new Sample(Instant.EPOCH, "Bern", 3.5, "c1", new float[2])))
                    .block();
        }
    }

    /** Reads what {@link Complete} has written, which has the same components. */
    static final class Sliced {

        private Sliced() {}

        public static void main(String... args) {
            try (H5Source h5 = H5Source.open("data.h5")) {
                float[][] corner = h5.dataset("/spectrum").slice("-10:, :2").read(float[][].class);
                System.out.println(corner.length + " by " + corner[0].length);
            }
            Flux<Reading> readings =
                    Flux.using(() -> H5Source.open("data.h5"), h5 -> h5.records(Reading.class), H5Source::close);
            System.out.println(readings.count().block() + " rows, the last " + readings.blockLast());
            Flux<Reading> live = H5Rows.of("data.h5").last(10).follow(Reading.class, Duration.ofMillis(500));
            System.out.println(live.take(10).collectList().block().size() + " rows followed");
        }
    }
}
