package io.h5sink.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import io.h5sink.Compression;
import io.h5sink.H5Record;
import io.h5sink.H5Writer;
import io.h5sink.Layout;
import io.h5sink.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;

/** What README says that a small file costs. */
class SmallFilesTest {

    record Two(long number, double value) {}

    record Text(long number, String text) {}

    /** A file is longer by a superblock and a root group, 195 bytes, if the first record comes early enough to be alone in the first commit. */
    private static final double SPREAD = 10;

    @TempDir
    Path directory;

    private static <T> H5Writer.Builder<T> with(String setting, H5Writer.Builder<T> builder) {
        return switch (setting) {
            case "as it is" -> builder;
            case "chunkRows(16)" -> builder.chunkRows(16);
            case "gzip(1)" -> builder.compression(Compression.gzip(1));
            default -> throw new IllegalArgumentException(setting);
        };
    }

    private <T> long size(String setting, UnaryOperator<H5Writer.Builder<T>> more, Flux<T> records) throws IOException {
        Path file = directory.resolve("small.h5");
        Files.deleteIfExists(file);
        more.apply(with(setting, H5Writer.to(file))).build().write(records).block(Await.LIMIT);
        return Files.size(file);
    }

    private static Flux<Two> two(int count) {
        return Flux.range(0, count).map(i -> new Two(i, i));
    }

    @ParameterizedTest
    @CsvSource({"as it is, 264_000", "chunkRows(16), 2_000", "gzip(1), 1_700"})
    void twoRowsOfTwoNumbers(String setting, String bytes) throws IOException {
        assertThat(size(setting, builder -> builder, two(2))).isCloseTo(number(bytes), withPercentage(SPREAD));
    }

    @ParameterizedTest
    @CsvSource({"as it is, 133_000", "chunkRows(16), 2_000"})
    void twoRowsOfATable(String setting, String bytes) throws IOException {
        assertThat(size(setting, builder -> builder.layout(Layout.TABLE), two(2)))
                .isCloseTo(number(bytes), withPercentage(SPREAD));
    }

    @ParameterizedTest
    @CsvSource({"as it is, 268_000", "chunkRows(16), 6_500"})
    void twoRowsWithText(String setting, String bytes) throws IOException {
        Flux<Text> texts = Flux.range(0, 2).map(i -> new Text(i, "n" + i));
        assertThat(size(setting, builder -> builder, texts)).isCloseTo(number(bytes), withPercentage(SPREAD));
    }

    /** 40 of the 1,000 that README has, each at a thousandth. */
    @ParameterizedTest
    @CsvSource({"as it is, 17_900", "chunkRows(16), 1_800", "gzip(1), 1_500"})
    void aRouteWithTenRows(String setting, String bytes) throws IOException {
        long size = size(setting, builder -> builder.route(record -> "r" + record.number() % 40), two(400));
        assertThat(size / 40).isCloseTo(number(bytes), withPercentage(SPREAD));
    }

    @ParameterizedTest
    @CsvSource({"as it is, 132_000", "chunkRows(16), 800", "gzip(1), 900"})
    void aNameWithOneNumber(String setting, String bytes) throws IOException {
        Flux<H5Record> names = Flux.range(0, 40).map(i -> H5Record.of("n" + i, i));
        assertThat(size(setting, builder -> builder, names) / 40).isCloseTo(number(bytes), withPercentage(15));
    }

    @Test
    void readmeSaysSo() throws IOException {
        assertThat(Files.readString(Path.of("README.md")))
                .contains("| two rows of two numbers | 264 KB | 2.0 KB | 1.7 KB |")
                .contains("| the same as `layout(Layout.TABLE)` | 133 KB | 2.0 KB | |")
                .contains("| two rows of a number and a text | 268 KB | 6.5 KB | |")
                .contains("| 1,000 routes with ten rows of two numbers each | 17.9 MB | 1.8 MB | 1.5 MB |")
                .contains("| 1,000 names with one number each | 132 MB | 0.8 MB | 0.9 MB |");
    }

    private static long number(String digits) {
        return Long.parseLong(digits.replace("_", ""));
    }
}
