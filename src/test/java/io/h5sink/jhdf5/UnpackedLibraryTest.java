package io.h5sink.jhdf5;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Writer;
import io.h5sink.judge.H5py;
import io.h5sink.testing.Await;
import io.h5sink.testing.Jvm;
import io.h5sink.testing.LibraryWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** Natives that JavaCPP has unpacked are loaded without it, and by it if there is anything wrong with them. */
@EnabledIfSystemProperty(named = "h5sink.provider", matches = "embedded", disabledReason = "JHDF5 does without JavaCPP")
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "elsewhere JavaCPP always finds them")
class UnpackedLibraryTest {

    private static final String LOADER = "org.bytedeco.javacpp.Loader ";

    @TempDir
    Path home;

    public record Reading(long time, int station, double temperature) {}

    /** A first record, and then enough of them for a buffer that the library takes as it is. */
    public static final class Program {

        private Program() {}

        /** Takes a file and a number of records. */
        public static void main(String... args) {
            Flux<Reading> readings = Flux.range(0, Integer.parseInt(args[1])).map(i -> new Reading(i, 7, 0.5 * i));
            H5Writer<Reading> byTheLibrary = LibraryWriter.of(H5Writer.<Reading>to(args[0]), Path.of(args[0]))
                    .build();
            System.out.println(byTheLibrary.write(readings).block(Await.LIMIT).records() + " records");
        }
    }

    /** The names of all classes that were loaded. */
    private List<String> classes(int records) throws IOException, InterruptedException {
        Path file = home.resolve("data.h5");
        Files.deleteIfExists(file);
        Process process = new ProcessBuilder(
                        Jvm.command(List.of("-Duser.home=" + home, "-Xlog:class+load"), Program.class, file, records))
                .redirectErrorStream(true)
                .start();
        List<String> lines;
        try (Stream<String> output = process.inputReader().lines()) {
            lines = output.toList();
        }
        assertThat(process.waitFor()).as(String.join("\n", lines)).isZero();
        assertThat(lines).anyMatch(line -> line.endsWith(records + " records"));
        assertThat(H5py.read(file).values("/temperature")).hasSize(records).endsWith(0.5 * (records - 1));
        return lines;
    }

    private Path unpacked(String name) throws IOException {
        try (Stream<Path> files = Files.walk(home.resolve(".javacpp"))) {
            return files.filter(file -> file.getFileName().toString().equals(name))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static boolean loader(List<String> classes) {
        return classes.stream().anyMatch(line -> line.contains(LOADER));
    }

    @Test
    void theFirstRecordNeedsNoLoaderOnceItWasThere() throws Exception {
        assertThat(loader(classes(1))).as("on a new machine").isTrue();
        assertThat(loader(classes(1))).as("from then on").isFalse();
        assertThat(loader(classes(100_000))).as("for large buffers").isTrue();
    }

    @Test
    void whatIsNotAsItWasUnpackedIsUnpackedAgain() throws Exception {
        classes(1);
        Path library = unpacked("libhdf5_java.so");
        long size = Files.size(library);
        Files.write(library, new byte[] {1, 2, 3});

        assertThat(loader(classes(1))).isTrue();
        assertThat(library).hasSize(size);
        assertThat(loader(classes(1))).isFalse();
    }
}
