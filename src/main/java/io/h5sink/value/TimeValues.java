package io.h5sink.value;

import io.h5sink.schema.ColumnType.Kind;
import java.math.BigInteger;
import java.nio.ByteBuffer;
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
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Times out of integers, with {@code units} as the CF conventions (section 4.4) write them, since 1970. */
final class TimeValues {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final String DAYS = "days";
    private static final Pattern UNITS = Pattern.compile(
            "(\\w+?)s?(?:\\s+since\\s+1970-0?1-0?1(?:[T ]0?0:00(?::00(?:\\.0+)?)?)?(?:\\s*(?:Z|UTC|\\+00:?00))?)?");

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

    /** From a time since 1970, or a span. */
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

    /** Without units, times are as a sink writes them. */
    static ValueReader of(Kind kind, Class<?> target, @Nullable String units) {
        if (!Numbers.isInteger(kind)) {
            throw new ValueMismatch(
                    "an integer, for a " + target.getSimpleName(), kind.name().toLowerCase(Locale.ROOT));
        }
        Numbers numbers = new Numbers(kind, long.class, Hints.NONE);
        ValueReader number = Objects.requireNonNull(numbers.one());
        long nanos = nanos(units == null ? target == LocalDate.class ? DAYS : "nanoseconds" : units);
        if (target == LocalDate.class) {
            return in -> date(number, in, nanos);
        }
        Function<Duration, Object> time = Objects.requireNonNull(TIMES.get(target));
        return in -> checked(target, () -> time.apply(span((long) Objects.requireNonNull(number.next(in)), nanos)));
    }

    private static Object date(ValueReader number, ByteBuffer in, long nanos) {
        long count = (long) Objects.requireNonNull(number.next(in));
        long day = NANOS.getOrDefault("day", 0L);
        return checked(
                LocalDate.class,
                () -> LocalDate.ofEpochDay(
                        nanos == day ? count : Math.floorDiv(span(count, nanos).toSeconds(), 86_400L)));
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
        BigInteger[] parts = BigInteger.valueOf(count)
                .multiply(BigInteger.valueOf(nanos))
                .divideAndRemainder(BigInteger.valueOf(NANOS_PER_SECOND));
        return Duration.ofSeconds(parts[0].longValueExact(), parts[1].longValueExact());
    }

    private static long nanos(String units) {
        Matcher matcher = UNITS.matcher(units.strip());
        Long nanos = matcher.matches() ? NANOS.get(matcher.group(1)) : null;
        if (nanos == null) {
            throw new ValueMismatch("units of time, since 1970-01-01", "units \"" + units + "\"");
        }
        return nanos;
    }
}
