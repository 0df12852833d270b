package io.h5sink.jhdf5;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.Sharing;
import io.h5sink.testing.Await;
import io.h5sink.testing.Jvm;
import io.jhdf.HdfFile;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** Where there is no HDF5, files are written in Java; each other way to a file says so in one sentence, with the platform and the way out. */
@Timeout(120)
class NoLibraryTest {

    record Row(int number) {}

    private static final String WAY_OUT = "; org.bytedeco:hdf5-platform has it for Linux, macOS and Windows on x86-64;"
            + " elsewhere use JHDF5, and say by -Djava.library.path where its native library is";

    /** Tries each way to a file, and reports what comes of it. */
    static final class Program {

        private Program() {}

        public static void main(String... args) {
            String file = args[0];
            List<Callable<Object>> ways = List.of(
                    () -> Flux.just(new Row(1))
                            .as(H5Writer.<Row>to(file).build()::write)
                            .block(),
                    () -> Flux.just(new Row(2))
                            .as(H5Writer.<Row>to(file).build()::write)
                            .block(),
                    () -> Flux.just(new Row(3))
                            .as(H5Writer.<Row>to(file).sharing(Sharing.SWMR).build()::write)
                            .block(),
                    () -> H5Source.open(file),
                    () -> H5Source.update(Path.of(file)),
                    () -> H5Writer.recover(Path.of(file)));
            for (Callable<Object> way : ways) {
                try {
                    way.call();
                    System.out.println("done");
                } catch (Throwable e) {
                    System.out.println(e.getClass().getSimpleName() + " " + e.getMessage());
                }
            }
        }
    }

    /** Appends to a dataset, and reports what comes of it. */
    static final class Appending {

        private Appending() {}

        public static void main(String... args) {
            try {
                Flux.just(new Row(1))
                        .as(H5Writer.<Row>to(args[0]).build()::write)
                        .block();
                System.out.println("done");
            } catch (RuntimeException e) {
                System.out.println(e.getClass().getSimpleName() + " " + e.getMessage());
            }
        }
    }

    private static List<String> run(Path file, List<String> options, String classPath) throws Exception {
        return run(Program.class, file, options, classPath);
    }

    private static List<String> run(Class<?> program, Path file, List<String> options, String classPath)
            throws Exception {
        List<String> command = new ArrayList<>(Jvm.command(options, program, file));
        command.set(command.indexOf("-cp") + 1, classPath);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(Await.LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            return printed.lines().toList();
        } finally {
            process.destroyForcibly();
        }
    }

    private static void assertReported(List<String> lines, Path file, String why) {
        String platform = System.getProperty("os.name") + " on ";
        assertThat(lines).hasSize(6).startsWith("done", "done", "done");
        assertThat(lines.subList(3, lines.size()))
                .allSatisfy(line -> assertThat(line)
                        .startsWith("H5FileException " + file + ": " + why + platform)
                        .matches(".*\\Q" + WAY_OUT + "\\E(; 0 records are safe in the file)?"));
    }

    /** The class path of this JVM without any binding. */
    private static String without() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("bytedeco") && !entry.contains("hdf5") && !entry.contains("sis-"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    @Test
    void aFilterThatOnlyHdf5Has(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("data.h5");
        Foreign.make(file, true, to -> {
            Foreign.dataset(to, "number", Foreign.integer(4, true, false), List.of(32_001));
        });
        byte[] before = Files.readAllBytes(file);

        assertThat(run(Appending.class, file, List.of(), without()))
                .singleElement()
                .asString()
                .startsWith(
                        "H5SchemaException " + file + ": /number: expected a filter that is here to compress new rows,"
                                + " in Java, found filter 32001: there is no HDF5 on the class path for ")
                .contains(WAY_OUT + "; h5repack -f NONE, where the filter is, makes a file without filters");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void withoutABinding(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("data.h5");
        assertReported(run(file, List.of(), without()), file, "there is no HDF5 on the class path for ");
        try (HdfFile read = new HdfFile(file)) { // what was written there
            assertThat(read.getDatasetByPath("/number").getData()).isEqualTo(new int[] {1, 2, 3});
        }
    }

    @Test
    void onAPlatformThatTheBindingHasNoNativesFor(@TempDir Path directory) throws Exception {
        Assumptions.assumeTrue(Library.describe().contains("bytedeco"), "JHDF5 does not look at the platform");
        Path file = directory.resolve("data.h5");
        List<String> lines = run(file, List.of("-Dos.arch=riscv64"), System.getProperty("java.class.path"));
        assertReported(lines, file, "org.bytedeco:hdf5 has no native library here for ");
        assertThat(lines.subList(3, lines.size()))
                .allSatisfy(line -> assertThat(line).contains(" on riscv64; "));
    }
}
