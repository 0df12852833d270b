package h5sink;

import io.h5sink.H5Dataset;
import io.h5sink.H5Group;
import io.h5sink.H5Source;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "plot",
        mixinStandardHelpOptions = true,
        description = {
            "Plots a column of numbers, in the terminal or as an image.",
            "",
            "It stands over the times of its group, if there is one column of times, or else over the number of the row. A column that has"
                    + " more rows than the plot is wide keeps its peaks. The file is read piece by piece, whatever its size."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  h5sink plot data.h5 /temperature", "  h5sink plot data.h5 /temperature --png temperature.png"})
final class PlotCommand extends FileCommand {

    private static final int COLUMNS = 72;
    private static final int ROWS = 18;

    @Parameters(index = "1", paramLabel = "DATASET", description = "A column of numbers.")
    private String path;

    @Option(
            names = "--x",
            paramLabel = "DATASET",
            description = "What it stands over. Default: the times of its group.")
    private String x;

    @Option(names = "--png", paramLabel = "IMAGE", description = "Write an image, instead of a chart in the terminal.")
    private Path png;

    /** A column over another, or over the number of the row. */
    private record Points(H5Dataset values, H5Dataset over, Meaning meaning) implements Curve.Points {

        @Override
        public long count() {
            return values.shape().get(0);
        }

        @Override
        public double[] x(long from, long to) {
            double[] x = new double[(int) (to - from)];
            if (over == null) {
                Arrays.setAll(x, i -> from + i);
            } else if (meaning.isTime(over.path())) {
                long[] stored = over.slice(from + ":" + to).read(long[].class);
                Arrays.setAll(
                        x, i -> stored[i] == Long.MIN_VALUE ? Double.NaN : meaning.seconds(over.path(), stored[i]));
            } else {
                return over.slice(from + ":" + to).read(double[].class);
            }
            return x;
        }

        @Override
        public double[] y(long from, long to) {
            return values.slice(from + ":" + to).read(double[].class);
        }
    }

    @Override
    public Integer call() throws IOException {
        try (H5Source h5 = H5Source.open(file)) {
            H5Dataset values = h5.dataset(path);
            if (values.ndim() != 1) {
                throw new UserException(path + " has the shape " + Text.shape(values.shape())
                        + ", and only a column of one axis can be plotted");
            }
            H5Dataset over = over(h5, values);
            Points points = new Points(values, over, over == null ? null : Meaning.of(over));
            boolean time = over != null && points.meaning.isTime(over.path());
            Curve curve = new Curve(points, png == null ? Braille.dots(COLUMNS) : Picture.PLOT_WIDTH);
            if (png == null) {
                Braille chart = new Braille(COLUMNS, ROWS);
                chart.draw(curve);
                chart.print(out(), curve, time, title(values));
            } else {
                Picture.write(png, curve, time, title(values));
            }
        }
        return 0;
    }

    private static String title(H5Dataset values) {
        Object units = values.attributes().get("units");
        Object name = values.attributes().get("long_name");
        return Text.plain((name == null ? values.path() : name) + (units == null ? "" : " [" + units + "]"));
    }

    /** Null for the number of the row. */
    private H5Dataset over(H5Source h5, H5Dataset values) {
        if (x != null) {
            H5Dataset named = h5.dataset(x);
            if (!named.shape().equals(values.shape())) {
                throw new UserException(x + " has the shape " + Text.shape(named.shape()) + ", not that of " + path
                        + ", " + Text.shape(values.shape()));
            }
            return named;
        }
        String path = values.path();
        H5Group group = h5.group(path.lastIndexOf('/') <= 0 ? "/" : path.substring(0, path.lastIndexOf('/')));
        Meaning meaning = Meaning.of(group);
        List<H5Dataset> times = group.datasets().stream()
                .filter(meaning::isTime)
                .map(group::dataset)
                .filter(column ->
                        column.shape().equals(values.shape()) && !column.path().equals(path))
                .toList();
        return times.size() == 1 ? times.get(0) : null;
    }
}
