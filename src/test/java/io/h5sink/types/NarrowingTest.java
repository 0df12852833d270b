package io.h5sink.types;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.ColumnSpec;
import io.h5sink.H5Record;
import io.h5sink.H5Writer;
import io.h5sink.OpenMode;
import io.h5sink.StoredType;
import io.h5sink.judge.Contents;
import io.h5sink.judge.Listing;
import io.h5sink.judge.Python;
import io.h5sink.testing.Run;
import io.jhdf.api.Dataset;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;

/** Numbers in columns of a declared type: each integer is checked, or saturated; floating-point numbers are rounded. */
class NarrowingTest {

    record Double1(double value) {}

    record Float1(float value) {}

    record Long1(long value) {}

    record Int1(int value) {}

    record Short1(short value) {}

    record Byte1(byte value) {}

    record Inside(Double1 inner) {}

    @TempDir
    Path directory;

    private static H5Writer.Builder<Object> writer(Path file, UnaryOperator<ColumnSpec> declaration) {
        return H5Writer.<Object>to(file).open(OpenMode.TRUNCATE).column("value", declaration);
    }

    private String stored(UnaryOperator<ColumnSpec> declaration, Object... records) {
        Path file = directory.resolve("data.h5");
        Run.write(writer(file, declaration), Flux.fromArray(records));
        return Listing.of(file);
    }

    /** A type, its least and its greatest value, and the values next to them that it does not hold. */
    private static Arguments[] integers() {
        return new Arguments[] {
            Arguments.of(StoredType.INT8, -128L, 127L, "-128 to 127"),
            Arguments.of(StoredType.INT16, -32768L, 32767L, "-32768 to 32767"),
            Arguments.of(StoredType.INT32, -2147483648L, 2147483647L, "-2147483648 to 2147483647"),
            Arguments.of(StoredType.UINT8, 0L, 255L, "0 to 255"),
            Arguments.of(StoredType.UINT16, 0L, 65535L, "0 to 65535"),
            Arguments.of(StoredType.UINT32, 0L, 4294967295L, "0 to 4294967295"),
        };
    }

