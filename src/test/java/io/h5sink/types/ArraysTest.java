package io.h5sink.types;

import static io.h5sink.testing.Extremes.BOOLEANS;
import static io.h5sink.testing.Extremes.BYTES;
import static io.h5sink.testing.Extremes.CHARS;
import static io.h5sink.testing.Extremes.DOUBLES;
import static io.h5sink.testing.Extremes.FLOATS;
import static io.h5sink.testing.Extremes.INTS;
import static io.h5sink.testing.Extremes.LONGS;
import static io.h5sink.testing.Extremes.SHORTS;
import static io.h5sink.testing.Extremes.rotated;
import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Record;
import io.h5sink.judge.H5py;
import io.h5sink.judge.H5py.Dataset;
import io.h5sink.judge.Python;
import io.h5sink.testing.Extremes;
import io.h5sink.testing.Run;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Arrays of every primitive type, of one and two axes, are what h5py reads. */
class ArraysTest {

    record Vectors(
            boolean[] truths,
            byte[] int8s,
            short[] int16s,
            char[] characters,
            int[] int32s,
            long[] int64s,
            float[] float32s,
            double[] float64s) {}

    record Matrices(
            boolean[][] truths,
            byte[][] int8s,
            short[][] int16s,
            char[][] characters,
            int[][] int32s,
            long[][] int64s,
            float[][] float32s,
            double[][] float64s) {}

    /** A column: its name, its type in h5py, the bytes of an element, eight values and what h5py makes of these. */
    private record Kind(String name, String dtype, int bytes, Object array, List<Object> values) {

        Kind(String name, String dtype, int bytes, Object array) {
            this(name, dtype, bytes, array, Extremes.list(array));
        }

        /** A row, as an array of one axis. */
        Object vector(int row) {
            return rotated(array, row % Extremes.COUNT);
        }

        /** A row, as an array of two axes. */
        Object matrix(int row) {
            Object matrix = java.lang.reflect.Array.newInstance(array.getClass(), 2);
            java.lang.reflect.Array.set(matrix, 0, vector(row));
            java.lang.reflect.Array.set(matrix, 1, vector(row + 3));
            return matrix;
        }

        List<Object> expected(int row) {
            List<Object> rotated = new ArrayList<>(values);
            java.util.Collections.rotate(rotated, -row);
            return rotated;
        }
    }

    private static final List<Kind> KINDS = List.of(
            new Kind("truths", "bool", 1, BOOLEANS),
            new Kind("int8s", "|i1", 1, BYTES),
            new Kind("int16s", "<i2", 2, SHORTS),
            new Kind("characters", "str utf-8 3", 3, CHARS, Extremes.strings(CHARS)),
            new Kind("int32s", "<i4", 4, INTS),
            new Kind("int64s", "<i8", 8, LONGS),
            new Kind("float32s", "<f4", 4, FLOATS),
            new Kind("float64s", "<f8", 8, DOUBLES));

    private static final int ROWS = 11;

    @TempDir
    Path directory;

    private void assertVectors(IntFunction<?> record) {
        Path file = directory.resolve("vectors.h5");

        Run.write(file, IntStream.range(0, ROWS).mapToObj(record).toArray());

        Map<String, Dataset> seen = H5py.read(file).datasets();
        assertThat(seen).hasSize(KINDS.size());
        for (Kind kind : KINDS) {
            int chunkRows = Integer.highestOneBit((1 << 17) / (8 * kind.bytes));
            List<Object> values = IntStream.range(0, ROWS)
                    .boxed()
                    .flatMap(row -> kind.expected(row).stream())
                    .toList();
            assertThat(seen.get("/" + kind.name))
                    .isEqualTo(new Dataset(
                            kind.dtype, "(11, 8)", "(None, 8)", "(" + chunkRows + ", 8)", Map.of(), values));
        }
    }

