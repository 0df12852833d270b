package readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** CONTRIBUTING.md names what is there: all packages, all folders of the black-box suite, and no class that is gone. */
class ContributingTest {

    private static final Path MAIN = Path.of("src/main/java/io/h5sink");
    private static final Path TESTS = Path.of("src/test/java/io/h5sink");
    private static final Pattern CLASS = Pattern.compile("`((?:H5)?[A-Z][a-z]\\w*)[^`]*`");

    private static String text() throws IOException {
        return Files.readString(Path.of("CONTRIBUTING.md"));
    }

    private static List<Path> all(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.toList();
        }
    }

    @Test
    void itDrawsAllPackages() throws IOException {
        Set<String> drawn = Pattern.compile("[\\w.]+")
                .matcher(text().split("```")[1])
                .results()
                .map(MatchResult::group)
                .map(name -> name.startsWith(".") ? "jhdf5" + name : name) // in the line below that package
                .collect(Collectors.toSet());

        assertThat(all(MAIN).stream()
                        .filter(directory -> Files.exists(directory.resolve("package-info.java")))
                        .map(directory -> MAIN.relativize(directory).toString().replace(File.separatorChar, '.'))
                        .filter(name -> !name.isEmpty()))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(drawn).contains(name));
    }

    @Test
    void itNamesAllFoldersOfTheBlackBoxSuite() throws IOException {
        String text = text();
        try (Stream<Path> folders = Files.list(TESTS)) {
            assertThat(folders.filter(Files::isDirectory)
                            .map(folder -> folder.getFileName().toString())
                            .filter(name -> !Files.exists(MAIN.resolve(name))))
                    .allSatisfy(name -> assertThat(text).contains("`" + name + "`"));
        }
    }

    @Test
    void itNamesNoClassThatIsGone() throws IOException {
        Set<String> classes = Stream.concat(all(Path.of("src")).stream(), all(Path.of("samples")).stream())
                .map(file -> file.getFileName().toString())
                .filter(name -> name.endsWith(".java"))
                .map(name -> name.substring(0, name.length() - ".java".length()))
                .collect(Collectors.toSet());

        assertThat(CLASS.matcher(text())
                        .results()
                        .map(MatchResult::group)
                        .map(name -> name.replaceAll("[`]|[^`\\w].*", "")))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(classes).contains(name));
    }
}
