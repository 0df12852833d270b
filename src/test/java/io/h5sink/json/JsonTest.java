package io.h5sink.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.judge.PythonJson;
import io.h5sink.schema.SchemaViolation;
import io.h5sink.testing.Extremes;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Metadata has the text that Python's json gives it, to the byte. */
class JsonTest {

    record Optimizer(String name, double rate, int @Nullable [] steps) {}

    record Run(Optimizer optimizer, boolean dry, @Nullable Object parent) {}

    /** The texts are Python's, and stand for the same doubles. */
    private static void assertDoubles(double... values) throws IOException {
        List<String> texts =
                DoubleStream.of(values).mapToObj(value -> Json.of("x", value)).toList();
        PythonJson.assertCanonical(texts);
        for (int i = 0; i < values.length; i++) {
            assertThat(Double.parseDouble(texts.get(i))).as(texts.get(i)).isEqualTo(values[i]);
        }
    }

    @Test
    void floatsAreAsReprHasThem() {
        Map<Double, String> known = new LinkedHashMap<>();
        known.put(0.0, "0.0");
        known.put(-0.0, "-0.0");
        known.put(1.0, "1.0");
        known.put(0.1, "0.1");
        known.put(1e-4, "0.0001");
        known.put(1e-5, "1e-05");
        known.put(1.5e-5, "1.5e-05");
        known.put(1e15, "1000000000000000.0");
        known.put(9999999999999998.0, "9999999999999998.0");
        known.put(1e16, "1e+16");
        known.put(1.2345e16, "1.2345e+16");
        known.put(1e22, "1e+22");
        known.put(2e-3, "0.002");
        known.put(2.2250738585072014E-308, "2.2250738585072014e-308");
        known.put(Double.MIN_VALUE, "5e-324");
        known.put(-Double.MAX_VALUE, "-1.7976931348623157e+308");
        known.put(Math.scalb(1.0, -44), "5.684341886080802e-14");
        known.put(9007199254740993.0, "9007199254740992.0");
        known.put((double) 0.1f, "0.10000000149011612");
        known.put(Double.NaN, "NaN");
        known.put(Double.POSITIVE_INFINITY, "Infinity");
        known.put(Double.NEGATIVE_INFINITY, "-Infinity");

        known.forEach((value, text) -> assertThat(Json.of("x", value)).isEqualTo(text));
        assertThat(Json.of("x", 0.1f)).isEqualTo("0.10000000149011612");
    }

    @Test
    void everyPowerOfTwoAndOfTenAndItsNeighboursAreAsPythonHasThem() throws Exception {
        DoubleStream two = IntStream.rangeClosed(-1074, 1023).mapToDouble(i -> Math.scalb(1.0, i));
        DoubleStream ten = IntStream.rangeClosed(-323, 308).mapToDouble(i -> Double.parseDouble("1e" + i));

        assertDoubles(DoubleStream.concat(two, ten)
                .flatMap(x -> DoubleStream.of(Math.nextDown(x), x, Math.nextUp(x), 3 * x))
                .toArray());
    }

    @Test
    void doublesOfAnyBitsAreAsPythonHasThem() throws Exception {
        SplittableRandom random = new SplittableRandom(7);

        assertDoubles(DoubleStream.generate(() -> Double.longBitsToDouble(random.nextLong()))
                .filter(Double::isFinite)
                .limit(20_000)
                .toArray());
        assertDoubles(DoubleStream.generate(() -> random.nextInt(100_000) * 1e-3)
                .limit(5_000)
                .toArray());
    }

    @Test
    void membersAreSortedByCodePoint() {
        Map<String, Object> map = new HashMap<>();
        for (String key : List.of("\uffff", "\ud83d\ude00", "\ud83d", "b", "aa", "a", "", "B", "é")) {
            map.put(key, 1);
        }

        assertThat(Json.of("x", map))
                .isEqualTo("{\"\":1,\"B\":1,\"a\":1,\"aa\":1,\"b\":1,\"\\u00e9\":1,\"\\ud83d\":1,\"\\uffff\":1,"
                        + "\"\\ud83d\\ude00\":1}");
    }

    @Test
    void everyKindOfValueHasAText() {
        Map<String, @Nullable Object> map = new HashMap<>();
        map.put("none", null);
        map.put("bytes", new byte[] {-1, 2});
        map.put("matrix", new double[][] {{1, 2}, {}});
        map.put("words", new String[] {"a", "é"});
        map.put("mixed", Arrays.asList(1, "a", null, 2.5f, List.of()));
        map.put("big", new BigInteger("123456789012345678901234567890"));
        map.put("when", Instant.parse("2024-05-01T12:00:00.25Z"));
        map.put("enum", Extremes.Colour.GREEN);
        map.put("char", 'x');
        map.put("run", new Run(new Optimizer("adam", 1e-3, null), true, Map.of()));

        assertThat(Json.of("x", map))
                .isEqualTo("{\"big\":123456789012345678901234567890,\"bytes\":[-1,2],\"char\":\"x\",\"enum\":\"GREEN\","
                        + "\"matrix\":[[1.0,2.0],[]],\"mixed\":[1,\"a\",null,2.5,[]],\"none\":null,"
                        + "\"run\":{\"dry\":true,\"optimizer\":{\"name\":\"adam\",\"rate\":0.001,\"steps\":null},\"parent\":{}},"
                        + "\"when\":\"2024-05-01T12:00:00.250Z\",\"words\":[\"a\",\"\\u00e9\"]}");
    }

    @Test
    void whatJsonCannotSayIsRefusedWithItsPlace() {
        List<Object> endless = new ArrayList<>();
        endless.add(endless);

        assertThatThrownBy(() -> Json.of("meta", Map.of("a", List.of(1, new BigDecimal("0.1")))))
                .isInstanceOf(SchemaViolation.class)
                .hasMessageStartingWith("meta[\"a\"][1]: expected null, a boolean")
                .hasMessageContaining("got java.math.BigDecimal; take its doubleValue()");
        assertThatThrownBy(() -> Json.of("meta", Map.of(1, 2)))
                .hasMessage("meta: expected a map with String keys, got a key of java.lang.Integer");
        assertThatThrownBy(() -> Json.of("meta", Set.of(1))).hasMessageContaining("make a List of it");
        assertThatThrownBy(() -> Json.of("meta", new Object())).hasMessageContaining("java.lang.Object");
        assertThatThrownBy(() -> Json.of("meta", endless)).hasMessageContaining("nested at most 256 deep");
    }

    @Test
    void theDeepestNestingIsOneThatPythonReads() throws Exception {
        Object nested = 1;
        for (int i = 0; i < 256; i++) {
            nested = i % 2 == 0 ? Map.of("a", nested) : List.of(nested);
        }

        PythonJson.assertCanonical(
                Stream.of(nested).map(value -> Json.of("x", value)).toList());
    }
}
