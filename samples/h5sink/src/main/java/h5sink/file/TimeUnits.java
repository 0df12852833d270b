package h5sink.file;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the numbers of times count, as netCDF's conventions write it: {@code seconds since 1970-01-01}.
 *
 * @param nanos nanoseconds in a unit
 * @param epoch when it is zero
 * @param days whether the numbers are days, without a time of the day
 */
public record TimeUnits(long nanos, Instant epoch, boolean days) {

    private static final long PER_SECOND = 1_000_000_000;
    private static final Pattern SINCE = Pattern.compile(
            "\\s*(\\w+)\\s+since\\s+(-?\\d{1,4})-(\\d{1,2})-(\\d{1,2})"
                    + "(?:[T ]\\s*(\\d{1,2}):(\\d{1,2})(?::(\\d{1,2})(?:\\.(\\d{0,9})\\d*)?)?)?\\s*(Z|UTC|GMT|[-+]\\d{1,2}(?::?\\d{2})?)?\\s*");
    private static final Map<String, Long> UNITS = Map.of(
            "nanosecond",
            1L,
            "microsecond",
            1_000L,
            "millisecond",
            1_000_000L,
            "second",
            PER_SECOND,
            "minute",
            60 * PER_SECOND,
            "hour",
            3600 * PER_SECOND,
            "day",
            86_400 * PER_SECOND);
    private static final Map<String, String> SHORT = Map.of(
            "ns",
            "nanosecond",
            "us",
            "microsecond",
            "ms",
            "millisecond",
            "msec",
            "millisecond",
            "s",
            "second",
            "sec",
            "second",
            "min",
            "minute",
            "h",
            "hour",
            "hr",
            "hour",
            "d",
            "day");

    /** Null if these are no units of time since a moment, or count in a calendar that no clock shows. */
    static TimeUnits of(Object units, Object calendar) {
        Matcher parts = SINCE.matcher(String.valueOf(units));
        if (!(units instanceof String)
                || !parts.matches()
                || calendar != null
                        && !String.valueOf(calendar).matches("(?i)standard|gregorian|proleptic_gregorian")) {
            return null;
        }
        String word = parts.group(1).replaceFirst("(?<=[a-z]{3})s$", "");
        Long nanos = UNITS.get(SHORT.getOrDefault(word, word));
        try {
            return nanos == null
                    ? null
                    : new TimeUnits(nanos, epoch(parts), nanos == 86_400 * PER_SECOND && parts.group(5) == null);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static Instant epoch(Matcher parts) {
        String fraction = parts.group(8) == null ? "" : parts.group(8);
        return OffsetDateTime.of(
                        Integer.parseInt(parts.group(2)),
                        Integer.parseInt(parts.group(3)),
                        Integer.parseInt(parts.group(4)),
                        number(parts.group(5)),
                        number(parts.group(6)),
                        number(parts.group(7)),
                        number((fraction + "000000000").substring(0, 9)),
                        offset(parts.group(9)))
                .toInstant();
    }

    private static int number(String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    private static ZoneOffset offset(String zone) {
        if (zone == null || Character.isLetter(zone.charAt(0))) {
            return ZoneOffset.UTC;
        }
        String digits = zone.substring(1).replace(":", "");
        int hours = Integer.parseInt(digits.length() > 2 ? digits.substring(0, digits.length() - 2) : digits);
        int minutes = digits.length() > 2 ? Integer.parseInt(digits.substring(digits.length() - 2)) : 0;
        return ZoneOffset.ofTotalSeconds((zone.startsWith("-") ? -1 : 1) * (hours * 3600 + minutes * 60));
    }

    /** The moment, or the day, that a number is; the number itself if Java has no such time. */
    public Object time(Number number) {
        try {
            if (number instanceof Double || number instanceof Float) {
                double value = number.doubleValue();
                long whole = (long) Math.floor(value);
                return Double.isFinite(value) && Math.abs(value) < 1e15
                        ? moment(whole).plusNanos(Math.round((value - whole) * nanos))
                        : number;
            }
            long value = number.longValue();
            return days ? LocalDate.ofInstant(epoch, ZoneOffset.UTC).plusDays(value) : moment(value);
        } catch (DateTimeException | ArithmeticException e) {
            return number;
        }
    }

    private Instant moment(long number) {
        return nanos >= PER_SECOND
                ? epoch.plusSeconds(Math.multiplyExact(number, nanos / PER_SECOND))
                : nanos == 1
                        ? epoch.plusNanos(number)
                        : epoch.plus(number, nanos == 1000 ? ChronoUnit.MICROS : ChronoUnit.MILLIS);
    }

    /** A length of time, as seconds. */
    public double seconds(double length) {
        return length * nanos / PER_SECOND;
    }
}
