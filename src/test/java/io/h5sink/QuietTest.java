package io.h5sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
        Process process = Jvm.start(Program.class, directory);
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
