package io.h5sink.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.judge.Tool;
import io.h5sink.testing.Require;
import io.h5sink.testing.Run;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** R and the browser read numbers, strings, times and arrays, of a file with labelled axes. */
class OtherLanguagesTest {

    record Reading(Instant time, double temperature, String text, float[] spectrum) {}

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void write() {
        file = directory.resolve("data.h5");
        Run.write(
                file,
                new Reading(Instant.parse("2026-01-01T00:00:00.123456789Z"), 0.1, "grün", new float[] {1, 2}),
                new Reading(Instant.parse("2026-01-01T00:00:01Z"), -1e300, "", new float[] {3, 4}),
                new Reading(Instant.EPOCH, Double.POSITIVE_INFINITY, "two words €", new float[] {5, 6.5f}));
    }

    @Test
    void hdf5rReadsColumns() {
        Tool.Answer found = Tool.run("Rscript", "-e", "quit(status = !requireNamespace('hdf5r', quietly = TRUE))");
        Require.that(found.status() == 0, "R has no package hdf5r (apt-get install r-cran-hdf5r)");

        Tool.Answer answer = Tool.run("Rscript", "-e", """
                suppressPackageStartupMessages(library(hdf5r))
                f <- H5File$new(commandArgs(TRUE)[1], mode = "r")
                writeLines(format(f[["temperature"]][], digits = 15, trim = TRUE))
                writeLines(f[["text"]][], useBytes = TRUE)
                writeLines(as.character(f[["time"]][]))
                writeLines(h5attr(f[["time"]], "units"))
                writeLines(paste(dim(f[["spectrum"]][, ]), collapse = " x "))
                writeLines(paste(f[["spectrum"]][, ], collapse = " "))
                f$close_all()
                """, file);

        assertThat(answer).isEqualTo(new Tool.Answer(0, """
                1e-01
                -1e+300
                Inf
                grün

                two words €
                1767225600123456789
                1767225601000000000
                0
                nanoseconds since 1970-01-01
                2 x 3
                1 2 3 4 5 6.5
                """));
    }

    @Test
    void h5wasmReadsColumns() {
        Optional<Path> module = Stream.of(Optional.ofNullable(System.getenv("NODE_PATH"))
                        .orElse("")
                        .split(File.pathSeparator))
                .map(modules -> Path.of(modules, "h5wasm", "dist", "node", "hdf5_hl.js"))
                .filter(Files::exists)
                .findFirst();
        Require.that(
                module.isPresent(),
                "Node has no module h5wasm (npm install --prefix DIRECTORY h5wasm, NODE_PATH=DIRECTORY/node_modules)");

        Tool.Answer answer =
                Tool.run("node", "--input-type=module", "-e", """
                const h5wasm = await import(process.argv[1]);
                await h5wasm.ready;
                const f = new h5wasm.File(process.argv[2], 'r');
                const show = name => console.log(JSON.stringify(
                    Array.from(f.get(name).value), (key, value) => typeof value === 'object' ? value : String(value)));
                ['temperature', 'text', 'time', 'spectrum'].forEach(show);
                console.log(f.get('time').attrs.units.value, f.get('spectrum').shape.join(' x '));
                f.close();
                """, module.get().toUri(), file);

        assertThat(answer).isEqualTo(new Tool.Answer(0, """
                ["0.1","-1e+300","Infinity"]
                ["grün","","two words €"]
                ["1767225600123456789","1767225601000000000","0"]
                ["1","2","3","4","5","6.5"]
                nanoseconds since 1970-01-01 3 x 2
                """));
    }
}
