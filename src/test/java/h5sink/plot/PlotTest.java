package h5sink.plot;

import static org.assertj.core.api.Assertions.assertThat;

import h5sink.Said;
import h5sink.console.ExitCode;
import h5sink.show.ShowTest;
import io.h5sink.H5Record;
import io.h5sink.H5Sink;
import io.h5sink.Layout;
import io.h5sink.testing.Await;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

class PlotTest {

    private static final Instant START = Instant.parse("2026-05-01T12:00:00Z");
    private static final int ROWS = 100;

    record Row(Instant t, int n) {}

    @TempDir
    Path directory;

    private Path file;

    /** Flat columns: each but the last has a hole in the middle third, by NaN, by a fill value, or by the time that goes by. */
    @BeforeEach
    void write() {
        file = directory.resolve("data.h5");
        write("/nan", i -> H5Record.of("v", isHole(i) ? Double.NaN : 5.0));
        write("/fill", i -> H5Record.of("v", isHole(i) ? -999 : 5));
        write("/time", i -> H5Record.of("v", 5.0).and("t", START.plusSeconds(i + (i < ROWS / 2 ? 0 : ROWS))));
        write("/whole", i -> H5Record.of("v", 5.0).and("w", (double) i).and("text", "a"));
        write("/large", i -> H5Record.of("clock", 1_700_000_000_123_456_789L + i * 3L));
    }

    private void write(String group, IntFunction<H5Record> row) {
        ShowTest.write(
                file,
                Flux.range(0, ROWS).map(row::apply),
                writer -> writer.group(group)
                        .column("v", c -> group.equals("/fill") ? c.unit("m").fill(-999) : c.unit("m")));
    }

    private static boolean isHole(int row) {
        return row >= ROWS / 3 && row < 2 * ROWS / 3;
    }

    private List<String> chart(Object... arguments) {
        return Said.well(Stream.concat(Stream.of("plot", file, "--width", 60, "--height", 9), Stream.of(arguments))
                .toArray());
    }

