package io.h5sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A repacked file is, to other programs, the one that it was made of. */
class RepackedTest {

    record Reading(
            long time,
            int station,
            double value,
            @H5Field(length = 6) String name) {
        static Reading of(int i) {
            return new Reading(i, i % 3, i + 0.25, "n" + i);
        }
    }

    @TempDir
    Path directory;

    private Path file;
    private Path to;

    @BeforeEach
    void name() {
        file = directory.resolve("data.h5");
        to = directory.resolve("new.h5");
    }

    private List<String> repack(Compression compression) {
        try (H5Source source = H5Source.open(file)) {
            return source.repack(to, compression);
        }
    }

    private void mustBeTheSame() {
        assertThat(Python.run(RepackedScripts.COMPARE, file, to)).isEqualToIgnoringWhitespace("same");
        Tool.Answer answer = Tool.run("h5diff", "-c", file, to);
        assertThat(answer.output()).isEmpty();
        assertThat(answer.status()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"earliest, gzip", "latest, gzip", "earliest, none", "latest, none", "latest, auto"})
    void allTypesShapesAndLinksAreCarriedOver(String version, String how) {
        Compression compression =
                how.equals("gzip") ? Compression.gzip(6) : how.equals("auto") ? Compression.auto() : Compression.none();
        Python.run(RepackedScripts.EVERYTHING, file, version);

        assertThat(repack(compression)).isEmpty();

        mustBeTheSame();
        assertThat(directory).isDirectoryNotContaining("glob:**.unfinished");
    }
}
