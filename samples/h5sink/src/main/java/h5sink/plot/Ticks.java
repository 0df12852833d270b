package h5sink.plot;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Round numbers or times along an axis.
 *
 * @param values where they are
 * @param labels what they are, one for each
 */
record Ticks(List<Double> values, List<String> labels) {

    private static final double DAY = 86_400;
    private static final double YEAR = 365.2425 * DAY;
    private static final double MONTH = YEAR / 12;
    private static final double[] TIME_STEPS = {
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, DAY, 2 * DAY, 7 * DAY
    };

    static Ticks of(double low, double high, boolean time, int most) {
        return time && high - low >= most ? times(low, high, most) : numbers(low, high, most, time);
    }

    /** The same, counted from another number. */
    Ticks minus(double offset) {
        return offset == 0
                ? this
                : new Ticks(values.stream().map(value -> value - offset).toList(), labels);
    }

    /** A moment in ISO 8601, down to the second, or to what is below it. */
    static String iso(double seconds) {
        return moment(seconds).toString();
    }

    private static Ticks numbers(double low, double high, int most, boolean time) {
        double rough = Math.max(high / most - low / most, Double.MIN_NORMAL);
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double step = power * (rough <= power ? 1 : rough <= 2 * power ? 2 : rough <= 5 * power ? 5 : 10);
        String format = format(Math.max(Math.abs(low), Math.abs(high)), step);
        List<Double> values = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        for (int i = 0; i <= 2 * most; i++) {
            double value = (Math.ceil(low / step) + i) * step;
            if (!(value <= high + step * 1e-9)) {
                break;
            }
            values.add(value);
            labels.add(
                    time
                            ? moment(value).format(DateTimeFormatter.ofPattern("HH:mm:ss.SSS"))
                            : String.format(Locale.ROOT, format, value + 0.0));
        }
        return new Ticks(values, labels);
    }

    /** With as many digits as make two ticks differ. */
    private static String format(double largest, double step) {
        int last = (int) Math.floor(Math.log10(step) + 1e-9);
        int digits = (int) Math.floor(Math.log10(Math.max(largest, step))) - last;
        boolean scientific = step < 1e-6 || largest >= 1e15 || largest >= 1e7 && digits <= 4;
        return scientific ? "%." + Math.max(0, Math.min(16, digits)) + "e" : "%." + Math.max(0, -last) + "f";
    }

    private static Ticks times(double low, double high, int most) {
        double rough = (high - low) / most;
        for (double step : TIME_STEPS) {
            if (rough <= step) {
                String pattern = step >= DAY
                        ? "yyyy-MM-dd"
                        : high - low > DAY ? "MM-dd HH:mm" : step >= 60 ? "HH:mm" : "HH:mm:ss";
                List<Double> values = new ArrayList<>();
                for (double value = Math.ceil(low / step) * step; value <= high; value += step) {
                    values.add(value);
                }
                return labelled(values, pattern);
            }
        }
        return rough <= 6 * MONTH ? months(low, high, rough) : years(low, high, most);
    }

    private static Ticks months(double low, double high, double rough) {
        int step = rough <= MONTH ? 1 : rough <= 3 * MONTH ? 3 : 6;
        List<Double> values = new ArrayList<>();
        LocalDateTime first =
                moment(low).withDayOfMonth(1).toLocalDate().atStartOfDay().withMonth(1);
        for (LocalDateTime at = first; seconds(at) <= high; at = at.plusMonths(step)) {
            if (seconds(at) >= low) {
                values.add(seconds(at));
            }
        }
        return labelled(values, "yyyy-MM");
    }

    private static Ticks years(double low, double high, int most) {
        Ticks years = numbers(moment(low).getYear(), moment(high).getYear(), most, false);
        List<Double> values = years.values.stream()
                .filter(year -> year == Math.rint(year))
                .map(year -> seconds(LocalDateTime.of(year.intValue(), 1, 1, 0, 0)))
                .filter(value -> value >= low && value <= high)
                .toList();
        return labelled(values, "yyyy");
    }

    private static Ticks labelled(List<Double> values, String pattern) {
        DateTimeFormatter format = DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
        return new Ticks(
                values,
                values.stream().map(value -> moment(value).format(format)).toList());
    }

    private static LocalDateTime moment(double seconds) {
        Instant instant =
                Instant.ofEpochSecond((long) Math.floor(seconds), (long) (seconds % 1 * 1e9 + (seconds < 0 ? 1e9 : 0)));
        return LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    }

    private static double seconds(LocalDateTime moment) {
        return moment.toEpochSecond(ZoneOffset.UTC);
    }
}
