package io.h5sink.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Writer;
import io.h5sink.judge.H5py;
import io.h5sink.judge.Python;
import io.h5sink.testing.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** What the README says to do instead of MPI-IO. */
class VirtualDatasetTest {

    private static final Pattern SNIPPET = Pattern.compile("```python\\n([^`]*VirtualLayout[^`]*)```");

    private static final String RUN_IN_DIRECTORY = """
            import os, sys
            before = os.getcwd()
            os.chdir(sys.argv[1])
            try:
                exec(sys.argv[2], {})
            finally:
                os.chdir(before)
            """;

    record Reading(double temperature) {}

    @TempDir
    Path directory;

    @Test
    void filesOfManyWritersAreReadAsOne() throws IOException {
        int[] ends = {0, 100, 101, 350};
        for (int part = 0; part < 3; part++) {
            int first = ends[part];
            Run.write(
                    H5Writer.to(directory.resolve("part-" + part + ".h5")),
                    Flux.range(first, ends[part + 1] - first).map(i -> new Reading(0.1 * i)));
        }

        String snippet = SNIPPET.matcher(Files.readString(Path.of("README.md")))
                .results()
                .findFirst()
                .map((MatchResult found) -> found.group(1))
                .orElseThrow();
        Python.run(RUN_IN_DIRECTORY, directory, snippet);

        assertThat(H5py.read(directory.resolve("all.h5")).values("/temperature"))
                .isEqualTo(IntStream.range(0, 350).mapToObj(i -> 0.1 * i).toList());
    }
}
