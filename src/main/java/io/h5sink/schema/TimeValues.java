package io.h5sink.schema;

import io.h5sink.schema.ColumnType.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Readers of times that are stored as numbers, with {@code units} as the CF conventions (section 4.4) write them: {@code hours since
 * 2024-01-01 00:00:00}. Fractions of a unit become the nearest nanosecond.
 */
final class TimeValues {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final String DAYS = "days";

    private static final Pattern UNITS =
            Pattern.compile("(\\w+?)s?(?:\\s+since\\s+(.+?))?(?:, calendar (\\w+))?", Pattern.CASE_INSENSITIVE);

    private static final Pattern EPOCH = Pattern.compile("(\\d{1,4})-(\\d{1,2})-(\\d{1,2})"
            + "(?:[T\\s]\\s*(\\d{1,2}):(\\d{1,2})(?::(\\d{1,2})(?:\\.(\\d{1,9})\\d*)?)?)?"
            + "\\s*(?:Z|UTC|GMT|([+-]\\d{1,2})(?::?(\\d{2}))?)?");

    /** CF's names of the calendar that is Java's from {@link #GREGORIAN} on. */
    private static final Set<String> JAVA_CALENDARS = Set.of("standard", "gregorian");

    /** The first day on which CF's default calendar is that of Java. */
    private static final LocalDate GREGORIAN = LocalDate.of(1582, 10, 15);

    private static final Map<String, Long> NANOS = Map.ofEntries(
            Map.entry("nanosecond", 1L),
            Map.entry("n", 1L),
            Map.entry("microsecond", 1_000L),
            Map.entry("u", 1_000L),
            Map.entry("millisecond", 1_000_000L),
            Map.entry("msec", 1_000_000L),
            Map.entry("m", 1_000_000L),
            Map.entry("second", NANOS_PER_SECOND),
            Map.entry("sec", NANOS_PER_SECOND),
            Map.entry("s", NANOS_PER_SECOND),
            Map.entry("minute", 60 * NANOS_PER_SECOND),
            Map.entry("min", 60 * NANOS_PER_SECOND),
            Map.entry("hour", 3600 * NANOS_PER_SECOND),
            Map.entry("day", 86_400 * NANOS_PER_SECOND));

    /** Units of time. */
    private record Units(long nanos, Duration epoch) {}

    /** For each Java type its value, made of the time since 1970 or of the span. */
    private static final Map<Class<?>, Function<Duration, Object>> TIMES = Map.of(
            Instant.class, TimeValues::instant,
            ZonedDateTime.class, time -> instant(time).atZone(ZoneOffset.UTC),
            OffsetDateTime.class, time -> instant(time).atOffset(ZoneOffset.UTC),
            LocalDateTime.class, time -> LocalDateTime.ofEpochSecond(time.getSeconds(), time.getNano(), ZoneOffset.UTC),
            LocalTime.class, time -> LocalTime.MIDNIGHT.plus(time),
            Duration.class, time -> time);

    private TimeValues() {}

    static boolean are(Class<?> target) {
        return target == LocalDate.class || TIMES.containsKey(target);
    }

    /** A reader of times. Without units, the numbers count as those that a sink writes. */
    static ValueReader of(Kind kind, Class<?> target, @Nullable String units) {
        if (!NumberValues.are(kind)) {
            throw new ValueMismatch(
                    "a number, for a " + target.getSimpleName(), kind.name().toLowerCase(Locale.ROOT));
        }
        boolean integer = NumberValues.isInteger(kind);
        ValueReader number = Objects.requireNonNull(
                new NumberValues(kind, integer ? long.class : double.class, ElementHints.NONE).one());
        Units of = units(units == null ? target == LocalDate.class ? DAYS : "nanoseconds" : units);
        boolean span = target == Duration.class || target == LocalTime.class;
        Duration epoch = span ? Duration.ZERO : of.epoch;
        Function<Duration, Object> time = target == LocalDate.class
                ? since -> LocalDate.ofEpochDay(Math.floorDiv(since.toSeconds(), 86_400L))
                : Objects.requireNonNull(TIMES.get(target));
        return in -> {
            Object count = Objects.requireNonNull(number.next(in));
            return checked(
                    target,
                    () -> time.apply(
                            count instanceof Long whole
                                    ? epoch.plus(span(whole, of.nanos))
                                    : epoch.plus(span((double) count, of.nanos))));
        };
    }

