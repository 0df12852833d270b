package io.h5sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.schema.Json;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The same for metadata that nobody thought of; a class of its own, because another engine runs it. */
class JsonPropertiesTest {

    @Property(tries = 10)
    void anyValueHasTheTextThatPythonGivesIt(@ForAll("batches") List<Object> values) throws Exception {
        PythonJson.assertCanonical(
                values.stream().map(value -> Json.of("x", value)).toList());
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
                        .map(JsonPropertiesTest::utf16)
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
}
