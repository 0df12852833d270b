package io.h5sink.schema;

import io.h5sink.schema.ColumnType.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoField;
import org.jspecify.annotations.Nullable;

/** Cells of times, as the 64-bit integers that {@link Kind} describes. */
final class Times {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** NumPy's "not a time", which pandas and xarray share. */
    private static final long NAT = Long.MIN_VALUE;

    private Times() {}

    static Cell of(String column, ColumnType type) {
        return switch (type.kind()) {
            case INSTANT -> (value, block, at) -> block.putLong(at, instant(column, type, value));
            case LOCAL_DATE_TIME ->
                (value, block, at) -> {
                    if (!(value instanceof LocalDateTime time)) {
                        throw new SchemaViolation(column, type, value);
                    }
                    block.putLong(
                            at,
                            nanoseconds(
                                    column,
                                    time.toEpochSecond(ZoneOffset.UTC),
                                    time.get(ChronoField.NANO_OF_SECOND),
                                    time));
                };
            case LOCAL_DATE ->
                (value, block, at) -> {
                    if (!(value instanceof LocalDate date)) {
                        throw new SchemaViolation(column, type, value);
                    }
                    block.putLong(at, date.toEpochDay());
                };
            case LOCAL_TIME ->
                (value, block, at) -> {
                    if (!(value instanceof LocalTime time)) {
                        throw new SchemaViolation(column, type, value);
                    }
                    block.putLong(at, time.toNanoOfDay());
                };
            case DURATION ->
                (value, block, at) -> {
                    if (!(value instanceof Duration duration)) {
                        throw new SchemaViolation(column, type, value);
                    }
                    block.putLong(at, nanoseconds(column, duration.getSeconds(), duration.getNano(), duration));
                };
            default -> throw new IllegalArgumentException(type + " is no time");
        };
    }

    private static long instant(String column, ColumnType type, @Nullable Object value) {
        if (value instanceof Instant instant) {
            return nanoseconds(column, instant.getEpochSecond(), instant.getNano(), instant);
        }
        if (value instanceof ZonedDateTime zoned) {
            return nanoseconds(column, zoned.toEpochSecond(), zoned.getNano(), zoned);
        }
        if (value instanceof OffsetDateTime offset) {
            return nanoseconds(column, offset.toEpochSecond(), offset.getNano(), offset);
        }
        throw new SchemaViolation(column, type, value);
    }

    private static long nanoseconds(String column, long seconds, int nanos, Object value) {
        try {
            long nanoseconds = exact(seconds, nanos);
            if (nanoseconds != NAT) {
                return nanoseconds;
            }
        } catch (ArithmeticException e) {
            // the violation is thrown below
        }
        String expected = value instanceof Duration
                ? "a duration within int64 nanoseconds, 292 years"
                : "an instant within int64 nanoseconds of 1970, 1677-09-21 to 2262-04-11";
        throw new SchemaViolation(column, expected, value.toString());
    }

    private static long exact(long seconds, int nanos) {
        // The earliest times have a second below the range and a fraction that lifts them back into it.
        return seconds < 0
                ? Math.addExact(Math.multiplyExact(seconds + 1, NANOS_PER_SECOND), nanos - NANOS_PER_SECOND)
                : Math.addExact(Math.multiplyExact(seconds, NANOS_PER_SECOND), (long) nanos);
    }
}
