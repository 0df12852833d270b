package io.h5sink.types;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Field;
import io.h5sink.H5Record;
import io.h5sink.H5Writer;
import io.h5sink.StoredType;
import io.h5sink.judge.Listing;
import io.h5sink.judge.Tool;
import io.h5sink.testing.Run;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** Strings of fixed length: a longer one is an error, or is cut behind a whole character, as declared. */
class FixedStringTest {

    record Named(
            @H5Field(length = 4) String name,
            @H5Field(length = 3, cut = true) String[] tags) {}

    @TempDir
    Path directory;

    @Test
    void upToTheirLengthAreWhatH5pyReads() {
        Path file = directory.resolve("data.h5");

        Run.write(file, new Named("", new String[] {"a", "abc"}), new Named("abcd", new String[] {"€", "éé"}));
        Run.write(file, new Named("😀", new String[] {"a😀", "€€"}), new Named("éé", new String[] {"abé", "abcd"}));

        assertThat(Listing.of(file)).isEqualTo("""
                /name: str4 ['', 'abcd', '😀', 'éé']
                /tags: str3[2] [['a', 'abc'], ['€', 'é'], ['a', '€'], ['ab', 'abc']]
                """);
    }

    @Test
    void amongNamesToo() {
        Path file = directory.resolve("data.h5");

        Run.write(
                H5Writer.<Object>to(file)
                        .column("a", c -> c.length(2))
                        .column("b", c -> c.length(1).cut()),
                Flux.just(
                        Map.of("a", "ab", "b", "xyz"),
                        H5Record.of("a", "é").and("b", "é"),
                        Map.of("a", new StringBuilder("c"))));

        assertThat(Listing.of(file)).isEqualTo("""
                /a: str2 ['ab', 'é', 'c']
                /b: str1 ['x', '']
                """);
    }

    @Test
    void beyondTheirLengthAreRefused() {
        Path file = directory.resolve("data.h5");

        Run.fail(file, new Named("abcd", new String[] {"a"}), new Named("abc€", new String[] {"a"}))
                .isAboutTheObject(file, "/name", "a string of at most 4 bytes of UTF-8", "one of 6", 1);
        Run.fail(H5Writer.<Object>to(file).group("g").column("a", c -> c.length(2)), Map.of("a", List.of("ab", "abc")))
                .isAboutTheObject(file, "/g/a", "a string of at most 2 bytes of UTF-8", "one of 3", 0);
    }

    @Test
    void areStringsOnly() {
        Path file = directory.resolve("data.h5");

        Run.fail(H5Writer.<Object>to(file).column("a", c -> c.length(2)), Map.of("a", 1))
                .isAboutTheObject(file, "/a", "a string, for a column with a length", "java.lang.Integer 1", 0);
        Run.fail(H5Writer.<Object>to(file).column("a", c -> c.as(StoredType.INT8)), Map.of("a", "1"))
                .isAboutTheObject(file, "/a", "a number, for a column stored as INT8", "java.lang.String 1", 0);
    }

    @Test
    void areWhatH5dumpAndJhdfRead() {
        Path file = directory.resolve("data.h5");
        Run.write(
                H5Writer.<Object>to(file).column("a", c -> c.length(4)),
                Flux.just(Map.of("a", "ab"), Map.of("a", "abcd")));

        assertThat(Tool.h5dump("-d", "/a", file).replaceAll("\\s+", " "))
                .contains("STRSIZE 4; STRPAD H5T_STR_NULLPAD; CSET H5T_CSET_UTF8;")
                .contains("(0): \"ab\\000\\000\", \"abcd\"");
        try (io.jhdf.HdfFile hdf = new io.jhdf.HdfFile(file)) {
            assertThat((String[]) hdf.getDatasetByPath("a").getData()).containsExactly("ab", "abcd");
        }
    }
}
