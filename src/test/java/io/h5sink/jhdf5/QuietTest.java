package io.h5sink.jhdf5;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.Compression;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.testing.Await;
import io.h5sink.testing.Jvm;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** Neither the binding nor a codec says anything on the user's terminal, or in the user's log. */
@Timeout(120)
class QuietTest {

    record Row(int number, double[] pair, String text) {}

    private static final List<Compression> COMPRESSIONS = List.of(
            Compression.none(),
            Compression.gzip(1),
            Compression.gzip(6),
            Compression.lzf(),
            Compression.zstd(1),
            Compression.lz4(),
            Compression.auto());

    /** Writes a file by each codec, and reads it. */
    static final class Program {

        private Program() {}

        public static void main(String... args) {
            for (int i = 0; i < COMPRESSIONS.size(); i++) {
                Path file = Path.of(args[0], "data" + i + ".h5");
                Flux.range(0, 40_000)
                        .map(number -> new Row(number, new double[] {number, 0.5}, "row " + number))
                        .as(H5Writer.<Row>to(file)
                                .compression(COMPRESSIONS.get(i))
                                .build()::write)
                        .block();
                try (H5Source source = H5Source.open(file)) {
                    source.dataset("/pair").read(double[][].class);
                }
            }
        }
    }

    @Test
    void notAByteIsPrintedByAnyCodec(@TempDir Path directory) throws Exception {
        mustBeQuiet(directory, Jvm.start(Program.class, directory));
    }

    /** As it is without the settings of these tests, which silence the binding. */
    @Test
    void norInALogThatIsNotSetUp(@TempDir Path directory, @TempDir Path classes) throws Exception {
        Path tests = Path.of(QuietTest.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        for (Class<?> needed : List.of(QuietTest.class, Program.class, Row.class)) {
            String name = needed.getName().replace('.', '/') + ".class";
            Files.createDirectories(classes.resolve(name).getParent());
            Files.copy(tests.resolve(name), classes.resolve(name));
        }
        List<String> command = new ArrayList<>(Jvm.command(List.of(), Program.class, directory));
        int path = command.indexOf("-cp") + 1;
        command.set(
                path,
                Stream.concat(
                                Stream.of(classes.toString()),
                                Stream.of(command.get(path).split(File.pathSeparator))
                                        .filter(entry ->
                                                !Path.of(entry).toAbsolutePath().equals(tests.toAbsolutePath())))
                        .collect(Collectors.joining(File.pathSeparator)));
        mustBeQuiet(
                directory, new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    private static void mustBeQuiet(Path directory, Process process) throws Exception {
        try {
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(Await.LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(process.exitValue()).as(printed).isZero();
            assertThat(printed).isEmpty();
        } finally {
            process.destroyForcibly();
        }
        assertThat(directory.resolve("data" + (COMPRESSIONS.size() - 1) + ".h5"))
                .exists();
    }
}
