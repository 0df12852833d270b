package io.h5sink.compression;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.ColumnSpec;
import io.h5sink.Compression;
import io.h5sink.Driver;
import io.h5sink.FaceInternals;
import io.h5sink.H5Field;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.Layout;
import io.h5sink.Ragged;
import io.h5sink.Sharing;
import io.h5sink.StoredType;
import io.h5sink.filter.Filter;
import io.h5sink.judge.Python;
import io.h5sink.testing.Await;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;

/**
 * Each codec with each type, with and without fill values, in each layout, sharing and driver: what is read is what the same stream
 * leaves without a codec, or {@code build()} refuses.
 */
class EveryCodecTest {

    enum Phase {
        REST,
        RUN
    }

    record Point(int x, double y) {}

    /** Of each kind of fixed size, which go everywhere. */
    record Fixed(
            Instant time,
            byte int8,
            short int16,
            int int32,
            long int64,
            float float32,
            double float64,
            @H5Field(as = StoredType.FLOAT16) double float16,
            @H5Field(as = StoredType.UINT16) int uint16,
            @H5Field(unsigned = true) long uint64,
            boolean truth,
            char letter,
            @H5Field(length = 8) String fixed,
            Phase phase,
            UUID id,
            OffsetDateTime offset,
            LocalDate date,
            LocalTime clock,
            LocalDateTime local,
            Duration span,
            @Nullable Integer box,
            OptionalInt maybe,
            Optional<Double> perhaps,
            float[] vector,
            short[][] matrix,
            boolean[] flags,
            Phase[] phases,
            ByteBuffer bytes,
            List<Long> list,
            @H5Field(length = 4) String[] codes,
            Point[] points) {

        static Fixed of(int i, boolean gaps) {
            boolean gap = gaps && i % 3 == 2;
            return new Fixed(
                    Instant.ofEpochSecond(i),
                    (byte) i,
                    (short) i,
                    i,
                    1L << i,
                    i / 4f,
                    i / 3.0,
                    i / 2.0,
                    60_000 + i,
                    -i,
                    i % 2 == 0,
                    (char) ('a' + i),
                    "f" + i,
                    Phase.values()[i % 2],
                    new UUID(i, i),
                    OffsetDateTime.of(2024, 1, 1 + i, 0, 0, 0, 0, ZoneOffset.UTC),
                    LocalDate.ofEpochDay(i),
                    LocalTime.of(i % 24, 0),
                    LocalDateTime.of(2024, 1, 1 + i, 0, 0),
                    Duration.ofMillis(i),
                    gap ? null : (Integer) i,
                    gap ? OptionalInt.empty() : OptionalInt.of(i),
                    gap ? Optional.empty() : Optional.of(i / 7.0),
                    new float[] {i, i + 1},
                    new short[][] {{(short) i, 1}, {2, 3}},
                    new boolean[] {i % 2 == 0, true, false},
                    new Phase[] {Phase.RUN, Phase.values()[i % 2]},
                    ByteBuffer.wrap(new byte[] {(byte) i, 1, 2}),
                    List.of((long) i, 2L),
                    new String[] {"c" + i, "d"},
                    new Point[] {new Point(i, i / 9.0), new Point(1, 2)});
        }
    }

    /** Of each kind that is not, and what lies in a group of its own. */
    record Varying(
            int number,
            @Nullable String text,
            @Nullable String word,
            String[] words,
            Point point,
            @H5Field(ragged = Ragged.SEQUENCE) double[] echoes,
            @H5Field(ragged = Ragged.SEQUENCE) List<Point> marks,
            @H5Field(ragged = Ragged.OFFSETS) int[] pulses,
            @H5Field(ragged = Ragged.OFFSETS) IntBuffer beats,
            double value) {

        static Varying of(int i, boolean gaps) {
            boolean gap = gaps && i % 3 == 2;
            return new Varying(
                    i,
                    gap ? null : "text " + "é".repeat(i % 5),
                    gap ? null : "",
                    new String[] {"w" + i, ""},
                    new Point(i, -i),
                    new double[1 + i % 4],
                    Collections.nCopies(1 + i % 3, new Point(i, 1)),
                    new int[] {i, -i},
                    IntBuffer.wrap(new int[1 + i % 3]),
                    i / 11.0);
        }
    }

    /** Some of them, for where the kind of file matters and the kind of value does not. */
    record Few(int number, Phase phase, @H5Field(length = 4) String codes, float[] vector, double value) {
        static Few of(int i) {
            return new Few(i, Phase.values()[i % 2], "c" + i, new float[] {i, 1}, i / 11.0);
        }
    }

