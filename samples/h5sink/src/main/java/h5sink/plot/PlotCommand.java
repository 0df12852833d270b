package h5sink.plot;

import h5sink.console.ExitCode;
import h5sink.console.FileCommand;
import h5sink.console.Message;
import h5sink.console.Terminal;
import h5sink.console.Text;
import h5sink.console.UserException;
import h5sink.file.Columns;
import h5sink.file.Meaning;
import h5sink.file.Paths;
import h5sink.file.Place;
import io.h5sink.H5Dataset;
import io.h5sink.H5Group;
import io.h5sink.H5Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "plot",
        mixinStandardHelpOptions = true,
        description = {
            "Plots columns of numbers, in the terminal or as an image.",
            "",
            "They stand over the times of their group, if there is one column of times, or else over the number of the row. A column that has"
                    + " more rows than the plot is wide keeps its peaks. The line breaks where values are missing, and where five times as"
                    + " much time as usual has gone by. The file is read piece by piece, whatever its size."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  h5sink plot data.h5 /temperature",
            "  h5sink plot data.h5 /temperature /pressure --rows -1000:",
            "  h5sink plot data.h5 /temperature --from 2026-05-01T12:00 --to 2026-05-02",
            "  h5sink plot data.h5 /temperature -o temperature.svg"
        })
public final class PlotCommand extends FileCommand {

