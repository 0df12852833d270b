package io.h5sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.schema.Json;
import io.h5sink.schema.SchemaViolation;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Metadata has the text that Python's json gives it, to the byte. */
class JsonTest {

    record Optimizer(String name, double rate, int @Nullable [] steps) {}

    record Run(Optimizer optimizer, boolean dry, @Nullable Object parent) {}

    /** Reads each line, writes it in the canonical form, and says what that is if it is not the same. */
    private static final String COMPARE = """
            import base64, json, sys
            lines = base64.b64decode(open(sys.argv[1]).read()).decode().split('\\n')
            for line in lines:
                again = json.dumps(json.loads(line), sort_keys=True, separators=(",", ":"))
                if again != line:
                    print(line[:200], 'is in Python', again[:200])
            print(len(lines), 'compared')
            """;

    private static void assertCanonical(List<String> texts) throws IOException {
        Path file = Files.createTempFile("json", ".txt");
        try {
            byte[] lines = String.join("\n", texts).getBytes(StandardCharsets.UTF_8);
            Files.writeString(file, Base64.getEncoder().encodeToString(lines));
            assertThat(Python.run(COMPARE, file)).isEqualTo(texts.size() + " compared\n");
        } finally {
            Files.delete(file);
        }
    }

    /** The texts are Python's, and stand for the same doubles. */
    private static void assertDoubles(double... values) throws IOException {
        List<String> texts =
                DoubleStream.of(values).mapToObj(value -> Json.of("x", value)).toList();
        assertCanonical(texts);
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

    @Property(tries = 10)
    void anyValueHasTheTextThatPythonGivesIt(@ForAll("batches") List<Object> values) throws Exception {
        assertCanonical(values.stream().map(value -> Json.of("x", value)).toList());
    }

    @Property(tries = 10)
    void anyStringComesBack(@ForAll("strings") List<String> strings) {
        String read = Python.run(
                """
                import base64, json, sys
                text = base64.b64decode(sys.argv[1]).decode()
                print(' '.join(base64.b64encode(s.encode('utf-16-le', 'surrogatepass')).decode() for s in json.loads(text)))
                """, Base64.getEncoder().encodeToString(Json.of("x", strings).getBytes(StandardCharsets.US_ASCII)));

        assertThat(read.strip())
                .isEqualTo(strings.stream()
                        .map(JsonTest::utf16)
                        .collect(Collectors.joining(" "))
                        .strip());
    }

    private static String utf16(String text) {
        byte[] bytes = new byte[2 * text.length()];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asCharBuffer().put(text);
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Provide
    Arbitrary<List<String>> strings() {
        return anyString().list().ofMinSize(1).ofMaxSize(200);
    }

    @Provide
    Arbitrary<List<Object>> batches() {
        Arbitrary<Object> leaves = Arbitraries.oneOf(
                Arbitraries.just((Object) Map.of()),
                Arbitraries.of(true, false).map(x -> (Object) x),
                Arbitraries.longs().map(x -> (Object) x),
                Arbitraries.bigIntegers().map(x -> (Object) x),
                Arbitraries.doubles().map(x -> (Object) x),
                Arbitraries.floats().map(x -> (Object) x),
                Arbitraries.integers().array(int[].class).map(x -> (Object) x),
                anyString().map(x -> (Object) x));
        return Arbitraries.lazyOf(
                        () -> leaves,
                        () -> leaves.list().ofMaxSize(4).map(x -> (Object) x),
                        () -> map(leaves),
                        () -> map(map(leaves)))
                .list()
                .ofSize(300);
    }

    private static Arbitrary<Object> map(Arbitrary<Object> values) {
        return Arbitraries.maps(anyString(), values).ofMaxSize(6).map(x -> (Object) x);
    }

    /** Also halves of surrogate pairs, NUL, and what sorts differently in UTF-16. */
    private static Arbitrary<String> anyString() {
        Arbitrary<String> odd = Arbitraries.of(
                        "a",
                        "\0",
                        "\u001f",
                        " ",
                        "\"",
                        "\\",
                        "/",
                        "~",
                        "\u007f",
                        "é",
                        "\ud7ff",
                        "\ud83d",
                        "\ude00",
                        "\ue000",
                        "\uffff",
                        "\ud83d\ude00",
                        "\udbff\udfff",
                        "\n",
                        "\u2028")
                .list()
                .ofMaxSize(4)
                .map(parts -> String.join("", parts));
        return Arbitraries.oneOf(odd, Arbitraries.strings().ofMaxLength(8));
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

        assertCanonical(Stream.of(nested).map(value -> Json.of("x", value)).toList());
    }
}