    private void assertMatrices(IntFunction<?> record) {
        Path file = directory.resolve("matrices.h5");

        Run.write(file, IntStream.range(0, ROWS).mapToObj(record).toArray());

        Map<String, Dataset> seen = H5py.read(file).datasets();
        assertThat(seen).hasSize(KINDS.size());
        for (Kind kind : KINDS) {
            int chunkRows = Integer.highestOneBit((1 << 17) / (16 * kind.bytes));
            List<Object> values = IntStream.range(0, ROWS)
                    .boxed()
                    .flatMap(row -> java.util.stream.Stream.of(kind.expected(row), kind.expected(row + 3)))
                    .flatMap(List::stream)
                    .toList();
            assertThat(seen.get("/" + kind.name))
                    .isEqualTo(new Dataset(
                            kind.dtype, "(11, 2, 8)", "(None, 2, 8)", "(" + chunkRows + ", 2, 8)", Map.of(), values));
        }
    }

    private static Map<String, Object> map(java.util.function.Function<Kind, Object> value) {
        Map<String, Object> map = new LinkedHashMap<>();
        KINDS.forEach(kind -> map.put(kind.name, value.apply(kind)));
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

    @Test
    void vectorsOfARecord() {
        assertVectors(i -> {
            int k = i % Extremes.COUNT;
            return new Vectors(
                    rotated(BOOLEANS, k),
                    rotated(BYTES, k),
                    rotated(SHORTS, k),
                    rotated(CHARS, k),
                    rotated(INTS, k),
                    rotated(LONGS, k),
                    rotated(FLOATS, k),
                    rotated(DOUBLES, k));
        });
    }

    @Test
    void vectorsOfNamedQuantities() {
        assertVectors(i -> named(map(kind -> kind.vector(i))));
    }

    @Test
    void vectorsOfAMap() {
        assertVectors(i -> map(kind -> kind.vector(i)));
    }

    @Test
    void matricesOfARecord() {
        assertMatrices(i -> new Matrices(
                (boolean[][]) KINDS.get(0).matrix(i),
                (byte[][]) KINDS.get(1).matrix(i),
                (short[][]) KINDS.get(2).matrix(i),
                (char[][]) KINDS.get(3).matrix(i),
                (int[][]) KINDS.get(4).matrix(i),
                (long[][]) KINDS.get(5).matrix(i),
                (float[][]) KINDS.get(6).matrix(i),
                (double[][]) KINDS.get(7).matrix(i)));
    }

    @Test
    void matricesOfNamedQuantities() {
        assertMatrices(i -> named(map(kind -> kind.matrix(i))));
    }

    @Test
    void matricesOfAMap() {
        assertMatrices(i -> map(kind -> kind.matrix(i)));
    }

    @Test
    void aRowThatIsLargerThanAChunkMayBeIsCutIntoSeveral() {
        Path file = directory.resolve("large.h5");
        float[][] image = new float[700][1000];
        for (int i = 0; i < image.length; i++) {
            for (int j = 0; j < image[i].length; j++) {
                image[i][j] = i * 1000 + j;
            }
        }

        Run.write(file, H5Record.of("image", image), H5Record.of("image", image));

        assertThat(Python.run("""
                import h5py, numpy, sys
                with h5py.File(sys.argv[1], 'r') as f:
                    image = f['image']
                    expected = numpy.arange(700000, dtype='<f4').reshape(700, 1000)
                    print(image.shape, image.maxshape, image.chunks)
                    print(all(numpy.array_equal(row, expected) for row in image))
                """, file)).isEqualTo("(2, 700, 1000) (None, 700, 1000) (1, 234, 1000)\nTrue\n");
    }

    @Test
    void arraysOfOneElementHaveAnAxisOfOne() {
        Path file = directory.resolve("one.h5");

        Run.write(file, H5Record.of("a", new int[] {1}).and("b", new int[][] {{2}}));

        H5py seen = H5py.read(file);
        assertThat(seen.at("/a").shape()).isEqualTo("(1, 1)");
        assertThat(seen.at("/b").shape()).isEqualTo("(1, 1, 1)");
        assertThat(seen.values("/b")).containsExactly(2);
    }
}
