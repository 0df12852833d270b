package h5sink.show;

import static org.assertj.core.api.Assertions.assertThat;

import h5sink.Said;
import h5sink.console.ExitCode;
import io.h5sink.H5Record;
import io.h5sink.H5Sink;
import io.h5sink.H5Writer;
import io.h5sink.testing.Await;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;

public class ShowTest {

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    public static void write(Path file, Flux<H5Record> rows, Consumer<H5Writer.Builder<H5Record>> options) {
        H5Sink<H5Record> sink = H5Sink.to(file, options);
        rows.subscribe(sink);
        sink.result().block(Await.LIMIT);
    }

    private void write(int rows) {
        write(
                file,
                Flux.range(0, rows).map(i -> H5Record.of("n", i).and("x", i / 2.0)),
                writer -> writer.group("/run"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/run/n -2:|8 9",
                "/run/n -1|9",
                "/run/n :-8|0 1",
                "/run/n[-2:]|8 9",
                "/run/n [-2:]|8 9",
                "/run/n[-3:, ]|7 8 9",
                "/run/n ::-5|",
                "run/n -3:-1|7 8"
            })
    void slicesNeedNoQuotes(String words, String values) {
        write(10);
        Object[] arguments =
                (" " + words).replaceFirst("^ ", "show " + file + " ").split(" ");

        if (values == null) {
            assertThat(Said.error(ExitCode.ERROR, arguments)).contains("::-5");
        } else {
            assertThat(String.join(" ", Said.well(arguments))).isEqualTo(values);
        }
    }

    @Test
    void aSliceOfTwoAxesIsTwoWords() {
        write(file, Flux.range(0, 3).map(i -> H5Record.of("spectrum", new int[] {i, i + 10, i + 20})), writer -> {});

        assertThat(Said.well("show", file, "/spectrum", "-1,", "::2")).containsExactly("2", "22");
        assertThat(Said.well("show", file, "/spectrum[-1,", "::2]")).containsExactly("2", "22");
    }

    @Test
    void whatIsNoSliceIsAnOptionStill() {
        write(1);

        assertThat(Said.error(ExitCode.USAGE, "show", file, "/run/n", "--jsn"))
                .isEqualTo("h5sink: Unknown option: '--jsn'; see h5sink show --help");
    }

    @Test
    void aGroupIsATableOfItsColumns() {
        write(10);

        assertThat(Said.well("show", file, "/run", "-2:")).containsExactly("n\tx", "8\t4.0", "9\t4.5");
        assertThat(Said.well("show", file, "/run", "1:8:3")).containsExactly("n\tx", "1\t0.5", "4\t2.0", "7\t3.5");
        assertThat(Said.well("show", file, "/run[3]")).containsExactly("n\tx", "3\t1.5");
        assertThat(Said.error(ExitCode.ERROR, "show", file, "/run", "10")).contains("/run has 10 rows");
        assertThat(Said.error(ExitCode.ERROR, "show", file, "/run", "x:")).contains("\"x:\" are no rows of /run");
    }

    @Test
    void aColumnThatIsShorterIsEmptyBelowItsEnd() {
        write(2);
        write(file, Flux.range(0, 3).map(i -> H5Record.of("long", i)), writer -> writer.group("/run"));

        assertThat(Said.well("show", file, "/run")).containsExactly("long\tn\tx", "0\t0\t0.0", "1\t1\t0.5", "2\t\t");
        assertThat(Said.well("show", file, "/run", "--json").get(2)).isEqualTo("{\"long\":2}");
    }

    @Test
    void groupsOfGroupsAreShownByTheFirstRowsOfEach() {
        write(7);
        write(
                file,
                Flux.just(H5Record.of("t", Instant.EPOCH)),
                writer -> writer.group("/walk/one").metadata("/meta", Map.of("who", "me")));

        assertThat(Said.well("show", file))
                .containsExactly(
                        "/meta\t{\"who\":\"me\"}",
                        "/run  7 rows",
                        "n\tx",
                        "0\t0.0",
                        "1\t0.5",
                        "2\t1.0",
                        "3\t1.5",
                        "4\t2.0",
                        "…",
                        "",
                        "/walk/one  1 row",
                        "t",
                        "1970-01-01T00:00:00Z",
                        "");
        assertThat(Said.well("show", file, "--json"))
                .contains("{\"group\":\"/run\",\"rows\":7,\"columns\":{\"n\":\"int32\",\"x\":\"float64\"}}");
    }

    @Test
    void whatIsNotShownIsNamed() {
        write(1);
        write(file, Flux.just(H5Record.of("top", 1).and("level", 2)), writer -> {});

        Said said = Said.by("show", file);

        assertThat(said.out()).containsExactly("level\ttop\trun/n\trun/x", "2\t1\t0\t0.0");
        write(file, Flux.just(H5Record.of("top", 1).and("level", 2)), writer -> {});
        said = Said.by("show", file);
        assertThat(said.out().get(0)).isEqualTo("level\ttop");
        assertThat(said.err()).containsExactly("h5sink: / has also run/");
        assertThat(said.status()).isZero();
    }
}
