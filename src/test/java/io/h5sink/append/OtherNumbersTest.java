package io.h5sink.append;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Exception;
import io.h5sink.H5Record;
import io.h5sink.H5SchemaException;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.StoredType;
import io.h5sink.testing.Run;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;

/** Numbers of other Java types than the first of their name: stored if the column holds their value; otherwise the error says the way out. */
class OtherNumbersTest {

    private static final long BEYOND_DOUBLE = (1L << 53) + 1;

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    private static Arguments[] held() {
        return new Arguments[] {
            Arguments.of(1.5, 3L),
            Arguments.of(1.5, 3),
            Arguments.of(1.5, -(1L << 53)),
            Arguments.of(1.5, Long.MIN_VALUE),
            Arguments.of(2L, 3.0),
            Arguments.of(2, -3.0),
            Arguments.of(2, 3L),
            Arguments.of((byte) 2, 127L),
            Arguments.of(2, 0.5f * 4),
            Arguments.of(1.5f, 1L << 24),
            Arguments.of(1.5f, 0.25),
            Arguments.of(2L, -0x1p63),
        };
    }

    @ParameterizedTest
    @MethodSource("held")
    void aNumberWhoseValueTheColumnHoldsIsStored(Number first, Number second) {
        Run.write(H5Writer.<H5Record>to(file), Flux.just(H5Record.of("a", first), H5Record.of("a", second)));
        try (H5Source source = H5Source.open(file)) {
            assertThat(source.dataset("/a").read(double[].class))
                    .containsExactly(first.doubleValue(), second.doubleValue());
        }
    }

    @Test
    void soIsEachOfAList() {
        Run.write(
                H5Writer.<H5Record>to(file),
                Flux.just(H5Record.of("a", List.of(0.5, 1.5)), H5Record.of("a", List.of(2L, 3))));
        try (H5Source source = H5Source.open(file)) {
            assertThat(source.dataset("/a").read(double[][].class)).isDeepEqualTo(new double[][] {{0.5, 1.5}, {2, 3}});
        }
    }

    private static Arguments[] notHeld() {
        return new Arguments[] {
            Arguments.of(1, 2.5, "FLOAT64", ""),
            Arguments.of(1L, 2.5, "FLOAT64", ", and rounds integers beyond 2^53"),
            Arguments.of(1, Double.NaN, "FLOAT64", ""),
            Arguments.of(1, 5_000_000_000L, "INT64", ""),
            Arguments.of((byte) 1, 128, "INT64", ""),
            Arguments.of(1.5f, 0.1, "FLOAT64", ""),
            Arguments.of(1.5f, (1L << 24) + 1, "FLOAT64", ""),
            Arguments.of(1.5, BEYOND_DOUBLE, "FLOAT64", ", and rounds integers beyond 2^53"),
            Arguments.of(1.5, Long.MAX_VALUE, "FLOAT64", ", and rounds integers beyond 2^53"),
            Arguments.of(1L, 0x1p63, "FLOAT64", ", and rounds integers beyond 2^53"),
            Arguments.of(1, "2", null, ""),
            Arguments.of(1, new java.math.BigDecimal("2"), null, ""),
        };
    }

    @ParameterizedTest
    @MethodSource("notHeld")
    void oneWhoseValueItDoesNotHoldIsReportedWithTheWayOut(
            Object first, Object second, @Nullable String type, String more) {
        H5Exception error = Run.fail(file, H5Record.of("a", first), H5Record.of("a", second))
                .error();
        assertThat(error).isInstanceOf(H5SchemaException.class);
        assertThat(error.safeRecords()).isEqualTo(1);
        String wayOut = type == null ? "" : "; column(\"a\", c -> c.as(StoredType." + type + ")) takes both" + more;
        assertThat(error)
                .hasMessage(file + ": record 2, /a: expected " + error.expected() + ", got " + error.actual() + wayOut
                        + "; 1 record is safe in the file");
        if (type != null) {
            Path declared = directory.resolve("declared.h5");
            assertThat(Run.write(
                                    H5Writer.<H5Record>to(declared).column("a", c -> c.as(StoredType.valueOf(type))),
                                    Flux.just(H5Record.of("a", first), H5Record.of("a", second)))
                            .records())
                    .isEqualTo(2);
        }
    }
}
