package io.h5sink.attributes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.H5Record;
import io.h5sink.H5Writer;
import io.h5sink.judge.H5py;
import io.h5sink.testing.Run;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;

/** What cannot be an attribute is refused at once, and one without an object is reported in the end. */
class BadAttributeTest {

    private static Arguments[] values() {
        List<Object> endless = new ArrayList<>();
        endless.add(endless);
        return new Arguments[] {
            Arguments.of(null, "expected a value, got null"),
            Arguments.of(new Object(), "got java.lang.Object; take its toString()"),
            Arguments.of(Optional.of(1), "got java.util.Optional; take its toString()"),
            Arguments.of(new BigDecimal("0.1"), "got java.math.BigDecimal; take its doubleValue()"),
            Arguments.of(BigInteger.ONE, "got java.math.BigInteger; take its doubleValue()"),
            Arguments.of(Map.of("a", 1), "nested values are for metadata(…) and metadataTree(…)"),
            Arguments.of(Set.of(1), "make a List of it"),
            Arguments.of("a\0b", "expected a string without NUL, got NUL at index 1"),
            Arguments.of('\0', "expected a string without NUL"),
            Arguments.of("\ud83d", "got an unpaired surrogate at index 0"),
            Arguments.of(new String[] {"a", null}, "expected a value, got null"),
            Arguments.of(Arrays.asList(1, null), "expected a value, got null"),
            Arguments.of(new int[][] {{1, 2}, {3}}, "a length of 2 along axis 1, like the first one, got 1"),
            Arguments.of(new int[][] {{}, {3}}, "a length of 0 along axis 1, like the first one, got 1"),
            Arguments.of(new int[][] {{1}, null}, "expected a value, got null"),
            Arguments.of(List.of(1, "a"), "elements of one kind, got int32 beside variable-length UTF-8 string"),
            Arguments.of(List.of(true, 1), "elements of one kind, got bool beside int32"),
            Arguments.of(List.of(1, List.of(1)), "an array or list beside a single value"),
            Arguments.of(List.of(List.of(1), 1), "a single value beside an array or list"),
            Arguments.of(List.of(List.of(), 1), "a single value beside an array or list"),
            Arguments.of(List.of(List.of(), List.of(1)), "a length of 0 along axis 1"),
            Arguments.of(
                    List.of(1.5, Long.MAX_VALUE),
                    "integers that float64 holds, beside a float, got 9223372036854775807"),
            Arguments.of(
                    List.of((1L << 53) + 1, 0.5f), "integers that float64 holds, beside a float, got 9007199254740993"),
            Arguments.of(endless, "at most 32 axes, got more"),
        };
    }

    @ParameterizedTest
    @MethodSource("values")
    void aValueThatNoAttributeHas(@Nullable Object value, String message) {
        assertThatThrownBy(() -> H5Writer.to("data.h5").attribute("/", "name", value))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("attribute: name: expected ")
                .hasMessageContaining(message);
    }

    private static Arguments[] names() {
        return new Arguments[] {
            Arguments.of("", "an empty name"),
            Arguments.of("a\0", "a name that contains NUL"),
            Arguments.of("\uD83D", "an unpaired surrogate at index 0"),
            Arguments.of("\ude00", "an unpaired surrogate at index 0"),
            Arguments.of("é".repeat(16385), "a name of 32770 bytes"),
        };
    }

    @ParameterizedTest
    @MethodSource("names")
    void aNameThatNoAttributeHas(String name, String actual) {
        assertThatThrownBy(() -> H5Writer.to("data.h5").attribute("/", name, 1))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("attribute: ")
                .hasMessageEndingWith("got " + actual);
    }

    @Test
    void aPathThatNoObjectHas() {
        for (String path : new String[] {"a//b", "..", "a/", "a\0", "//"}) {
            assertThatThrownBy(() -> H5Writer.to("data.h5").attribute(path, "name", 1))
                    .as(path)
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("a name of parts separated by");
            assertThatThrownBy(() -> H5Writer.to("data.h5").metadata(path, Map.of()))
                    .isExactlyInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> H5Writer.to("data.h5").metadataTree(path, Map.of()))
                    .isExactlyInstanceOf(IllegalArgumentException.class);
        }
        for (String path : new String[] {"", "/"}) {
            assertThatThrownBy(() -> H5Writer.to("data.h5").metadata(path, Map.of()))
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("an empty name");
        }
    }

    @Test
    void anAttributeWithoutAnObjectIsReportedOnceInTheEnd(@TempDir Path directory) {
        Path file = directory.resolve("data.h5");
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            Run.write(
                    H5Writer.<H5Record>to(file)
                            .commitEvery(1)
                            .attribute("never", "a", 1)
                            .attribute("never", "b", 2)
                            .attribute("/nor/this", "c", 3)
                            .attribute("late", "d", 4),
                    Flux.range(0, 5).map(i -> H5Record.of(i < 4 ? "early" : "late", i)));
        } finally {
            System.setErr(before);
        }

        assertThat(log.toString(StandardCharsets.UTF_8).lines())
                .filteredOn(line -> line.contains("io.h5sink"))
                .singleElement()
                .asString()
                .contains("WARN", file.toString(), "attributes were not written", "[/never, /nor/this]");
        assertThat(H5py.read(file).at("/late").attributes()).containsEntry("d", "4");
        assertThat(H5py.read(file).datasets()).containsOnlyKeys("/early", "/late");
    }
}
