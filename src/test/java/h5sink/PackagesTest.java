package h5sink;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The packages of the command line, from the subcommands down. */
class PackagesTest {

    private static final Path SOURCES = Path.of("samples/h5sink/src/main/java/h5sink");

    @Test
    void arrowsRunDown() throws IOException {
        LayeredArchitecture packages = layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("cli")
                .definedBy("h5sink");
        for (String name : names()) {
            packages = packages.layer(name).definedBy("h5sink." + name);
        }
        packages.whereLayer("cli")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("record")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("show")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("plot")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("maintain")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("file")
                .mayOnlyBeAccessedByLayers("record", "show", "plot", "maintain")
                .whereLayer("format")
                .mayOnlyBeAccessedByLayers("record")
                .whereLayer("field")
                .mayOnlyBeAccessedByLayers("record", "format")
                .whereLayer("input")
                .mayOnlyBeAccessedByLayers("record", "format", "field")
                .whereLayer("console")
                .mayNotAccessAnyLayer()
                .check(classes());
    }

    private static List<String> names() throws IOException {
        try (Stream<Path> packages = Files.list(SOURCES)) {
            return packages.filter(Files::isDirectory)
                    .map(each -> each.getFileName().toString())
                    .toList();
        }
    }

    private static JavaClasses classes() {
        return new ClassFileImporter().withImportOption(PackagesTest::isSample).importPackages("h5sink");
    }

    /** The tests are compiled with the sample, into the same folders. */
    private static boolean isSample(Location location) {
        String path = location.asURI().getPath();
        String source = path.substring(path.lastIndexOf("/h5sink/") + 8).replaceFirst("(\\$.*)?\\.class$", ".java");
        return Files.exists(SOURCES.resolve(source));
    }
}
