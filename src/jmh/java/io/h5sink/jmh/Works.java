package io.h5sink.jmh;

import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.H5Record;
import io.h5sink.H5Sink;
import io.h5sink.H5Writer;
import io.h5sink.Layout;
import io.h5sink.jhdf5.Library;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import reactor.core.Exceptions;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/** All works of JVMs, by their names. */
final class Works {

    private static final int NAMES = 100;
    private static final int READY = 1 << 10;

    private Works() {}

    static Work named(String name) {
        String[] words = name.split(":", 3);
        return switch (words[0]) {
            case "sink" -> sink(Source::flux, file -> {});
            case "sink-bare" -> sink(records -> Flux.from(new Source<>(records, Reading::number)), file -> {});
            case "sink-table" -> sink(Source::flux, file -> file.layout(Layout.TABLE));
            case "sink-commits" -> sink(Source::flux, file -> file.commitEvery(Duration.ofMillis(100)));
            case "sink-no-commits" -> sink(Source::flux, file -> file.commitEvery(Duration.ofHours(1)));
            case "sink-wide" -> sink(records -> Flux.range(0, records).map(Wide::number), file -> {});
            case "sink-frames" -> frames();
            case "sink-record-1" -> sink(records -> Flux.range(0, records).map(Works::one), file -> {});
            case "sink-record-100" -> sink(records -> Flux.range(0, records).map(Works::hundred), file -> {});
            case "sink-record-100-ready" -> ready(Works::hundred);
            case "sink-map" -> sink(records -> Flux.range(0, records).map(Works::map), file -> {});
            case "sink-map-ready" -> ready(Works::map);
            case "sink-routes" -> new Routes(Layout.valueOf(words[1]), Integer.parseInt(words[2]));
            case "sink-groups" -> new Routes(Layout.valueOf(words[1]), 0);
            case "codec-walk" -> new CodecsAlone(words[1], Path.of(words[2]), Walk.BYTES);
            case "codec-spectra" -> new CodecsAlone(words[1], Path.of(words[2]), Walk.Spectrum.BYTES);
            case "sink-walk" -> Walk.work(words[1], Path.of(words[2]));
            case "sink-spectra" -> Walk.spectra(words[1], Path.of(words[2]));
            case "loop" -> loop();
            case "loop-flux" -> loopFlux();
            case "loop-wide" -> WideLoop.work();
            case "loop-frames" -> FrameWorks.loop();
            case "file" -> FrameWorks.file(128 << 10, Reading.BYTES);
            case "file-frames" -> FrameWorks.file(FrameWorks.BLOCK_BYTES, FrameWorks.BYTES);
            case "file-frames-ready" -> FrameWorks.ready();
            case "file-frames-copied" -> FrameWorks.copied();
            case "file-frames-shared" -> FrameWorks.shared();
            case "jhdf5-compound" -> new Jhdf5(true);
            case "jhdf5-arrays" -> new Jhdf5(false);
            default -> throw new IllegalArgumentException("there is no work " + name);
        };
    }

    /** A session from the subscription until the file is closed. */
    static <T> Work sink(IntFunction<Flux<T>> records, Consumer<H5Writer.Builder<T>> configure) {
        return (file, count, clock) -> {
            H5Sink<T> sink = H5Sink.to(file, configure);
            records.apply(count).subscribe(sink);
            long written = Objects.requireNonNull(sink.result().block()).records();
            if (written != count) {
                throw new IllegalStateException(written + " records of " + count);
            }
        };
    }

    private static Work frames() {
        FrameWorks.Frame frame = new FrameWorks.Frame(FrameWorks.image());
        return sink(records -> Flux.range(0, records).map(i -> frame), file -> {});
    }

    /** Records that are made before the clock starts, again and again: what is left is the sink's own cost. */
    private static <T> Work ready(IntFunction<T> make) {
        Object[] made = IntStream.range(0, READY).mapToObj(make).toArray();
        return sink(records -> Flux.range(0, records).map(i -> made[i & READY - 1]), file -> {});
    }

    private static H5Record one(int i) {
        return H5Record.of("loss", 0.001 * i);
    }

    private static H5Record hundred(int i) {
        H5Record record = H5Record.of(Names.ALL[0], 0.001 * i);
        for (int k = 1; k < NAMES; k++) {
            record = record.and(Names.ALL[k], 0.001 * i);
        }
        return record;
    }

    private static Map<String, Object> map(int i) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("time", 1_000_000L * i);
        map.put("station", i & 0xff);
        map.put("temperature", 0.001 * i);
        map.put("humidity", 100 - 0.001 * i);
        return map;
    }

    private static Work loop() {
        Library.describe();
        return (file, records, clock) -> {
            try (HandLoop loop = new HandLoop(file)) {
                for (int i = 0; i < records; i++) {
                    loop.put(Reading.number(i));
                }
            }
        };
    }

    /** The loop's body as a subscriber of the same Flux that the sink has, with unbounded demand. */
    private static Work loopFlux() {
        Library.describe();
        return (file, records, clock) -> {
            try (HandLoop loop = new HandLoop(file)) {
                Source.flux(records).subscribe(subscriber(loop::put));
            }
        };
    }

    /** A body of a loop that speaks to HDF5. */
    interface Body<T> {
        void put(T element) throws HDF5Exception;
    }

    static <T> BaseSubscriber<T> subscriber(Body<T> body) {
        return new BaseSubscriber<>() {
            @Override
            protected void hookOnNext(T element) {
                try {
                    body.put(element);
                } catch (HDF5Exception e) {
                    throw Exceptions.propagate(e);
                }
            }
        };
    }

    /** Not made where they are not used. */
    private static final class Names {
        static final String[] ALL =
                IntStream.range(0, NAMES).mapToObj(i -> "quantity" + i).toArray(String[]::new);
    }
}