    private static Duration span(double count, long nanos) {
        if (!Double.isFinite(count)) {
            throw new ArithmeticException(String.valueOf(count));
        }
        return span(new BigDecimal(count)
                .multiply(BigDecimal.valueOf(nanos))
                .setScale(0, RoundingMode.HALF_EVEN)
                .toBigInteger());
    }

    private static Object checked(Class<?> target, Supplier<Object> time) {
        try {
            return time.get();
        } catch (DateTimeException | ArithmeticException e) {
            throw new ValueMismatch(
                    "a time that a " + target.getSimpleName() + " holds", String.valueOf(e.getMessage()));
        }
    }

    private static Instant instant(Duration time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNano());
    }

    private static Duration span(long count, long nanos) {
        if (nanos == 1) {
            return Duration.ofNanos(count);
        }
        return span(BigInteger.valueOf(count).multiply(BigInteger.valueOf(nanos)));
    }

    private static Duration span(BigInteger nanoseconds) {
        BigInteger[] parts = nanoseconds.divideAndRemainder(BigInteger.valueOf(NANOS_PER_SECOND));
        return Duration.ofSeconds(parts[0].longValueExact(), parts[1].longValueExact());
    }

    private static Units units(String text) {
        Matcher matcher = UNITS.matcher(text.strip());
        Long nanos = matcher.matches() ? NANOS.get(matcher.group(1).toLowerCase(Locale.ROOT)) : null;
        if (nanos == null) {
            throw mismatch(text);
        }
        String epoch = matcher.group(2);
        return new Units(nanos, epoch == null ? Duration.ZERO : epoch(epoch, matcher.group(3), text));
    }

    private static Duration epoch(String epoch, @Nullable String calendar, String units) {
        Matcher matcher = EPOCH.matcher(epoch.strip());
        if (!matcher.matches()) {
            throw mismatch(units);
        }
        try {
            LocalDate day = LocalDate.of(number(matcher, 1), number(matcher, 2), number(matcher, 3));
            boolean gregorian = "proleptic_gregorian".equalsIgnoreCase(calendar);
            if (!gregorian && day.isBefore(GREGORIAN)) {
                throw mismatch(units);
            }
            String fraction = Objects.requireNonNullElse(matcher.group(7), "0");
            LocalTime time = LocalTime.of(
                    number(matcher, 4),
                    number(matcher, 5),
                    number(matcher, 6),
                    Integer.parseInt((fraction + "000000000").substring(0, 9)));
            int hours = number(matcher, 8);
            boolean west = matcher.group(8) != null && matcher.group(8).startsWith("-");
            int minutes = number(matcher, 9);
            LocalDateTime start = LocalDateTime.of(day, time).minusHours(hours).minusMinutes(west ? -minutes : minutes);
            if (calendar != null && !gregorian && !JAVA_CALENDARS.contains(calendar.toLowerCase(Locale.ROOT))) {
                throw mismatch(units);
            }
            return Duration.between(Instant.EPOCH, start.toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            throw mismatch(units);
        }
    }

    private static int number(Matcher matcher, int group) {
        String text = matcher.group(group);
        return text == null ? 0 : Integer.parseInt(text);
    }

    private static ValueMismatch mismatch(String units) {
        return new ValueMismatch(
                "units of time, such as seconds since 1970-01-01, in the Gregorian calendar",
                "units \"" + units + "\"");
    }
}
