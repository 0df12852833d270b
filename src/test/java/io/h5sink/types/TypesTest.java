package io.h5sink.types;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Record;
import io.h5sink.judge.H5py;
import io.h5sink.judge.Listing;
import io.h5sink.testing.Run;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every type beyond plain numbers and strings, in a record, among named quantities and in a map, is what h5py reads. */
class TypesTest {

    enum Colour {
        RED,
        GREEN,
        BLUE
    }

    @TempDir
    Path directory;

    /** Writes records, the same components as named quantities, and as maps: all give the same file. */
    private void assertStored(String expected, Record... records) {
        Path file = directory.resolve("records.h5");
        Run.write(file, (Object[]) records);
        assertThat(Listing.of(file)).isEqualTo(expected);

        Path names = directory.resolve("names.h5");
        Run.write(names, Stream.of(records).map(record -> named(map(record))).toArray());
        assertThat(Listing.of(names)).as("named quantities").isEqualTo(expected);

        Path maps = directory.resolve("maps.h5");
        Run.write(maps, Stream.of(records).map(TypesTest::map).toArray());
        assertThat(Listing.of(maps)).as("maps").isEqualTo(expected);
    }

    private static Map<String, Object> map(Record record) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            try {
                component.getAccessor().setAccessible(true);
                map.put(component.getName(), component.getAccessor().invoke(record));
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        }
        return map;
    }

    private static H5Record named(Map<String, Object> map) {
        H5Record record = null;
        for (Map.Entry<String, Object> entry : map.entrySet()) {
            record = record == null
                    ? H5Record.of(entry.getKey(), entry.getValue())
                    : record.and(entry.getKey(), entry.getValue());
        }
        return record;
    }

    record Times(
            LocalDate date,
            LocalDateTime dateTime,
            LocalTime time,
            Duration took,
            ZonedDateTime zoned,
            OffsetDateTime offset) {}

    @Test
    void times() {
        assertStored(
                """
                /date: int64 [20454, -1, 2932896]
                /dateTime: int64 [1767225600123456789, -9223372036854775807, 9223372036854775807]
                /offset: int64 [1767218400000000000, -1, 0]
                /time: int64 [0, 86399999999999, 1]
                /took: int64 [1500000000, -1, 9223372036854775807]
                /zoned: int64 [1767222000000000001, 0, -1]
                """,
                new Times(
                        LocalDate.of(2026, 1, 1),
                        LocalDateTime.of(2026, 1, 1, 0, 0, 0, 123456789),
                        LocalTime.MIDNIGHT,
                        Duration.ofMillis(1500),
                        ZonedDateTime.parse("2026-01-01T00:00:00.000000001+01:00[Europe/Zurich]"),
                        OffsetDateTime.parse("2026-01-01T00:00:00+02:00")),
                new Times(
                        LocalDate.of(1969, 12, 31),
                        LocalDateTime.parse("1677-09-21T00:12:43.145224193"),
                        LocalTime.MAX,
                        Duration.ofNanos(-1),
                        ZonedDateTime.parse("1970-01-01T00:00Z"),
                        OffsetDateTime.parse("1969-12-31T23:59:59.999999999Z")),
                new Times(
                        LocalDate.of(9999, 12, 31),
                        LocalDateTime.parse("2262-04-11T23:47:16.854775807"),
                        LocalTime.of(0, 0, 0, 1),
                        Duration.ofNanos(Long.MAX_VALUE),
                        ZonedDateTime.parse("1969-12-31T18:59:59.999999999-05:00"),
                        OffsetDateTime.parse("1970-01-01T00:00Z")));

        assertThat(H5py.read(directory.resolve("records.h5")).datasets().entrySet().stream()
                        .map(entry -> entry.getKey() + " "
                                + entry.getValue().attributes().get("units")))
                .containsExactly(
                        "/date days since 1970-01-01",
                        "/dateTime nanoseconds since 1970-01-01",
                        "/offset nanoseconds since 1970-01-01",
                        "/time nanoseconds",
                        "/took nanoseconds",
                        "/zoned nanoseconds since 1970-01-01");
    }

    record Instants(LocalDate[] dates, List<Duration> spans) {}

    @Test
    void arraysOfTimes() {
        assertStored(
                """
                /dates: int64[2] [[0, 1], [2, 3]]
                /spans: int64[1] [[1], [2]]
                """,
                new Instants(new LocalDate[] {LocalDate.EPOCH, LocalDate.ofEpochDay(1)}, List.of(Duration.ofNanos(1))),
                new Instants(
                        new LocalDate[] {LocalDate.ofEpochDay(2), LocalDate.ofEpochDay(3)},
                        List.of(Duration.ofNanos(2))));
    }

    record Identity(UUID id, List<UUID> others, char letter, Character[] letters) {}

    @Test
    void identitiesAndCharacters() {
        assertStored(
                """
                /id: str36 ['00000000-0000-0000-0000-000000000000', '123e4567-e89b-12d3-a456-426614174000']
                /letter: str3 ['a', '€']
                /letters: str3[2] [['é', 'b'], ['\uFFFD', 'z']]
                /others: str36[1] [['ffffffff-ffff-ffff-ffff-ffffffffffff'], ['00000000-0000-0001-0000-000000000002']]
                """,
                new Identity(new UUID(0, 0), List.of(new UUID(-1, -1)), 'a', new Character[] {'é', 'b'}),
                new Identity(
                        UUID.fromString("123e4567-e89b-12d3-a456-426614174000"),
                        List.of(new UUID(1, 2)),
                        '€',
                        new Character[] {'\uFFFD', 'z'}));
    }

    record Maybe(
            Optional<String> text,
            Optional<Double> real,
            OptionalInt int32,
            OptionalLong int64,
            OptionalDouble float64,
            Optional<double[]> vector) {}

    @Test
    void whatIsInAnOptional() {
        assertStored(
                """
                /float64: float64 [0.5, -0.0]
                /int32: int32 [2147483647, -2147483648]
                /int64: int64 [9223372036854775807, -9223372036854775808]
                /real: float64 [0.1, nan]
                /text: str ['one', '']
                /vector: float64[2] [[1.0, 2.0], [3.0, 4.0]]
                """,
                new Maybe(
                        Optional.of("one"),
                        Optional.of(0.1),
                        OptionalInt.of(Integer.MAX_VALUE),
                        OptionalLong.of(Long.MAX_VALUE),
                        OptionalDouble.of(0.5),
                        Optional.of(new double[] {1, 2})),
                new Maybe(
                        Optional.of(""),
                        Optional.of(Double.NaN),
                        OptionalInt.of(Integer.MIN_VALUE),
                        OptionalLong.of(Long.MIN_VALUE),
                        OptionalDouble.of(-0.0),
                        Optional.of(new double[] {3, 4})));
    }

    record Buffers(
            ByteBuffer int8s,
            ShortBuffer int16s,
            IntBuffer int32s,
            LongBuffer int64s,
            FloatBuffer float32s,
            DoubleBuffer float64s) {

        /** Buffers that begin in the middle, are not native-endian, read-only or direct. */
        static Buffers of(int i) {
            ByteBuffer direct = ByteBuffer.allocateDirect(64);
            direct.asDoubleBuffer().put(new double[] {0, i, i + 0.5});
            return new Buffers(
                    ByteBuffer.wrap(new byte[] {0, (byte) i, (byte) (i + 1), 9}, 1, 2)
                            .slice()
                            .asReadOnlyBuffer(),
                    ShortBuffer.wrap(new short[] {0, (short) i, (short) (i + 1)}, 1, 2),
                    IntBuffer.wrap(new int[] {i, i + 1}).asReadOnlyBuffer(),
                    LongBuffer.wrap(new long[] {i, i + 1}),
                    FloatBuffer.wrap(new float[] {i, i + 0.5f}),
                    direct.asDoubleBuffer().position(1).limit(3));
        }
    }

    @Test
    void buffers() {
        assertStored("""
                /float32s: float32[2] [[1.0, 1.5], [-2.0, -1.5]]
                /float64s: float64[2] [[1.0, 1.5], [-2.0, -1.5]]
                /int16s: int16[2] [[1, 2], [-2, -1]]
                /int32s: int32[2] [[1, 2], [-2, -1]]
                /int64s: int64[2] [[1, 2], [-2, -1]]
                /int8s: int8[2] [[1, 2], [-2, -1]]
                """, Buffers.of(1), Buffers.of(-2));
    }

    record Boxed(
            Integer[] int32s,
            List<Double> float64s,
            Collection<Long> int64s,
            Boolean[] truths,
            String[] words,
            List<String> more,
            Float[][] matrix,
            List<List<Short>> lists,
            double[][][] cube,
            List<float[]> rows,
            byte[][][][] four) {

        static Boxed of(int i) {
            return new Boxed(
                    new Integer[] {i, -i},
                    List.of(i + 0.5),
                    new ArrayDeque<>(List.of(1L << 40, (long) i)),
                    new Boolean[] {true, i == 1},
                    new String[] {"", "w" + i},
                    List.of("é€😀", "m".repeat(i)),
                    new Float[][] {{1f * i}, {2f}},
                    List.of(List.of((short) i, (short) 2)),
                    new double[][][] {{{i, 2}, {3, 4}}, {{5, 6}, {7, 8}}},
                    List.of(new float[] {i}, new float[] {-1}),
                    new byte[][][][] {{{{1, (byte) i}}}});
        }
    }

    @Test
    void boxesCollectionsAndAnyRank() {
        assertStored("""
                /cube: float64[2, 2, 2] [[[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]], \
                [[[2.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]]]
                /float64s: float64[1] [[1.5], [2.5]]
                /four: int8[1, 1, 1, 2] [[[[[1, 1]]]], [[[[1, 2]]]]]
                /int32s: int32[2] [[1, -1], [2, -2]]
                /int64s: int64[2] [[1099511627776, 1], [1099511627776, 2]]
                /lists: int16[1, 2] [[[1, 2]], [[2, 2]]]
                /matrix: float32[2, 1] [[[1.0], [2.0]], [[2.0], [2.0]]]
                /more: str[2] [['é€😀', 'm'], ['é€😀', 'mm']]
                /rows: float32[2, 1] [[[1.0], [-1.0]], [[2.0], [-1.0]]]
                /truths: bool[2] [[True, True], [True, False]]
                /words: str[2] [['', 'w1'], ['', 'w2']]
                """, Boxed.of(1), Boxed.of(2));
    }

    record Palette(Colour one, Colour[] many, List<Colour> list, Colour[][] grid) {}

    @Test
    void enumsInArrays() {
        assertStored(
                """
                /grid: int8{RED GREEN BLUE}[1, 2] [[[1, 2]], [[0, 0]]]
                /list: int8{RED GREEN BLUE}[1] [[2], [1]]
                /many: int8{RED GREEN BLUE}[2] [[0, 2], [1, 1]]
                /one: int8{RED GREEN BLUE} [1, 0]
                """,
                new Palette(Colour.GREEN, new Colour[] {Colour.RED, Colour.BLUE}, List.of(Colour.BLUE), new Colour[][] {
                    {Colour.GREEN, Colour.BLUE}
                }),
                new Palette(
                        Colour.RED, new Colour[] {Colour.GREEN, Colour.GREEN}, List.of(Colour.GREEN), new Colour[][] {
                            {Colour.RED, Colour.RED}
                        }));
    }

    record Point(double x, float y) {}

    record Vertex(Point at, Colour colour, int[] neighbours, char label) {}

    record Shape(Point[] corners, List<Vertex> vertices, Point[][] grid) {}

    @Test
    void arraysAndListsOfRecordsAreCompounds() {
        Point p = new Point(1, 2);
        Point q = new Point(-0.5, Float.MAX_VALUE);
        Vertex v = new Vertex(q, Colour.BLUE, new int[] {4, 5}, '€');
        String point = "{x: float64, y: float32}";
        String vertex = "{at: " + point + ", colour: int8{RED GREEN BLUE}, neighbours: int32[2], label: str3}";
        assertStored("""
                /corners: %s[2] [[(1.0, 2.0), (-0.5, 3.4028234663852886e+38)]]
                /grid: %s[1, 2] [[[(1.0, 2.0), (1.0, 2.0)]]]
                /vertices: %s[1] [[((-0.5, 3.4028234663852886e+38), 2, [4, 5], '€')]]
                """.formatted(point, point, vertex), new Shape(new Point[] {p, q}, List.of(v), new Point[][] {
            {p, p}
        }));
    }

    record Inner(int a, String b) {}

    record Middle(Inner inner, double[] c) {}

    record Outer(Middle middle, long d) {}

    record Outermost(Outer outer, Inner inner) {}

    @Test
    void recordsThreeDeepAreGroups() {
        assertStored(
                """
                /inner/a: int32 [3, 6]
                /inner/b: str ['z', 'w']
                /outer/d: int64 [2, 5]
                /outer/middle/c: float64[1] [[0.5], [1.5]]
                /outer/middle/inner/a: int32 [1, 4]
                /outer/middle/inner/b: str ['x', 'y']
                """,
                new Outermost(new Outer(new Middle(new Inner(1, "x"), new double[] {0.5}), 2), new Inner(3, "z")),
                new Outermost(new Outer(new Middle(new Inner(4, "y"), new double[] {1.5}), 5), new Inner(6, "w")));
    }

    sealed interface Figure {}

    record Circle(double radius) implements Figure {}

    record Square(double side) implements Figure {}

    record Pair<A, B>(A first, B second) {}

    record General(Figure figure, Pair<Integer, Pair<String, Double>> pair, Optional<Circle> maybe, Object any) {}

    @Test
    void sealedGenericAndOptionalComponentsThatHoldRecordsAreGroups() {
        assertStored(
                """
                /any/side: float64 [4.0, 8.0]
                /figure/radius: float64 [1.0, 5.0]
                /maybe/radius: float64 [3.0, 7.0]
                /pair/first: int32 [2, 6]
                /pair/second/first: str ['a', 'b']
                /pair/second/second: float64 [0.5, 1.5]
                """,
                new General(
                        new Circle(1), new Pair<>(2, new Pair<>("a", 0.5)), Optional.of(new Circle(3)), new Square(4)),
                new General(
                        new Circle(5), new Pair<>(6, new Pair<>("b", 1.5)), Optional.of(new Circle(7)), new Square(8)));
    }
}
