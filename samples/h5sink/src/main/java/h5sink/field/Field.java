package h5sink.field;

import h5sink.console.UserException;
import h5sink.input.BadLineException;
import io.h5sink.ColumnSpec;
import io.h5sink.H5Writer;
import io.h5sink.StoredType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A field of records, and the column that it goes to.
 *
 * @param key which field it is, see {@link Names}
 * @param name the name of the column
 * @param kind what its values are
 * @param stored the number type in the file; null for the kind's own
 * @param length the bytes of a string; 0 if they vary
 * @param ragged whether arrays differ in length
 * @param fill what stands in the file where a record has no value; null if there must be one
 * @param times how times are written
 * @param rounds whether integers that a column of floats does not hold are rounded, because somebody has said that it is one
 */
public record Field(
        String key,
        String name,
        Kind kind,
        StoredType stored,
        int length,
        boolean ragged,
        Object fill,
        Times times,
        boolean rounds) {

    private static final int MOST_SHOWN = 200;
    private static final Pattern INTEGER = Pattern.compile("[+-]?\\d{1,1000}");

    /** What values are, and their Java type in a row. */
    public enum Kind {
        BOOL(Boolean.class),
        INT(Long.class),
        FLOAT(Double.class),
        STRING(String.class),
        TIME(Instant.class),
        DATE(LocalDate.class),
        INTS(long[].class),
        FLOATS(double[].class);

        public final Class<?> type;

        Kind(Class<?> type) {
            this.type = type;
        }
    }

    public Field withFill(Object value) {
        return new Field(key, name, kind, stored, length, ragged, value, times, rounds);
    }

    public Field withName(String column) {
        return new Field(key, column, kind, stored, length, ragged, fill, times, rounds);
    }

    public Field withKey(String other) {
        return new Field(other, name, kind, stored, length, ragged, fill, times, rounds);
    }

    public Field withTimes(Times written) {
        return new Field(key, name, kind, stored, length, ragged, fill, written, rounds);
    }

    /** As somebody has declared it. */
    public Field rounding() {
        return new Field(key, name, kind, stored, length, ragged, fill, times, true);
    }

    public static Field of(String key, Kind kind, StoredType stored, int length, boolean ragged) {
        return new Field(key, Names.column(key), kind, stored, length, ragged, null, Times.UTC, false);
    }

    /** A field of a type in the words of the command line, such as {@code float32}, {@code string:16} or {@code int16[]}. */
    public static Field of(String key, String type) {
        String word = type.toLowerCase(Locale.ROOT);
        boolean array = word.endsWith("[]");
        String element = array ? word.substring(0, word.length() - 2) : word;
        if (!array && element.startsWith("string")) {
            return of(key, Kind.STRING, null, length(type, element.substring(6)), false);
        }
        if (!array && element.startsWith("time:")) {
            Times times = Times.since1970(element.substring(5));
            if (times == null) {
                throw new UserException("'" + type + "' is no type: " + TYPES);
            }
            return of(key, Kind.TIME, null, 0, false).withTimes(times);
        }
        Kind simple = array
                ? null
                : switch (element) {
                    case "bool" -> Kind.BOOL;
                    case "time" -> Kind.TIME;
                    case "date" -> Kind.DATE;
                    default -> null;
                };
        if (simple != null) {
            return of(key, simple, null, 0, false);
        }
        try {
            StoredType stored = StoredType.valueOf(element.toUpperCase(Locale.ROOT));
            boolean floats = element.startsWith("float");
            Kind kind = array ? floats ? Kind.FLOATS : Kind.INTS : floats ? Kind.FLOAT : Kind.INT;
            return of(key, kind, stored, 0, array);
        } catch (IllegalArgumentException e) {
            throw new UserException("'" + type + "' is no type: " + TYPES);
        }
    }

    public static final String TYPES =
            "int8 to int64, uint8 to uint64, float16, float32, float64, bool, string, string:BYTES, time"
                    + " (ISO 8601), time:s, time:ms, time:us, time:ns (since 1970), date, and numbers with [] for arrays of any length";

    private static int length(String type, String rest) {
        if (rest.isEmpty()) {
            return 0;
        }
        if (!rest.matches(":[1-9]\\d{0,6}")) {
            throw new UserException("'" + type + "' is no type: " + TYPES);
        }
        return Integer.parseInt(rest.substring(1));
    }

    /** The value of a text: null if it is empty, unless this is a field of strings. */
    public Object of(String text) throws BadLineException {
        if (kind == Kind.STRING) {
            return text;
        }
        String word = text.strip();
        if (word.isEmpty()) {
            return null;
        }
        Object value = parsed(word);
        if (value == null) {
            throw mismatch('"' + text + '"');
        }
        return value;
    }

    /** The value of a number that is written so. */
    public Object number(String text) throws BadLineException {
        Object value = kind == Kind.STRING ? text : kind == Kind.BOOL || kind == Kind.DATE ? null : parsed(text);
        if (value == null) {
            throw mismatch(text);
        }
        return value;
    }

    private Object parsed(String word) throws BadLineException {
        return switch (kind) {
            case FLOAT -> real(word);
            case INT -> integer(word);
            case BOOL ->
                word.equalsIgnoreCase("true") ? Boolean.TRUE : word.equalsIgnoreCase("false") ? Boolean.FALSE : null;
            case TIME -> times.instant(name, word);
            case DATE -> IsoTime.date(word);
            default -> null;
        };
    }

    private Double real(String word) throws BadLineException {
        Double real = Reals.of(word);
        if (real != null
                && !rounds
                && word.length() > 15
                && INTEGER.matcher(word).matches()) {
            checkExact(new BigDecimal(word), real);
        }
        return real;
    }

    /** An integer, for a column of floats. */
    public double real(long integer) throws BadLineException {
        if (!rounds && (long) (double) integer != integer) {
            checkExact(BigDecimal.valueOf(integer), integer);
        }
        return integer;
    }

    private void checkExact(BigDecimal integer, double real) throws BadLineException {
        if (integer.compareTo(new BigDecimal(real)) != 0) {
            throw new BadLineException(name + " is " + integer + ", which " + typeName()
                    + " does not hold exactly; --type " + key + "=" + typeName() + " rounds it");
        }
    }

    /** An integer, for a column of integers. */
    public Long integer(long integer) throws BadLineException {
        if (isUnsigned() && integer < 0) {
            throw mismatch(String.valueOf(integer));
        }
        return integer;
    }

    private Long integer(String word) throws BadLineException {
        try {
            return integer(Long.parseLong(word));
        } catch (NumberFormatException e) {
            if (INTEGER.matcher(word).matches()) {
                return isUnsigned() ? bits(new BigInteger(word)) : null;
            }
            Double real = Reals.of(word); // 5.0 and 1e3 are integers, too
            return real == null || real != Math.rint(real) || Math.abs(real) >= 1L << 53
                    ? null
                    : integer(real.longValue());
        }
    }

    /** Whether values are the bits of integers up to 2^64 - 1. */
    private boolean isUnsigned() {
        return stored == StoredType.UINT64;
    }

    /** A value as text. */
    public String text(Object value) {
        return isUnsigned() && value instanceof Long bits ? Long.toUnsignedString(bits) : String.valueOf(value);
    }

    /** The bits of an unsigned integer; null if it is none. */
    private static Long bits(BigInteger integer) {
        return integer.signum() < 0 || integer.bitLength() > 64 ? null : Long.valueOf(integer.longValue());
    }

    /** An array; null if it is not of this field's type. */
    public Object array(List<?> values) throws BadLineException {
        boolean ints = values.stream().allMatch(value -> value instanceof Long || value instanceof BigInteger);
        if (kind == Kind.INTS && ints) {
            long[] array = new long[values.size()];
            for (int i = 0; i < array.length; i++) {
                Long element = integer(String.valueOf(values.get(i)));
                if (element == null) {
                    return null;
                }
                array[i] = element;
            }
            return array;
        }
        if (kind == Kind.FLOATS && values.stream().allMatch(Number.class::isInstance)) {
            double[] array = new double[values.size()];
            for (int i = 0; i < array.length; i++) {
                array[i] = values.get(i) instanceof Double real ? real : real(String.valueOf(values.get(i)));
            }
            return array;
        }
        return null;
    }

    public BadLineException mismatch(String found) {
        String shown = found.length() > MOST_SHOWN ? found.substring(0, MOST_SHOWN) + "…" : found;
        return new BadLineException(name + " is " + shown + ", not of type " + typeName());
    }

    String typeName() {
        String number = stored == null ? null : stored.name().toLowerCase(Locale.ROOT);
        return switch (kind) {
            case INT -> number == null ? "int64" : number;
            case FLOAT -> number == null ? "float64" : number;
            case INTS -> (number == null ? "int64" : number) + "[]";
            case FLOATS -> (number == null ? "float64" : number) + "[]";
            case STRING -> length == 0 ? "string" : "string:" + length;
            case TIME -> times.typeName();
            default -> kind.name().toLowerCase(Locale.ROOT);
        };
    }

    /** What a row has where a line has nothing. NaN needs no declaration. */
    Object missing() {
        return kind == Kind.FLOAT && fill == null ? (Object) Double.NaN : null;
    }

    public void declare(H5Writer.Builder<?> writer) {
        if (stored != null || length > 0 || ragged || fill != null || kind == Kind.STRING) {
            writer.column(name, this::declare);
        }
    }

    private ColumnSpec declare(ColumnSpec spec) {
        ColumnSpec declared = isUnsigned() ? spec.unsigned() : stored == null ? spec : spec.as(stored);
        declared = length == 0 ? declared : declared.length(length);
        declared = ragged ? declared.ragged() : declared;
        Object missing = fill == null && kind == Kind.STRING ? "" : fill;
        return missing == null ? declared : declared.fill(missing);
    }

    /** The value of {@code --fill}. */
    public Object fillOf(String text) {
        try {
            Object value =
                    kind == Kind.TIME || kind == Kind.DATE ? (Object) new BigDecimal(text).longValueExact() : of(text);
            if (value != null && !List.of(Kind.INTS, Kind.FLOATS).contains(kind)) {
                return value;
            }
        } catch (BadLineException | ArithmeticException | NumberFormatException e) {
            // said below
        }
        throw new UserException("--fill " + name + "=" + text + ": that is no " + typeName());
    }
}