    @ParameterizedTest
    @MethodSource("integers")
    void theLimitsOfEachIntegerTypeAreStoredAndNothingBeyond(StoredType type, long least, long greatest, String range) {
        String name = type.name().toLowerCase(java.util.Locale.ROOT);
        String expected = "/value: " + name + " [" + least + ", " + greatest + "]\n";
        assertThat(stored(c -> c.as(type), new Long1(least), new Long1(greatest)))
                .isEqualTo(expected);
        assertThat(stored(c -> c.as(type), new Double1(least), new Double1(greatest)))
                .isEqualTo(expected);
        assertThat(stored(c -> c.as(type), Map.of("value", least), H5Record.of("value", (double) greatest)))
                .isEqualTo(expected);
        assertThat(stored(c -> c.as(type), Map.of("value", new long[] {least}), Map.of("value", new Long[] {greatest})))
                .isEqualTo("/value: " + name + "[1] [[" + least + "], [" + greatest + "]]\n");

        for (long beyond : new long[] {least - 1, greatest + 1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            refused(type, range, new Long1(beyond), "" + beyond);
            refused(type, range, Map.of("value", beyond), "" + beyond);
            refused(type, range, Map.of("value", new long[] {beyond}), "" + beyond);
            refused(type, range, new Double1(beyond), beyond == Long.MAX_VALUE ? "" + 0x1p63 : "" + beyond);
        }
        for (double none : new double[] {0.5, least - 0.5, Double.NaN, Double.POSITIVE_INFINITY, -1e300, 0x1p63}) {
            refused(type, range, new Double1(none), "" + none);
            refused(type, range, new Inside(new Double1(none)), "" + none);
            refused(type, range, Map.of("value", none), "" + none);
            refused(type, range, Map.of("value", new double[] {none}), "" + none);
            refused(type, range, Map.of("value", List.of(none)), "" + none);
        }
    }

    private void refused(StoredType type, String range, Object record, String actual) {
        Path file = directory.resolve("refused.h5");
        String column = record instanceof Inside ? "inner/value" : "value";
        boolean array = record instanceof Map<?, ?> map
                && (map.get("value") instanceof List
                        || map.get("value").getClass().isArray());
        Run.fail(H5Writer.<Object>to(file).open(OpenMode.TRUNCATE).column(column, c -> c.as(type)), record)
                .isAboutTheObject(
                        file,
                        "/" + column,
                        "an integer from " + range + ", for " + type.name().toLowerCase(java.util.Locale.ROOT)
                                + (array ? " (N, 1)" : " (N,)"),
                        actual,
                        0);
    }

    @ParameterizedTest
    @MethodSource("integers")
    void saturatedTheNearestIntegerIsStored(StoredType type, long least, long greatest, String range) {
        double[] reals = {
            Double.NEGATIVE_INFINITY,
            -1e300,
            least - 1.0,
            least,
            0.5,
            1.5,
            2.5,
            2.4999,
            greatest,
            greatest + 0.75,
            1e300,
            Double.POSITIVE_INFINITY
        };
        long[] expected = {least, least, least, least, 0, 2, 2, 2, greatest, greatest, greatest, greatest};
        UnaryOperator<ColumnSpec> saturated = c -> c.as(type).saturate();
        assertThat(stored(
                        saturated, DoubleStream.of(reals).mapToObj(Double1::new).toArray()))
                .endsWith(java.util.Arrays.toString(expected) + "\n");
        assertThat(stored(saturated, Map.of("value", reals)))
                .endsWith("[" + java.util.Arrays.toString(expected) + "]\n");
        assertThat(stored(
                        saturated,
                        new Long1(Long.MIN_VALUE),
                        new Long1(Long.MAX_VALUE),
                        new Long1(least),
                        new Long1(7)))
                .endsWith("[" + least + ", " + greatest + ", " + least + ", 7]\n");

        Path file = directory.resolve("nan.h5");
        Run.fail(writer(file, saturated), new Double1(Double.NaN))
                .isAboutTheObject(
                        file,
                        "/value",
                        "an integer from " + range + ", for " + type.name().toLowerCase(java.util.Locale.ROOT)
                                + " (N,)",
                        "NaN",
                        0);
    }

    @Test
    void theLargestUnsignedIntegersComeFromFloatingPointNumbers() {
        double belowTwoTo64 = Math.nextDown(0x1p64);
        assertThat(stored(c -> c.as(StoredType.UINT64), new Double1(0x1p63), new Double1(belowTwoTo64), new Double1(5)))
                .isEqualTo("/value: uint64 [9223372036854775808, 18446744073709549568, 5]\n");
        assertThat(stored(
                        c -> c.as(StoredType.UINT64).saturate(), new Double1(0x1p64), new Double1(-1), new Double1(5)))
                .isEqualTo("/value: uint64 [18446744073709551615, 0, 5]\n");
        assertThat(stored(c -> c.as(StoredType.INT64), new Double1(-0x1p63), new Double1(Math.nextDown(0x1p63))))
                .isEqualTo("/value: int64 [-9223372036854775808, 9223372036854774784]\n");
        Path file = directory.resolve("data.h5");
        Run.fail(writer(file, c -> c.as(StoredType.UINT64)), new Double1(0x1p64))
                .isAboutTheObject(
                        file,
                        "/value",
                        "an integer from 0 to 18446744073709551615, for uint64 (N,)",
                        "1.8446744073709552E19",
                        0);
        Run.fail(writer(file, c -> c.as(StoredType.UINT64)), new Long1(1), new Long1(-1))
                .isAboutTheObject(
                        file, "/value", "an integer from 0 to 18446744073709551615, for uint64 (N,)", "-1", 1);
    }

    /** Java's own type is as wide as the stored one and still not the same. */
    @Test
    void aNegativeNumberIsNoUnsignedOneOfTheSameWidth() {
        Path file = directory.resolve("data.h5");
        Run.fail(writer(file, c -> c.as(StoredType.UINT8)), new Byte1((byte) -1))
                .isAboutTheObject(file, "/value", "an integer from 0 to 255, for uint8 (N,)", "-1", 0);
        Run.fail(writer(file, c -> c.as(StoredType.UINT16)), new Short1((short) -1))
                .isAboutTheObject(file, "/value", "an integer from 0 to 65535, for uint16 (N,)", "-1", 0);
        Run.fail(writer(file, c -> c.as(StoredType.UINT32)), new Int1(-1))
                .isAboutTheObject(file, "/value", "an integer from 0 to 4294967295, for uint32 (N,)", "-1", 0);
        Run.fail(writer(file, c -> c.as(StoredType.UINT8)), Map.of("value", new byte[] {1, -1}))
                .isAboutTheObject(file, "/value", "an integer from 0 to 255, for uint8 (N, 2)", "-1", 0);
    }

    @Test
    void theBitsOfSignedIntegersAreThoseOfUnsignedOnes() {
        UnaryOperator<ColumnSpec> unsigned = ColumnSpec::unsigned;
        assertThat(stored(unsigned, new Byte1((byte) -1), new Byte1(Byte.MIN_VALUE), new Byte1((byte) 1)))
                .isEqualTo("/value: uint8 [255, 128, 1]\n");
        assertThat(stored(unsigned, new Short1((short) -1), new Short1(Short.MIN_VALUE)))
                .isEqualTo("/value: uint16 [65535, 32768]\n");
        assertThat(stored(unsigned, new Int1(-1), new Int1(Integer.MIN_VALUE)))
                .isEqualTo("/value: uint32 [4294967295, 2147483648]\n");
        assertThat(stored(unsigned, new Long1(-1), new Long1(Long.MIN_VALUE)))
                .isEqualTo("/value: uint64 [18446744073709551615, 9223372036854775808]\n");
        assertThat(stored(unsigned, Map.of("value", -1), Map.of("value", (byte) -1)))
                .isEqualTo("/value: uint32 [4294967295, 255]\n");
        assertThat(stored(unsigned, Map.of("value", new byte[] {-1, 1}), Map.of("value", List.of((byte) -2, (byte) 2))))
                .isEqualTo("/value: uint8[2] [[255, 1], [254, 2]]\n");
        assertThat(stored(unsigned, Map.of("value", ByteBuffer.wrap(new byte[] {-1, 1}))))
                .isEqualTo("/value: uint8[2] [[255, 1]]\n");
        Path file = directory.resolve("data.h5");
        Run.fail(writer(file, unsigned), new Double1(1))
                .isAboutTheObject(file, "/value", "an integer, for an unsigned column", "java.lang.Double 1.0", 0);
    }

    @Test
    void floatingPointNumbersAreRounded() {
        double tie = 1 + 0x1p-24;
        double aboveTie = Math.nextUp(tie);
        assertThat(stored(c -> c.as(StoredType.FLOAT32), new Double1(tie), new Double1(aboveTie), new Double1(1e300)))
                .isEqualTo("/value: float32 [1.0, 1.0000001192092896, inf]\n");
        assertThat(stored(c -> c.as(StoredType.FLOAT32), new Int1(16777217), new Int1(16777219)))
                .isEqualTo("/value: float32 [16777216.0, 16777220.0]\n");
        assertThat(stored(c -> c.as(StoredType.FLOAT64), new Long1((1L << 53) + 1), new Long1(-1)))
                .isEqualTo("/value: float64 [9007199254740992.0, -1.0]\n");
        assertThat(stored(c -> c.as(StoredType.FLOAT16), new Short1((short) 1), new Short1((short) -2049)))
                .isEqualTo("/value: float16 [1.0, -2048.0]\n");
        assertThat(stored(c -> c.as(StoredType.FLOAT64), new Float1(0.1f)))
                .isEqualTo("/value: float64 [0.10000000149011612]\n");
    }

    @ParameterizedTest
    @EnumSource(
            value = StoredType.class,
            names = {"FLOAT16", "FLOAT32"})
    void roundingIsThatOfNumpy(StoredType type) throws Exception {
        double[] values = hard();
        ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asDoubleBuffer().put(values);
        Path raw = directory.resolve("raw");
        Files.write(raw, bytes.array());
        Path file = directory.resolve("data.h5");
        Run.write(
                writer(file, c -> c.as(type)).column("array", c -> c.as(type)),
                Flux.fromStream(DoubleStream.of(values).boxed())
                        .map(value -> Map.of("value", value, "array", new double[] {value})));

        List<Float> expected = DoubleStream.of(values)
                .mapToObj(value -> type == StoredType.FLOAT32 ? (float) value : (float) nearestHalf(value))
                .toList();
        for (String name : List.of("/value", "/array")) {
            List<Object> found =
                    Contents.of(file, false, contents -> contents.elements(name, (Dataset) contents.at(name)));
            assertThat(found).as(name).isEqualTo(expected);
        }
        if (Python.isPresent()) {
            assertThat(Python.run("""
                        import h5py, numpy, sys
                        numpy.seterr(all='ignore')
                        expected = numpy.fromfile(sys.argv[2], '<f8').astype(sys.argv[3])
                        bits = 'u%d' % expected.dtype.itemsize
                        nan = numpy.isnan(expected)
                        with h5py.File(sys.argv[1], 'r') as f:
                            for name in 'value', 'array':
                                found = f[name][()].reshape(-1)
                                same = (found.view(bits) == expected.view(bits)) | (nan & numpy.isnan(found))
                                print(name, found.dtype, len(found), (~same).sum())
                        """, file, raw, type.name().toLowerCase(java.util.Locale.ROOT)))
                    .isEqualTo("value %1$s %2$d 0\narray %1$s %2$d 0\n"
                            .formatted(type.name().toLowerCase(java.util.Locale.ROOT), values.length));
        }
    }

    /** Of two that are as near, the one whose last bit is 0. */
    private static double nearestHalf(double value) {
        double size = Math.abs(value);
        if (Double.isNaN(value) || size >= 65520) {
            return value * Double.POSITIVE_INFINITY;
        }
        int below = 0;
        for (int bit = 1 << 14; bit > 0; bit >>= 1) {
            if (below + bit < 0x7C00 && half(below + bit) <= size) {
                below += bit;
            }
        }
        double tie = (half(below) + half(below + 1)) / 2;
        boolean up = size > tie || size == tie && below % 2 == 1;
        return Math.copySign(half(up ? below + 1 : below), value);
    }

    /** All finite binary16 numbers, the ties between them and what is next to the ties, and random ones. */
    private static double[] hard() {
        List<Double> values = new ArrayList<>(List.of(
                Double.NaN,
                1e300,
                -1e300,
                Double.MIN_VALUE,
                -Double.MIN_VALUE,
                0x1p-149,
                0x1p-150,
                0x1.000002p-150,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY,
                -0.0,
                0.0,
                65504.0,
                65519.999,
                65520.0,
                65536.0));
        for (int bits = 0; bits < 0x7C00; bits += 7) {
            double one = half(bits);
            double tie = (one + half(bits + 1)) / 2;
            for (double value : new double[] {one, tie, Math.nextUp(tie), Math.nextDown(tie)}) {
                values.add(value);
                values.add(-value);
            }
        }
        Random random = new Random(16);
        for (int i = 0; i < 5000; i++) {
            values.add(Double.longBitsToDouble(random.nextLong()));
            values.add(Math.scalb(random.nextDouble() - 0.5, random.nextInt(-30, 20)));
        }
        return values.stream().mapToDouble(value -> value).toArray();
    }

    private static double half(int bits) {
        int exponent = bits >> 10;
        int fraction = bits & 0x3FF;
        return exponent == 0 ? fraction * 0x1p-24 : Math.scalb(1024 + fraction, exponent - 25);
    }

    @Test
    void arraysOfEveryJavaNumberNarrowElementByElement() {
        for (Class<?> type : List.of(byte.class, short.class, int.class, long.class, float.class, double.class)) {
            Object array = Array.newInstance(type, 3);
            IntStream.range(0, 3).forEach(i -> {
                if (type == byte.class) {
                    Array.set(array, i, (byte) i);
                } else if (type == short.class) {
                    Array.set(array, i, (short) i);
                } else {
                    Array.set(
                            array,
                            i,
                            type == int.class
                                    ? (Object) i
                                    : type == long.class
                                            ? (Object) (long) i
                                            : type == float.class ? (Object) (float) i : (Object) (double) i);
                }
            });
            assertThat(stored(c -> c.as(StoredType.INT8), Map.of("value", array)))
                    .isEqualTo("/value: int8[3] [[0, 1, 2]]\n");
            assertThat(stored(c -> c.as(StoredType.FLOAT16), Map.of("value", array)))
                    .isEqualTo("/value: float16[3] [[0.0, 1.0, 2.0]]\n");
        }
    }
}
