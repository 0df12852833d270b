package io.h5sink.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** An application that is a named module writes and reads, and says no more than that its records are open. */
@EnabledIfSystemProperty(
        named = "h5sink.provider",
        matches = "embedded",
        disabledReason = "JHDF5 is used on the class path")
@Timeout(120)
class ModulePathTest {

    /** The library and what comes with it by default, and SLF4J's silence. */
    private static final Pattern DEFAULT = Pattern.compile(
            "classes|(reactor-core|reactive-streams-\\d|slf4j-(api|simple)|jspecify|javacpp|hdf5).*\\.jar");

    private static final String MODULE = """
            module app {
                requires io.h5sink;
                %s
            }
            """;

    private static final String MAIN = """
            package app;

            import io.h5sink.H5Source;
            import io.h5sink.H5Writer;
            import java.nio.file.Path;
            import reactor.core.publisher.Flux;

            public class Main {

                record Reading(long time, double value, String text) {}

                public static void main(String... args) {
                    Path file = Path.of(args[0]);
                    try {
                        Flux.range(0, 3)
                                .map(i -> new Reading(i, i / 2.0, "t" + i))
                                .as(H5Writer.<Reading>to(file).build()::write)
                                .block();
                    } catch (RuntimeException e) {
                        System.out.println(e.getMessage());
                        return;
                    }
                    try (H5Source source = H5Source.open(file)) {
                        System.out.println(source.root().rows().records(Reading.class).collectList().block());
                    }
                }
            }
            """;

    @TempDir
    Path directory;

    private static String modulePath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry ->
                        DEFAULT.matcher(Path.of(entry).getFileName().toString()).matches())
                .collect(Collectors.joining(File.pathSeparator));
    }

    private String run(String opens) throws Exception {
        Path sources = Files.createDirectories(directory.resolve("src/app"));
        Path descriptor = Files.writeString(directory.resolve("src/module-info.java"), MODULE.formatted(opens));
        Path main = Files.writeString(sources.resolve("Main.java"), MAIN);
        String classes = directory.resolve("classes").toString();
        int status = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-p",
                        modulePath(),
                        "-d",
                        classes,
                        descriptor.toString(),
                        main.toString());
        assertThat(status).isZero();
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                        "-Duser.home=" + directory, // where no natives are unpacked yet
                        "-p",
                        modulePath() + File.pathSeparator + classes,
                        "-m",
                        "app/app.Main",
                        directory.resolve("data.h5").toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD) // what JDK 24 and later say of native access
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        return printed.strip();
    }

    @Test
    void aModuleWhoseRecordsAreOpenWritesAndReads() throws Exception {
        assertThat(run("opens app to io.h5sink;"))
                .isEqualTo("[Reading[time=0, value=0.0, text=t0], Reading[time=1, value=0.5, text=t1],"
                        + " Reading[time=2, value=1.0, text=t2]]");
    }

    @Test
    void aModuleWhoseRecordsAreClosedIsShownWhatIsMissing() throws Exception {
        assertThat(run(""))
                .contains("\"opens app\" is missing in module app")
                .endsWith("0 records are safe in the file");
    }

    @Test
    void theModuleShowsItsFaceOnly() {
        ModuleDescriptor library = ModuleFinder.of(Stream.of(modulePath().split(File.pathSeparator))
                        .map(Path::of)
                        .toArray(Path[]::new))
                .find("io.h5sink")
                .orElseThrow()
                .descriptor();

        assertThat(library.exports())
                .extracting(ModuleDescriptor.Exports::source)
                .isEqualTo(List.of("io.h5sink"));
        assertThat(library.opens()).isEmpty();
    }
}
