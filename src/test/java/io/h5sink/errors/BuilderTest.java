package io.h5sink.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.H5Exception;
import io.h5sink.H5Record;
import io.h5sink.H5Writer;
import io.h5sink.StoredType;
import io.h5sink.judge.H5py;
import io.h5sink.testing.Await;
import io.h5sink.testing.Run;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;

/** The builder refuses what makes no sense, at once, and says what it was given. */
class BuilderTest {

    record Row(int a) {}

    private static Arguments argument(Consumer<H5Writer.Builder<Row>> setter, Class<?> type, String message) {
        return Arguments.of(setter, type, message);
    }

    private static Arguments[] arguments() {
        Class<?> illegal = IllegalArgumentException.class;
        Class<?> absent = NullPointerException.class;
        return new Arguments[] {
            argument(b -> b.chunkRows(0), illegal, "rows must be at least 1, was 0"),
            argument(b -> b.chunkRows(-5), illegal, "rows must be at least 1, was -5"),
            argument(b -> b.chunkBytes(0), illegal, "bytes must be at least 1, was 0"),
            argument(b -> b.commitEvery(0), illegal, "records must be at least 1, was 0"),
            argument(b -> b.commitEvery(-1), illegal, "records must be at least 1, was -1"),
            argument(b -> b.commitEvery(Duration.ZERO), illegal, "interval must be more than 0, was PT0S"),
            argument(b -> b.commitEvery(Duration.ofSeconds(-1)), illegal, "interval must be more than 0, was PT-1S"),
            argument(b -> b.watchdog(Duration.ofNanos(-1)), illegal, "limit must not be negative, was PT-0.000000001S"),
            argument(b -> b.patience(Duration.ofSeconds(-2)), illegal, "limit must not be negative, was PT-2S"),
            argument(b -> b.memory(4095), illegal, "bytes must be at least 4096, was 4095"),
            argument(b -> b.open(null), absent, "openMode must not be null"),
            argument(b -> b.group(null), absent, "path must not be null"),
            argument(b -> b.scheduler(null), absent, "hdf5 must not be null"),
            argument(b -> H5Writer.to((String) null), absent, "file must not be null"),
            argument(b -> H5Writer.to((Path) null), absent, "file must not be null"),
            argument(b -> H5Writer.to("data.h5", null), absent, "type must not be null"),
            argument(b -> b.build().write(null), absent, "records must not be null"),
            argument(b -> b.build().append(null), absent, "records must not be null"),
            argument(b -> H5Record.of(null, 1), absent, "name must not be null"),
            argument(b -> H5Record.of("a", null), absent, "the value of \"a\" must not be null"),
            argument(b -> H5Record.of("a", 1).and("b", null), absent, "the value of \"b\" must not be null"),
        };
    }

    @ParameterizedTest
    @MethodSource("arguments")
    void refuses(Consumer<H5Writer.Builder<Row>> setter, Class<?> type, String message) {
        H5Writer.Builder<Row> builder = H5Writer.to("data.h5", Row.class);

        assertThatThrownBy(() -> setter.accept(builder))
                .isExactlyInstanceOf(type)
                .hasMessage(message);
    }

    @Test
    void theLargestArgumentsAreTaken(@TempDir Path directory) {
        Path file = directory.resolve("data.h5");

        Run.write(
                H5Writer.<Row>to(file)
                        .chunkBytes(Integer.MAX_VALUE)
                        .commitEvery(Duration.ofSeconds(Long.MAX_VALUE))
                        .commitEvery(Long.MAX_VALUE)
                        .watchdog(Duration.ofSeconds(Long.MAX_VALUE))
                        .patience(Duration.ofSeconds(Long.MAX_VALUE))
                        .memory(Long.MAX_VALUE),
                Flux.just(new Row(1), new Row(2)));

        assertThat(H5py.read(file).at("/a").chunks()).as("1 MiB").isEqualTo("(262144,)");
        assertThat(H5py.read(file).values("/a")).containsExactly(1, 2);
    }

    @Test
    void theSmallestArgumentsAreTaken(@TempDir Path directory) {
        Path file = directory.resolve("data.h5");

        Run.write(
                H5Writer.<Row>to(file)
                        .chunkBytes(1)
                        .commitEvery(Duration.ofNanos(1))
                        .commitEvery(1)
                        .memory(4096),
                Flux.range(0, 50).map(Row::new));

        assertThat(H5py.read(file).at("/a").chunks()).isEqualTo("(1,)");
        assertThat(H5py.read(file).values("/a")).hasSize(50).endsWith(49);
    }

    @Test
    void aChunkThatIsLargerThanHdf5AllowsIsAnErrorOfTheStream(@TempDir Path directory) {
        Path file = directory.resolve("data.h5");
        H5Writer.Builder<H5Record> writer = H5Writer.<H5Record>to(file).chunkRows(Integer.MAX_VALUE);

        assertThatThrownBy(() -> Run.write(writer, Flux.just(H5Record.of("a", new double[1000]))))
                .isInstanceOf(H5Exception.class)
                .hasMessageStartingWith(file + ": /a: ");
    }

    @Test
    void aChunkOf4GibIsRefusedWhereDeclarationsTellItsSize() {
        H5Writer.Builder<Row> numbers =
                H5Writer.<Row>to("data.h5").chunkRows(1 << 29).column("a", c -> c.as(StoredType.FLOAT64));
        H5Writer.Builder<Row> strings =
                H5Writer.<Row>to("data.h5").column("a", c -> c.length(1 << 12).chunkRows(1 << 20));

        assertThatThrownBy(numbers::build)
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "column a: expected a chunk of less than 4 GiB, got chunkRows(536870912) of at least 8 bytes each");
        assertThatThrownBy(strings::build)
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "column a: expected a chunk of less than 4 GiB, got chunkRows(1048576) of at least 4096 bytes each");
    }

    @Test
    void aChunkOf4GibIsRefusedWithTheFirstRecordOtherwise(@TempDir Path directory) {
        Path file = directory.resolve("data.h5");
        Run.fail(H5Writer.to(file).chunkRows(1 << 30), new Row(1))
                .isAboutTheObject(file, "/a", "a chunk of less than 4 GiB", "chunkRows(1073741824) of 4 bytes each", 0);
        Run.fail(H5Writer.to(file).chunkRows(1 << 30), H5Record.of("a", 1L))
                .isAboutTheObject(file, "/a", "a chunk of less than 4 GiB", "chunkRows(1073741824) of 8 bytes each", 0);
    }

    @Test
    void aBuilderDoesNotChangeWhatItBuilt(@TempDir Path directory) {
        Path file = directory.resolve("data.h5");
        H5Writer.Builder<Row> builder = H5Writer.<Row>to(file).chunkRows(7);
        H5Writer<Row> built = builder.build();
        builder.chunkRows(8).group("later");

        built.write(Flux.just(new Row(1))).block(Await.LIMIT);

        assertThat(H5py.read(file).at("/a").chunks()).isEqualTo("(7,)");
    }
}
