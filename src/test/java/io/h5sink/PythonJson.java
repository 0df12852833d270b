package io.h5sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/** What Python's json makes of texts. */
final class PythonJson {

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

    private PythonJson() {}

    /** Each text is what Python makes of it. */
    static void assertCanonical(List<String> texts) throws IOException {
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