    private static final int MARGINS = 100;
    private static final int LEAST_SIZE = 50;
    private static final int MOST_SIZE = 20_000;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "COLUMN",
            description = "Columns of numbers, or columns of a table: /table/column; a group for all of its columns.")
    private List<String> paths;

    @Option(
            names = "--x",
            paramLabel = "COLUMN",
            description = "What they stand over. Default: the times of their group.")
    private String x;

    @Option(
            names = "--rows",
            paramLabel = "FROM:TO",
            description = "Only these rows, where negative numbers count from the end.")
    private String rows;

    @Option(names = "--from", paramLabel = "X", description = "Only what is not before this time, or this number.")
    private String from;

    @Option(names = "--to", paramLabel = "X", description = "Only what is before this time, or this number.")
    private String to;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "IMAGE",
            description = "Write an image, .svg or .png, instead of a chart in the terminal.")
    private Path output;

    @Option(names = "--png", paramLabel = "IMAGE", description = "Write a PNG, whatever its name ends in.")
    private Path png;

    @Option(
            names = "--width",
            paramLabel = "N",
            description =
                    "Characters, or pixels of an image. Default: the terminal's, 80 where there is none, or 1200 pixels.")
    private int width;

    @Option(
            names = "--height",
            paramLabel = "N",
            description =
                    "Lines, or pixels of an image. Default: the terminal's, 24 where there is none, or 600 pixels.")
    private int height;

    /** A column, what it stands over, null for the number of the row, and from where to where. */
    private record Line(Numbers numbers, Numbers over, double xFrom, double xTo) implements Curve.Points {

        @Override
        public long count() {
            return numbers.count();
        }

        @Override
        public double[] x(long from, int count) {
            double[] x;
            if (over == null) {
                x = new double[count];
                Arrays.setAll(x, i -> (double) numbers.firstRow() + from + i);
            } else {
                x = over.read(from, count);
            }
            for (int i = 0; i < count; i++) {
                if (!(x[i] >= xFrom && x[i] < xTo)) {
                    x[i] = Double.NaN;
                }
            }
            return x;
        }

        @Override
        public double[] y(long from, int count) {
            return numbers.read(from, count);
        }

        boolean time() {
            return over != null && over.isTime();
        }
    }

    @Override
    public Integer call() throws IOException {
        Picture.Format format = image();
        try (H5Source h5 = H5Source.open(file)) {
            List<Line> lines = new ArrayList<>();
            List<Curve.Extent> extents = new ArrayList<>();
            Curve.Extent all = new Curve.Extent();
            for (Line line : lines(h5)) {
                Curve.Extent extent = Curve.Extent.of(line, line.time());
                if (extent.isEmpty()) {
                    Message.print(err(), none(line));
                    continue;
                }
                lines.add(line);
                extents.add(extent);
                all.add(extent);
            }
            if (lines.isEmpty()) {
                return ExitCode.ERROR;
            }
            Axis across = Axis.across(lines.get(0).over(), all);
            if (format == null) {
                chart(lines, extents, across);
            } else {
                picture(lines, extents, across).write(output == null ? png : output, format);
            }
        }
        return 0;
    }

    /** Null for a chart in the terminal. What would fail after all was read fails at once. */
    private Picture.Format image() {
        Path image = output == null ? png : output;
        if (image == null) {
            return null;
        }
        Picture.Format format = output == null ? Picture.Format.PNG : Picture.Format.of(image);
        Path folder = image.toAbsolutePath().getParent();
        if (Files.isDirectory(image)) {
            throw new UserException(image + ": it is a directory");
        }
        if (folder != null && !Files.isDirectory(folder)) {
            throw new UserException(image + ": there is no directory " + folder);
        }
        for (int size : new int[] {width, height}) {
            if (size != 0 && (size < LEAST_SIZE || size > MOST_SIZE)) {
                throw new UserException(
                        "an image has from " + LEAST_SIZE + " to " + MOST_SIZE + " pixels each way, not " + size);
            }
        }
        return format;
    }

    private String none(Line line) {
        String path = line.numbers().path();
        if (line.count() == 0) {
            return path + " has no rows to plot" + (rows == null ? "" : " in " + rows);
        }
        return path + ": there are no values to plot in " + Text.count(line.count(), "row")
                + (from == null && to == null
                        ? ""
                        : " between " + (from == null ? "the first" : from) + " and " + (to == null ? "the last" : to));
    }

    private void chart(List<Line> lines, List<Curve.Extent> extents, Axis across) {
        List<Axis> up = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            up.add(Axis.up(lines.get(i).numbers(), extents.get(i)));
        }
        Terminal known = Terminal.sized(width > 0 && height > 0 ? null : Terminal.ofOutput());
        Terminal terminal = new Terminal(width > 0 ? width : known.columns(), height > 0 ? height + 1 : known.rows());
        Braille chart = new Braille(terminal, across, up);
        for (int i = 0; i < lines.size(); i++) {
            Curve curve = new Curve(lines.get(i), extents.get(i), across.low(), across.high(), chart.dots());
            chart.print(out(), i, curve, up.get(i));
        }
        chart.printAcross(out());
    }

    private Picture picture(List<Line> lines, List<Curve.Extent> extents, Axis across) {
        List<String> units =
                lines.stream().map(line -> unit(line.numbers())).distinct().toList();
        List<Axis> up = new ArrayList<>();
        for (String unit : units) {
            Curve.Extent extent = new Curve.Extent();
            Numbers first = null;
            for (int i = 0; i < lines.size(); i++) {
                if (unit(lines.get(i).numbers()).equals(unit)) {
                    first = first == null ? lines.get(i).numbers() : first;
                    extent.add(extents.get(i));
                }
            }
            boolean alone = lines.stream()
                            .filter(line -> unit(line.numbers()).equals(unit))
                            .count()
                    == 1;
            Axis axis = Axis.up(first, extent);
            up.add(alone ? axis : axis.named(first.isTime() ? "time" : first.unit()));
        }
        int pixels = width > 0 ? width : Picture.WIDTH;
        int columns = Math.max(LEAST_SIZE, pixels - MARGINS);
        Picture picture = new Picture(pixels, height > 0 ? height : Picture.HEIGHT, across, up, "");
        for (int i = 0; i < lines.size(); i++) {
            Numbers numbers = lines.get(i).numbers();
            int group = units.indexOf(unit(numbers));
            Curve curve = new Curve(lines.get(i), extents.get(i), across.low(), across.high(), columns);
            picture.add(numbers.title(), curve, columns, up.get(group), group);
        }
        picture.legend(lines.size() > 1);
        return picture;
    }

    /** What columns of one axis have in common. */
    private static String unit(Numbers numbers) {
        return numbers.isTime() ? "time" : numbers.isCounted() ? "from " + numbers.path() : "in " + numbers.unit();
    }

    private List<Line> lines(H5Source h5) {
        List<Line> lines = new ArrayList<>();
        Set<String> named = new LinkedHashSet<>();
        for (String word : paths) {
            Place place = Place.of(h5, List.of(word));
            String part = place.slice() == null ? rows : place.slice();
            for (String path : columns(h5, place.path())) {
                if (named.add(path)) {
                    lines.add(line(h5, Numbers.at(h5, path, part), lines));
                }
            }
        }
        return lines;
    }

    private Line line(H5Source h5, Numbers numbers, List<Line> before) {
        String time = x == null ? time(h5, numbers) : x;
        Numbers over = time == null ? null : numbers.beside(h5, time);
        Numbers times = numbers;
        if (!before.isEmpty()) {
            Numbers first = before.get(0).over();
            if ((first == null) != (over == null) || over != null && first.isTime() != over.isTime()) {
                throw new UserException(numbers.path() + " stands over " + (over == null ? "its rows" : over.path())
                        + ", and "
                        + before.get(0).numbers().path() + " over " + (first == null ? "its rows" : first.path())
                        + "; name what both stand over with --x");
            }
            over = over == null ? null : over.from(first);
            times = numbers.isTime()
                    ? before.stream()
                            .map(Line::numbers)
                            .filter(Numbers::isTime)
                            .findFirst()
                            .map(numbers::from)
                            .orElse(numbers)
                    : numbers;
        }
        return new Line(
                times,
                over,
                from == null ? Double.NEGATIVE_INFINITY : at("--from", from, over),
                to == null ? Double.POSITIVE_INFINITY : at("--to", to, over));
    }

    private static double at(String option, String text, Numbers over) {
        try {
            double value = over != null && over.isTime() ? Moments.seconds(text) : Double.parseDouble(text);
            return value - (over == null ? 0 : over.offset());
        } catch (IllegalArgumentException | java.time.DateTimeException e) {
            throw new UserException(option + ": '" + text + "' is no "
                    + (over != null && over.isTime() ? "time, such as 2026-05-01T12:00:00" : "number"));
        }
    }

    /** A dataset or a column of a table; of a group, its columns of numbers, but not that of the times. */
    private static List<String> columns(H5Source h5, String path) {
        if (!Paths.exists(h5, path) || Paths.isDataset(h5, path)) {
            return List.of(path);
        }
        H5Group group = h5.group(path);
        List<String> found = new Columns(group)
                .names().stream()
                        .map(group::dataset)
                        .filter(dataset -> dataset.ndim() == 1 && Numbers.are(dataset))
                        .filter(dataset -> Meaning.of(dataset).time(dataset.path()) == null)
                        .map(H5Dataset::path)
                        .toList();
        if (found.isEmpty()) {
            throw new UserException(path + " is a group without columns of numbers");
        }
        return found;
    }

    /** The one column of times beside a column; null if there is none, or more than one. */
    private static String time(H5Source h5, Numbers numbers) {
        List<String> times = numbers.times(h5);
        return times.size() == 1 ? times.get(0) : null;
    }
}
