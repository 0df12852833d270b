package io.h5sink.judge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What Python's json makes of texts. */
public final class PythonJson {

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

    private static final JsonFactory JACKSON = new JsonFactoryBuilder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private PythonJson() {}

    /** The strings of an array. */
    public static List<String> strings(String text) throws IOException {
        List<String> strings = new ArrayList<>();
        try (JsonParser json = JACKSON.createParser(text)) {
            while (json.nextToken() != null) {
                if (json.hasToken(JsonToken.VALUE_STRING)) {
                    strings.add(json.getText());
                }
            }
        }
        if (Python.isPresent()) {
            String read = Python.run("""
                    import base64, json, sys
                    for s in json.loads(base64.b64decode(sys.argv[1]).decode()):
                        print(base64.b64encode(s.encode('utf-16-be', 'surrogatepass')).decode())
                    """, Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII)));
            assertThat(read.lines().map(PythonJson::utf16)).isEqualTo(strings);
        }
        return strings;
    }

    /** Also halves of surrogate pairs, which Java's decoders replace. */
    private static String utf16(String base64) {
        return ByteBuffer.wrap(Base64.getDecoder().decode(base64))
                .asCharBuffer()
                .toString();
    }

    /** What Python's rules make of the value that Jackson reads. */
    private static String canonical(String text) throws IOException {
        try (JsonParser json = JACKSON.createParser(text)) {
            json.nextToken();
            return canonical(json);
        }
    }

    private static String canonical(JsonParser json) throws IOException {
        switch (json.currentToken()) {
            case START_ARRAY -> {
                List<String> elements = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(canonical(json));
                }
                return "[" + String.join(",", elements) + "]";
            }
            case START_OBJECT -> {
                // by code points: UTF-32 sorts as they do
                Map<byte[], String> members = new TreeMap<>(Arrays::compareUnsigned);
                while (json.nextToken() != JsonToken.END_OBJECT) {
                    String name = json.currentName();
                    json.nextToken();
                    members.put(codePoints(name), quoted(name) + ":" + canonical(json));
                }
                return "{" + String.join(",", members.values()) + "}";
            }
            case VALUE_STRING -> {
                return quoted(json.getText());
            }
            case VALUE_NUMBER_FLOAT -> {
                double number = json.getDoubleValue();
                return Double.isFinite(number) ? PythonText.number(number, 17) : json.getText();
            }
            default -> {
                return json.getText();
            }
        }
    }

    /** {@code ascii(json.loads(text))}. */
    public static String ascii(String text) {
        try (JsonParser json = JACKSON.createParser(text)) {
            json.nextToken();
            return ascii(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String ascii(JsonParser json) throws IOException {
        List<String> words = new ArrayList<>();
        switch (json.currentToken()) {
            case START_ARRAY -> {
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    words.add(ascii(json));
                }
                return "[" + String.join(", ", words) + "]";
            }
            case START_OBJECT -> {
                while (json.nextToken() != JsonToken.END_OBJECT) {
                    String name = PythonText.ascii(json.currentName());
                    json.nextToken();
                    words.add(name + ": " + ascii(json));
                }
                return "{" + String.join(", ", words) + "}";
            }
            case VALUE_STRING -> {
                return PythonText.ascii(json.getText());
            }
            case VALUE_NUMBER_FLOAT -> {
                return PythonText.repr(json.getDoubleValue());
            }
            case VALUE_NUMBER_INT -> {
                return json.getText();
            }
            default -> {
                return Map.of("true", "True", "false", "False", "null", "None").get(json.getText());
            }
        }
    }

    private static byte[] codePoints(String name) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * name.length());
        name.codePoints().forEach(bytes::putInt);
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(c -> {
            int letter = "\b\f\n\r\t\"\\".indexOf(c);
            if (letter >= 0) {
                quoted.append('\\').append("bfnrt\"\\".charAt(letter));
            } else if (c < ' ' || c > '~') {
                quoted.append(String.format("\\u%04x", c));
            } else {
                quoted.append((char) c);
            }
        });
        return quoted.append('"').toString();
    }

    /** Each text is what Python makes of it, and what Jackson's reader and Python's rules do. */
    public static void assertCanonical(List<String> texts) throws IOException {
        for (String text : texts) {
            assertThat(text).isEqualTo(canonical(text));
        }
        if (!Python.isPresent()) {
            return;
        }
        Path file = Files.createTempFile("json", ".txt");
        try {
            byte[] lines = String.join("\n", texts).getBytes(StandardCharsets.UTF_8);
            Files.writeString(file, Base64.getEncoder().encodeToString(lines));
            assertThat(Python.run(COMPARE, file)).isEqualTo(texts.size() + " compared\n");
        } finally {
            Files.delete(file);
        }
    }
}