    private static boolean isDrawn(int character) {
        return character > 0x2800 && character <= 0x28ff;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nan/v", "/fill/v", "/time/v"})
    void aLineBreaksWhereValuesAreMissing(String column) {
        List<String> drawn = chart(column).stream()
                .filter(line -> line.chars().anyMatch(PlotTest::isDrawn))
                .toList();

        assertThat(drawn).singleElement().asString().matches(".*[⠁-⣿]{12,} {12,}[⠁-⣿]{12,}");
        assertThat(chart("/whole/v")).anyMatch(line -> line.matches(".*[⠁-⣿]{50,}"));
    }

    @Test
    void integersThatNoDoubleHoldsAreACurve() {
        List<String> chart = chart("/large/clock");

        assertThat(chart.get(0)).endsWith("/large/clock − 1700000000123456789");
        assertThat(chart).anyMatch(line -> line.startsWith("200 ┤"));
        assertThat(isDrawn(chart.get(1).charAt(chart.get(1).length() - 1)))
                .as("the last value is the greatest")
                .isTrue();
        assertThat(chart.get(6)).as("the first is the least").matches(".*[│┤] ?[⠁-⣿]+");
    }

    @Test
    void severalColumnsStandBelowEachOther() {
        List<String> chart = chart("/whole/v", "/whole/w");

        assertThat(chart).anyMatch(line -> line.endsWith("/whole/v [m]")).anyMatch(line -> line.endsWith("/whole/w"));
        assertThat(chart("/whole")).as("a group is its columns of numbers").isEqualTo(chart);
        assertThat(chart.get(chart.size() - 1).strip()).startsWith("0").endsWith("50");
    }

    @Test
    void aRangeIsOfRowsOrOfTimes() {
        assertThat(chart("/whole/w", "--rows", "-10:").get(8).strip()).startsWith("90");
        assertThat(chart("/whole/w[-10:]")).isEqualTo(chart("/whole/w", "--rows", "-10:"));
        assertThat(chart("/whole/w", "--from", "20", "--to", "30")).anyMatch(line -> line.contains("25 ┤"));
        assertThat(String.join("\n", chart("/time/v", "--from", "2026-05-01T12:00:10", "--to", "2026-05-01 12:00:20Z")))
                .contains("12:00:10", "/time/t (UTC, from 2026-05-01T12:00:10)")
                .doesNotContain("12:00:20");
    }

    @Test
    void noLineIsWiderThanTheTerminal() {
        for (int width : new int[] {20, 41, 133}) {
            assertThat(Said.well(
                            "plot", file, "/time/v", "/time/t", "--x", "/time/t", "--width", width, "--height", 12))
                    .allMatch(line -> line.length() <= width)
                    .hasSizeLessThanOrEqualTo(12);
        }
    }

    @Test
    void aTableHasColumnsToo() {
        H5Sink<Row> sink = H5Sink.to(
                directory.resolve("table.h5"),
                writer -> writer.layout(Layout.TABLE).group("/all"));
        Flux.range(0, 10).map(i -> new Row(START.plusSeconds(i), i)).subscribe(sink);
        sink.result().block(Await.LIMIT);

        List<String> ls = Said.well("ls", directory.resolve("table.h5"));
        assertThat(ls).anyMatch(line -> line.contains("compound"));
        String table = ls.stream().anyMatch(line -> line.startsWith("  all/")) ? "/all/table" : "/all";
        assertThat(Said.well("plot", directory.resolve("table.h5"), table + "/n"))
                .anyMatch(line -> line.contains("/n"))
                .anyMatch(line -> line.contains("UTC"));
    }

    @Test
    void anImageIsPngOrSvgByItsName() throws IOException {
        Path png = directory.resolve("plot.PNG");
        Path svg = directory.resolve("plot.svg");

        assertThat(Said.well("plot", file, "/nan/v", "-o", png)).isEmpty();
        assertThat(Said.well("plot", file, "/time/v", "/whole/w", "--x", "/whole/w", "-o", svg))
                .isEmpty();

        BufferedImage image = ImageIO.read(png.toFile());
        assertThat(List.of(image.getWidth(), image.getHeight())).containsExactly(Picture.WIDTH, Picture.HEIGHT);
        assertThat(coloured(image, Picture.WIDTH / 4)).isPositive();
        assertThat(coloured(image, Picture.WIDTH / 2)).as("in the hole").isZero();
        assertThat(coloured(image, Picture.WIDTH * 3 / 4)).isPositive();
        assertThat(Files.readString(svg)).contains("<svg ", "</svg>");
    }

    private static long coloured(BufferedImage image, int x) {
        return IntStream.range(0, image.getHeight())
                .mapToObj(y -> new Color(image.getRGB(x, y)))
                .filter(c -> Math.max(c.getRed(), Math.max(c.getGreen(), c.getBlue()))
                                - Math.min(c.getRed(), Math.min(c.getGreen(), c.getBlue()))
                        > 60)
                .count();
    }

    @Test
    void whatCannotBePlottedIsReportedInALine() {
        ShowTest.write(file, Flux.just(H5Record.of("v", Double.NaN)), writer -> writer.group("/none"));

        assertThat(Said.error(ExitCode.ERROR, "plot", file, "/whole/text"))
                .isEqualTo("h5sink: /whole/text holds text, and only numbers can be plotted");
        assertThat(Said.error(ExitCode.ERROR, "plot", file, "/none/v"))
                .contains("/none/v: there are no values to plot");
        assertThat(Said.error(ExitCode.ERROR, "plot", file, "/whole/v", "--rows", "5:5"))
                .contains("has no rows to plot");
        assertThat(Said.error(ExitCode.ERROR, "plot", file, "/whole/v", "--rows", "5"))
                .contains("\"5\" are no rows");
        assertThat(Said.error(ExitCode.ERROR, "plot", file, "/time/v", "--from", "noon"))
                .contains("'noon' is no time");
        assertThat(Said.error(ExitCode.ERROR, "plot", file, "/whole/v", "-o", directory.resolve("plot.gif")))
                .contains("an image must end in .png or .svg");
        assertThat(Said.error(ExitCode.ERROR, "plot", file, "/whole/v", "-o", directory.resolve("no/plot.svg")))
                .endsWith("there is no directory " + directory.resolve("no"));
        assertThat(Said.error(ExitCode.ERROR, "plot", file, "/whole/v", "--png", directory))
                .contains("it is a directory");
        assertThat(Said.error(ExitCode.USAGE, "plot", file)).contains("Missing required parameter");
    }

    @Test
    void oneValueAndEqualValuesAreDrawn() {
        ShowTest.write(file, Flux.just(H5Record.of("one", -3)), writer -> writer.group("/one"));

        assertThat(chart("/one/one")).anyMatch(line -> line.chars().anyMatch(PlotTest::isDrawn));
        assertThat(chart("/whole/v")).anyMatch(line -> line.chars().anyMatch(PlotTest::isDrawn));
    }
}
