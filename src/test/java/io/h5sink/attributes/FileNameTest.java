package io.h5sink.attributes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.H5Record;
import io.h5sink.H5Sink;
import io.h5sink.H5Writer;
import io.h5sink.judge.H5py;
import io.h5sink.judge.Python;
import io.h5sink.testing.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** The metadata's hash in the name of the file is the one that Python finds. */
class FileNameTest {

    private static final Pattern PYTHON = Pattern.compile("```python\\n(import hashlib.*?)```", Pattern.DOTALL);

    @TempDir
    Path directory;

    private Path name(String pattern, UnaryOperator<H5Writer.Builder<H5Record>> configure) {
        H5Writer.Builder<H5Record> writer = configure.apply(H5Writer.to(directory.resolve(pattern)));
        return Run.write(writer, Flux.just(H5Record.of("a", 1))).file();
    }

    /** What the README's lines make of metadata that Python reads from the file. */
    private static String nameInPython(Path file, String metadata) throws IOException {
        Matcher lines = PYTHON.matcher(Files.readString(Path.of("README.md")));
        assertThat(lines.find()).as("the README shows how").isTrue();
        assertThat(lines.group(1).lines()).hasSize(3);
        return Python.run("""
                import h5py, json, sys
                with h5py.File(sys.argv[1], 'r') as f:
                    meta = eval(sys.argv[2])
                """ + lines.group(1) + "print(name)", file, metadata).strip();
    }

    @Test
    void theReadmesLinesOfPythonFindTheFile() throws IOException {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("é", new double[] {1e16, 1e-5, 0.1, Double.NaN});
        metadata.put("a", Map.of("c", "😀", "b", true));

        Path file = name("run-{hash}.h5", writer -> writer.metadata("meta", metadata));

        assertThat(file).exists().hasFileName(nameInPython(file, "json.loads(f['meta'][()])"));
        assertThat(file.getFileName().toString()).matches("run-[0-9a-f]{8}\\.h5");
    }

    @Test
    void severalMetadataAreHashedTogetherByPath() throws IOException {
        Path file = name(
                "run-{hash}.h5",
                writer -> writer.metadataTree("/setup", Map.of("n", 3))
                        .metadata("meta", Map.of("b", 1))
                        .metadata("/other", Map.of("a", 2))
                        .group("/runs"));

        String together = "{'/runs/meta': json.loads(f['runs/meta'][()]), '/other': json.loads(f['other'][()]),"
                + " '/setup': {'n': 3}}";
        assertThat(file).exists().hasFileName(nameInPython(file, together));
    }

    @Test
    void theOrderOfKeysAndTheWayOfSayingItDoNotMatter() {
        record Setup(int b, String a) {}
        Map<String, Object> forth = new LinkedHashMap<>(Map.of("a", "x"));
        forth.put("b", 1);
        Map<String, Object> back = new LinkedHashMap<>(Map.of("b", 1));
        back.put("a", "x");

        Path first = name("{hash}.h5", writer -> writer.metadata("meta", forth));

        assertThat(name("{hash}.h5", writer -> writer.metadata("meta", back))).isEqualTo(first);
        assertThat(name("{hash}.h5", writer -> writer.metadata("elsewhere", new Setup(1, "x"))))
                .isEqualTo(first);
        assertThat(name("{hash}.h5", writer -> writer.metadataTree("tree", back)))
                .isEqualTo(first);
        assertThat(name("{hash}.h5", writer -> writer.metadata("meta", Map.of("a", "x", "b", 2))))
                .isNotEqualTo(first);
        assertThat(H5py.read(first).values("/a")).as("four runs less one").hasSize(4);
    }

    @Test
    void theLastMetadataOfAPathCounts() {
        Path once = name("{hash}.h5", writer -> writer.metadata("meta", Map.of("a", 1)));

        assertThat(name(
                        "{hash}.h5",
                        writer -> writer.metadata("/meta", Map.of("a", 2)).metadata("meta", Map.of("a", 1))))
                .isEqualTo(once);
    }

    @Test
    void onlyTheNameOfTheFileIsReplacedAndAllOfIt() throws IOException {
        Files.createDirectory(directory.resolve("{hash}"));

        Path file = name("{hash}/{hash}-{hash}", writer -> writer.metadata("meta", Map.of()));

        assertThat(directory.relativize(file)).hasToString("{hash}/44136fa3-44136fa3"); // SHA-256 of {}
        assertThat(file).exists();
    }

    @Test
    void aNameWithoutAPlaceForTheHashStays() {
        assertThat(name("run.h5", writer -> writer.metadata("meta", Map.of()))).isEqualTo(directory.resolve("run.h5"));
    }

    @Test
    void aHashOfNothingIsRefused() {
        assertThatThrownBy(() ->
                        H5Writer.to("run-{hash}.h5").attribute("/", "a", 1).build())
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("the name run-{hash}.h5 needs metadata(…), of which {hash} is the hash; there is none");
        assertThatThrownBy(() -> H5Sink.to("run-{hash}.h5")).isExactlyInstanceOf(IllegalStateException.class);
    }
}