    /** How a stream becomes a file. */
    enum Way {
        COLUMNS,
        TABLE,
        ROUTES,
        LATEST
    }

    private static final Map<String, UnaryOperator<ColumnSpec>> FILLS = fills();

    private static final List<Compression> CODECS = List.of(
            Compression.none(),
            Compression.gzip(1).fletcher32(true),
            Compression.lzf(),
            Compression.lz4(),
            Compression.zstd(1).fletcher32(true),
            Compression.auto());

    /** In each session there are some full chunks and one that is not, and a commit amid them. */
    private static final int CHUNK = 4;

    private static final int[] ENDS = {0, 6, 11};

    private static final String SAME = """
            import sys, h5py
            try:
                import hdf5plugin
            except ImportError:
                pass
            def all_of(group):
                found = {}
                group.visititems(lambda name, o: found.update({name: o}) if isinstance(o, h5py.Dataset) else None)
                return found
            with h5py.File(sys.argv[1], 'r') as plain, h5py.File(sys.argv[2], 'r') as coded:
                expected, found = all_of(plain), all_of(coded)
                assert expected.keys() == found.keys(), expected.keys() ^ found.keys()
                for name, d in expected.items():
                    assert repr(found[name][()].tolist()) == repr(d[()].tolist()), name
            """;

    private static final Map<String, Path> PLAIN = new HashMap<>();

    @TempDir
    static Path directory;

    private static int files;

    private static Map<String, UnaryOperator<ColumnSpec>> fills() {
        Map<String, UnaryOperator<ColumnSpec>> fills = new HashMap<>();
        Stream.of("int8 int16 int32 int64 float32 float64 float16 uint16 uint64 box maybe perhaps list".split(" "))
                .forEach(name -> fills.put(name, c -> c.fill(9)));
        fills.put("truth", c -> c.fill(true));
        fills.put("letter", c -> c.fill("x"));
        fills.put("fixed", c -> c.fill("none"));
        fills.put("codes", c -> c.fill("no"));
        fills.put("phase", c -> c.fill("RUN"));
        fills.put("text", c -> c.fill(""));
        fills.put("word", c -> c.fill("missing"));
        fills.put("value", c -> c.fill(Double.NaN));
        return fills;
    }

