package io.h5sink.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.h5sink.H5Record;
import io.h5sink.H5Writer;
import io.h5sink.judge.H5py;
import io.h5sink.testing.Run;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Names that HDF5 could not hold, or that would mean something else, are refused; what came before is in the file. */
class BadNameTest {

    private static final String RULE =
            "a name of parts separated by \"/\", none of them empty, \".\" or \"..\"," + " and without NUL";

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    private static Arguments[] names() {
        return new Arguments[] {
            // the name, the object that the error names, what is wrong with it
            Arguments.of("", "/g/", "an empty name"),
            Arguments.of("/", "/g/", "an empty name"),
            Arguments.of("a//b", "/g/a//b", "a name with an empty part"),
            Arguments.of("//a", "/g//a", "a name with an empty part"),
            Arguments.of("a/", "/g/a/", "a name with an empty part"),
            Arguments.of(".", "/g/.", "a name with the part \".\""),
            Arguments.of("./a", "/g/./a", "a name with the part \".\""),
            Arguments.of("..", "/g/..", "a name with the part \"..\""),
            Arguments.of("a/../b", "/g/a/../b", "a name with the part \"..\""),
            Arguments.of("../a", "/g/../a", "a name with the part \"..\""),
            Arguments.of("a\0b", "/g/a\\0b", "a name that contains NUL"),
            Arguments.of("\0", "/g/\\0", "a name that contains NUL"),
        };
    }

    @ParameterizedTest
    @MethodSource("names")
    void aNameOfAQuantity(String name, String object, String actual) {
        Run.fail(
                        H5Writer.to(file).group("g"),
                        H5Record.of("good", 1),
                        H5Record.of("good", 2).and("late", 1),
                        H5Record.of("good", 3).and(name, 1))
                .isAboutTheObject(file, object, RULE, actual, 2);

        H5py seen = H5py.read(file);
        assertThat(seen.datasets()).containsOnlyKeys("/g/good", "/g/late");
        assertThat(seen.values("/g/good")).containsExactly(1, 2);
        assertThat(seen.values("/g/late")).containsExactly(1);
    }

    @ParameterizedTest
    @MethodSource("names")
    void aKeyOfAMap(String name, String object, String actual) {
        Run.fail(H5Writer.to(file).group("g"), Map.of("good", 1), Map.of(name, 1))
                .isAboutTheObject(file, object, RULE, actual, 1);

        assertThat(H5py.read(file).values("/g/good")).containsExactly(1);
    }

    @ParameterizedTest
    @MethodSource("names")
    void aGroup(String name, String object, String actual) {
        if (!name.equals("/")) { // the root, which is a group
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> H5Writer.to(file).group(name))
                    .withMessageStartingWith("group: ")
                    .withMessageContaining(RULE)
                    .withMessageEndingWith("got " + actual);
        }
    }

    @Test
    void halfOfASurrogatePair() {
        for (String name : new String[] {"a\uD83D", "\uDE00a", "a\uDE00\uD83D/b"}) {
            Path own = directory.resolve("half" + name.length() + ".h5");
            int index = name.startsWith("a") ? 1 : 0;

            Run.fail(own, H5Record.of("good", 1), H5Record.of(name, 1))
                    .isAboutTheObject(
                            own, "/" + name, "well-formed UTF-16", "an unpaired surrogate at index " + index, 1);

            assertThat(H5py.read(own).datasets()).containsOnlyKeys("/good");
        }
    }

    @Test
    void aNameThatIsInTheRecordTwice() {
        Run.fail(file, H5Record.of("a", 1), H5Record.of("a", 2).and("b", 1).and("a", 3))
                .isAboutTheObject(file, "/a", "each name once in a record", "the name twice", 1);

        assertThat(H5py.read(file).datasets()).containsOnlyKeys("/a");
        assertThat(H5py.read(file).values("/a")).containsExactly(1);
    }

    @Test
    void aNameThatIsInTheRecordTwiceOnceWithASlash() {
        Run.fail(file, H5Record.of("a", 1), H5Record.of("a", 2).and("/a", 3))
                .isAboutTheObject(file, "/a", "each name once in a record", "the name twice", 1);

        assertThat(H5py.read(file).values("/a")).containsExactly(1);
    }

    @Test
    void aDatasetThatWouldHaveToBeAGroup() {
        Run.fail(file, H5Record.of("a/b", 1), H5Record.of("a/b", 2), H5Record.of("a/b/c/d", 3))
                .isAboutTheObject(file, "/a/b/c/d", "a group at /a/b, to hold it", "a dataset", 2);

        assertThat(H5py.read(file).datasets()).containsOnlyKeys("/a/b");
        assertThat(H5py.read(file).values("/a/b")).containsExactly(1, 2);
    }

    @Test
    void aGroupThatWouldHaveToBeADataset() {
        Run.fail(file, H5Record.of("a/b/c", 1), H5Record.of("a", 2))
                .isAboutTheObject(file, "/a", "a dataset", "a group, which holds /a/b/c", 1);

        assertThat(H5py.read(file).datasets()).containsOnlyKeys("/a/b/c");
    }

    @Test
    void aDatasetAndAGroupOfOneNameInOneRecord() {
        Run.fail(file, H5Record.of("good", 1), H5Record.of("a", 2).and("a/b", 3))
                .isAboutTheObject(file, "/a/b", "a group at /a, to hold it", "a dataset", 1);

        assertThat(H5py.read(file).datasets()).containsOnlyKeys("/good");
    }

    @Test
    void aKeyThatIsNoString() {
        Run.fail(file, Map.of("a", 1), Map.of(7, 1))
                .isAboutTheObject(file, null, "a map with String keys", "a key of java.lang.Integer", 1);

        assertThat(H5py.read(file).values("/a")).containsExactly(1);
    }

    @Test
    void aConstantWhoseNameTheBindingsCannotWrite() throws Exception {
        Path source = Files.writeString(directory.resolve("Letter.java"), "public enum Letter { A, 𝒜 }");
        int status = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-encoding", "UTF-8", "-d", directory.toString(), source.toString());
        assertThat(status).isZero();
        try (URLClassLoader classes =
                new URLClassLoader(new URL[] {directory.toUri().toURL()})) {
            Object constant = classes.loadClass("Letter").getEnumConstants()[0];

            Run.fail(file, H5Record.of("a", 1), H5Record.of("letter", constant))
                    .isAboutTheObject(
                            file,
                            "/letter",
                            "an enum whose constants have names without characters beyond U+FFFF, which HDF5's Java"
                                    + " bindings cannot write",
                            "Letter 𝒜",
                            1);
        }
    }
}
