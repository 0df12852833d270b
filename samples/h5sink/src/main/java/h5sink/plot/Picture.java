package h5sink.plot;

import h5sink.console.UserException;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.Styler.YAxisPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A chart as an image. Columns with one unit have one axis. */
final class Picture {

    static final int WIDTH = 1200;
    static final int HEIGHT = 600;

    private static final float LINE = 1.6f;
    private static final double DOT = 0.8;

    /** What an image is stored as, which the end of its name says. */
    enum Format {
        PNG,
        SVG;

        /** That of a file; reported in words if no image can be written there. */
        static Format of(Path file) {
            String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
            for (Format format : values()) {
                if (name.endsWith("." + format.name().toLowerCase(Locale.ROOT))) {
                    return format;
                }
            }
            throw new UserException(file + ": an image must end in .png or .svg");
        }
    }

    private final XYChart chart;
    private final Axis across;

    Picture(int width, int height, Axis across, List<Axis> up, String title) {
        System.setProperty("java.awt.headless", "true");
        this.across = across;
        chart = new XYChartBuilder()
                .width(width)
                .height(height)
                .title(title)
                .xAxisTitle(across.words())
                .build();
        XYStyler styler = chart.getStyler();
        styler.setLocale(Locale.ROOT);
        styler.setTimezone(TimeZone.getTimeZone("UTC"));
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBorderVisible(false);
        styler.setLegendPosition(LegendPosition.OutsideS);
        styler.setChartTitleVisible(!title.isEmpty());
        styler.setXAxisMin(x(across.low()));
        styler.setXAxisMax(x(across.high()));
        for (int group = 0; group < up.size(); group++) {
            Axis axis = up.get(group);
            styler.setYAxisMin(group, y(axis, axis.low()));
            styler.setYAxisMax(group, y(axis, axis.high()));
            styler.setYAxisGroupPosition(group, group == 0 ? YAxisPosition.Left : YAxisPosition.Right);
            chart.setYAxisGroupTitle(
                    group, axis.time() ? axis.title() + " [s since " + Ticks.iso(axis.offset()) + "]" : axis.title());
        }
    }

    private double x(double value) {
        return across.isDated() ? (value + across.offset()) * 1000 : across.time() ? value : value + across.offset();
    }

    private static double y(Axis axis, double value) {
        return axis.time() ? value : value + axis.offset();
    }

    void add(String name, Curve curve, int columns, Axis up, int group) {
        Points points = new Points(up, (across.high() - across.low()) / columns);
        curve.draw(points);
        points.lift();
        XYSeries series = chart.addSeries(name, points.xs, points.ys);
        series.setMarker(SeriesMarkers.NONE);
        series.setLineWidth(LINE);
        series.setYAxisGroup(group);
    }

    /** The corners of lines, with NaN between one line and the next. */
    private final class Points implements Curve.Pen {

        private final Axis up;
        private final double width;
        private final List<Object> xs = new ArrayList<>();
        private final List<Double> ys = new ArrayList<>();
        private int begin;
        private double lastColumn;
        private double lastValue;

        Points(Axis up, double width) {
            this.up = up;
            this.width = width;
        }

        @Override
        public void line(int fromColumn, double fromValue, int toColumn, double toValue) {
            point(fromColumn + 0.5, fromValue);
            point(toColumn + 0.5, toValue);
        }

        private void point(double column, double value) {
            if (xs.size() == begin || column != lastColumn || value != lastValue) {
                lastColumn = column;
                lastValue = value;
                double x = x(across.low() + column * width);
                xs.add(across.isDated() ? new Date(Math.round(x)) : (Object) x);
                ys.add(y(up, value));
            }
        }

        @Override
        public void lift() {
            if (xs.size() == begin + 1) { // a value alone is a dot, and not a line of no length
                xs.remove(begin);
                ys.remove(begin);
                double column = lastColumn;
                point(column - DOT, lastValue);
                point(column + DOT, lastValue);
            }
            if (xs.size() > begin) {
                xs.add(xs.get(xs.size() - 1));
                ys.add(Double.NaN);
                begin = xs.size();
            }
        }
    }

    void legend(boolean visible) {
        chart.getStyler().setLegendVisible(visible);
    }

    void write(Path file, Format format) throws IOException {
        byte[] image;
        try {
            image = ChartEncoder.getBytes(chart, format.name().toLowerCase(Locale.ROOT));
        } catch (NoClassDefFoundError | UnsatisfiedLinkError | InternalError e) {
            throw new UserException(file + ": this Java cannot draw: " + e.getMessage()
                    + "; it needs a font, for example by apt-get install fontconfig fonts-dejavu-core");
        }
        try {
            Files.write(file, image);
        } catch (NoSuchFileException e) {
            throw new UserException(file + ": it cannot be made there"); // as in /proc
        }
    }
}