    /** All of them in one file that others may read; elsewhere, with and without fill values in turn. */
    static Stream<Arguments> all() {
        List<Arguments> all = new ArrayList<>();
        for (Compression codec : CODECS) {
            for (Way way : Way.values()) {
                all.add(Arguments.of(codec, way, true, Sharing.RELEASE, Driver.sec2()));
                all.add(Arguments.of(codec, way, false, Sharing.RELEASE, Driver.sec2()));
                all.add(Arguments.of(codec, way, all.size() % 4 == 0, Sharing.SWMR, Driver.sec2()));
                all.add(Arguments.of(codec, way, all.size() % 4 == 1, Sharing.EXCLUSIVE, Driver.sec2()));
                all.add(Arguments.of(codec, way, all.size() % 4 == 2, Sharing.RELEASE, Driver.stdio()));
                all.add(Arguments.of(codec, way, all.size() % 4 == 3, Sharing.RELEASE, Driver.family(1 << 14)));
                all.add(Arguments.of(codec, way, all.size() % 4 == 0, Sharing.EXCLUSIVE, Driver.split()));
                all.add(Arguments.of(codec, way, all.size() % 4 == 1, Sharing.RELEASE, Driver.core()));
            }
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{0} {1} filled={2} {3} {4}")
    @MethodSource("all")
    void whatIsReadIsWhatWasWritten(Compression codec, Way way, boolean filled, Sharing sharing, Driver driver) {
        Path file =
                directory.resolve(String.valueOf(files++) + (driver.toString().contains("family") ? "-%d.h5" : ".h5"));
        boolean usual = sharing == Sharing.RELEASE && driver.equals(Driver.sec2());
        List<Class<? extends Record>> types =
                new ArrayList<>(List.of(usual || way == Way.TABLE ? Fixed.class : Few.class));
        if (sharing != Sharing.SWMR && way != Way.TABLE && (usual || way == Way.COLUMNS)) {
            types.add(Varying.class);
        }
        write(file, types, codec, way, filled, sharing, driver);
        same(plain(types, way, filled), file, driver);
    }

    /** Without Zstandard, which the plugins of Debian do not have. */
    static Stream<Compression> codecs() {
        return CODECS.stream()
                .filter(codec -> sessions(codec)
                        .flatMap(each -> FaceInternals.filters(each).stream())
                        .noneMatch(filter -> filter.id() == Filter.ZSTD));
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void h5pyReadsTheSame(Compression codec) {
        Python.require("h5py");
        if (sessions(codec)
                .flatMap(each -> FaceInternals.filters(each).stream())
                .anyMatch(filter -> filter.id() > Filter.LZF)) {
            Python.require("hdf5plugin");
        }
        List<Class<? extends Record>> types = List.of(Fixed.class, Varying.class);
        Path file = directory.resolve("h5py" + files++ + ".h5");
        write(file, types, codec, Way.COLUMNS, true, Sharing.RELEASE, Driver.sec2());
        Python.run(SAME, plain(types, Way.COLUMNS, true), file);
    }

    /** The codecs of the sessions, one after the other. */
    private static Stream<Compression> sessions(Compression first) {
        int at = CODECS.indexOf(first);
        return Stream.of(first, CODECS.get((at + 1) % CODECS.size()));
    }

    private static Path plain(List<Class<? extends Record>> types, Way way, boolean filled) {
        return PLAIN.computeIfAbsent("plain" + types.hashCode() + way + filled + ".h5", name -> {
            Path file = directory.resolve(name);
            write(file, types, Compression.none(), way, filled, Sharing.RELEASE, Driver.sec2());
            return file;
        });
    }

    private static void write(
            Path file,
            List<Class<? extends Record>> types,
            Compression codec,
            Way way,
            boolean filled,
            Sharing sharing,
            Driver driver) {
        boolean gaps = filled && way != Way.LATEST;
        List<Compression> codecs = sessions(codec).toList();
        for (int session = 0; session < codecs.size(); session++) {
            Flux<Integer> numbers = Flux.range(ENDS[session], ENDS[session + 1] - ENDS[session]);
            for (Class<? extends Record> type : types) {
                Flux<Record> records = numbers.map(i ->
                        type == Fixed.class ? Fixed.of(i, gaps) : type == Few.class ? Few.of(i) : Varying.of(i, gaps));
                writer(file, type, codecs.get(session), way, filled, sharing, driver)
                        .write(way == Way.LATEST ? records.map(EveryCodecTest::named) : records)
                        .block(Await.LIMIT);
            }
        }
    }

    private static H5Writer<Object> writer(
            Path file, Class<?> type, Compression codec, Way way, boolean filled, Sharing sharing, Driver driver) {
        H5Writer.Builder<Object> builder = H5Writer.to(file)
                .group(type.getSimpleName())
                .sharing(sharing)
                .driver(driver)
                .chunkRows(CHUNK)
                .commitEvery(5)
                .compression(codec);
        for (RecordComponent component : type.getRecordComponents()) {
            String name = component.getName();
            H5Field field = component.getAnnotation(H5Field.class);
            if (field != null && way == Way.LATEST) {
                builder.column(name, c -> FaceInternals.column(field));
            }
            if (filled && FILLS.containsKey(name)) {
                builder.column(name, FILLS.get(name));
            }
        }
        switch (way) {
            case COLUMNS -> {}
            case TABLE -> builder.layout(Layout.TABLE);
            case ROUTES -> builder.route(record -> number(record) % 2 == 0 ? "even" : "odd");
            case LATEST -> builder.column("status", c -> c.length(20).latest());
        }
        return builder.build();
    }

    private static int number(Object record) {
        return record instanceof Fixed fixed
                ? fixed.int32()
                : record instanceof Few few ? few.number() : ((Varying) record).number();
    }

    /** By its names, and with a last value. */
    private static Map<String, Object> named(Record record) {
        Map<String, Object> named = new LinkedHashMap<>(Map.of("status", "on"));
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            try {
                named.put(component.getName(), component.getAccessor().invoke(record));
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        }
        return named;
    }

    private static void same(Path plain, Path file, Driver driver) {
        try (H5Source expected = H5Source.open(plain);
                H5Source found = H5Source.open(file, driver)) {
            assertThat(found.datasets()).isEqualTo(expected.datasets());
            for (String name : expected.datasets()) {
                assertThat(found.dataset(name).read())
                        .as(name)
                        .usingRecursiveComparison()
                        .isEqualTo(expected.dataset(name).read());
            }
        }
    }
}
