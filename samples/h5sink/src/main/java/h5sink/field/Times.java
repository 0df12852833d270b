package h5sink.field;

import h5sink.input.BadLineException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;

/**
 * How times are written: in ISO 8601, or as numbers.
 *
 * @param zone that of times without an offset
 * @param unit what numbers count since 1970; empty for ISO 8601
 */
public record Times(ZoneId zone, String unit) {

    static final Times UTC = new Times(ZoneOffset.UTC, "");

    private static final List<String> UNITS = List.of("s", "ms", "us", "ns");
    private static final int MOST_DIGITS = 40;

    /** Numbers since 1970; null if the unit is none. */
    static Times since1970(String unit) {
        return UNITS.contains(unit) ? new Times(ZoneOffset.UTC, unit) : null;
    }

    public Times in(ZoneId local) {
        return new Times(local, unit);
    }

    String typeName() {
        return unit.isEmpty() ? "time" : "time:" + unit;
    }

    /** The moment; null if the text is none. */
    Instant instant(String column, String text) throws BadLineException {
        if (!unit.isEmpty()) {
            return since1970(text, 3 * UNITS.indexOf(unit));
        }
        try {
            return IsoTime.instant(text, zone.getRules());
        } catch (IsoTime.AmbiguousException e) {
            throw new BadLineException(column + " is \"" + text + "\", which " + e.getMessage() + " in " + zone);
        }
    }

    private static Instant since1970(String text, int digits) {
        try {
            BigDecimal number = new BigDecimal(text);
            if (number.precision() - number.scale() > MOST_DIGITS || number.scale() > 1000) {
                return null;
            }
            BigDecimal nanos = number.movePointRight(9 - digits).setScale(0, RoundingMode.HALF_EVEN);
            long exact = nanos.longValueExact();
            return Instant.ofEpochSecond(Math.floorDiv(exact, 1_000_000_000L), Math.floorMod(exact, 1_000_000_000L));
        } catch (ArithmeticException | NumberFormatException e) {
            return null;
        }
    }
}
