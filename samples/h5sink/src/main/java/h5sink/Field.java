package h5sink;

import io.h5sink.ColumnSpec;
import io.h5sink.H5Writer;
import io.h5sink.StoredType;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;

/**
 * A field of the lines, and the column that it goes to.
 *
 * @param name the name of both
 * @param kind what its values are
 * @param stored the number type in the file; null for the kind's own
 * @param length the bytes of a string; 0 if they vary
 * @param ragged whether arrays differ in length
 * @param fill what stands in the file where a line has no value; null if there must be one
 */
record Field(String name, Kind kind, StoredType stored, int length, boolean ragged, Object fill) {

    /** What values are, and their Java type in a row. */
    enum Kind {
        BOOL(Boolean.class),
        INT(Long.class),
        FLOAT(Double.class),
        STRING(String.class),
        TIME(Instant.class),
        DATE(LocalDate.class),
        INTS(long[].class),
        FLOATS(double[].class);

        final Class<?> type;

        Kind(Class<?> type) {
            this.type = type;
        }
    }

    Field withFill(Object value) {
        return new Field(name, kind, stored, length, ragged, value);
    }

    /** A field of a type in the words of the command line, such as {@code float32}, {@code string:16} or {@code int16[]}. */
    static Field of(String name, String type) {
        String word = type.toLowerCase(Locale.ROOT);
        boolean array = word.endsWith("[]");
        String element = array ? word.substring(0, word.length() - 2) : word;
        if (!array && element.startsWith("string")) {
            return new Field(name, Kind.STRING, null, length(type, element.substring(6)), false, null);
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
            return new Field(name, simple, null, 0, false, null);
        }
        try {
            StoredType stored = StoredType.valueOf(element.toUpperCase(Locale.ROOT));
            boolean floats = element.startsWith("float");
            Kind kind = array ? floats ? Kind.FLOATS : Kind.INTS : floats ? Kind.FLOAT : Kind.INT;
            return new Field(name, kind, stored, 0, array, null);
        } catch (IllegalArgumentException e) {
            throw new UserException("'" + type + "' is no type: " + TYPES);
        }
    }

    static final String TYPES =
            "int8 to int64, uint8 to uint64, float16, float32, float64, bool, string, string:BYTES, time,"
                    + " date, and numbers with [] for arrays of any length";

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
    Object of(String text) throws BadLineException {
        if (text.isEmpty()) {
            return kind == Kind.STRING ? "" : null;
        }
        Object value = switch (kind) {
            case STRING -> text;
            case FLOAT -> real(text);
            case INT -> integer(text);
            case BOOL ->
                text.equalsIgnoreCase("true") ? Boolean.TRUE : text.equalsIgnoreCase("false") ? Boolean.FALSE : null;
            case TIME -> IsoTime.instant(text);
            case DATE -> IsoTime.date(text);
            case INTS, FLOATS -> null;
        };
        if (value == null) {
            throw mismatch('"' + text + '"');
        }
        return value;
    }

    static Double real(String text) {
        try {
            return isOnlyJava(text) ? null : Double.valueOf(text);
        } catch (NumberFormatException e) {
            return text.equalsIgnoreCase("nan") ? Double.valueOf(Double.NaN) : null;
        }
    }

    /** Whether it is a number to Java, but to nobody else: {@code 1d}, {@code 2f}, {@code 0x1p3}. */
    private static boolean isOnlyJava(String text) {
        String word = text.trim(); // as Double.valueOf does
        return word.indexOf('x') >= 0
                || word.indexOf('X') >= 0
                || !word.isEmpty() && "dDfF".indexOf(word.charAt(word.length() - 1)) >= 0;
    }

    static Long integer(String text) {
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException e) {
            Double real = real(text); // 5.0 and 1e3 are integers, too
            return real == null || real != Math.rint(real) || Math.abs(real) >= 1L << 53
                    ? null
                    : Long.valueOf(real.longValue());
        }
    }

    BadLineException mismatch(String found) {
        return new BadLineException(name + " is " + found + ", not of type " + typeName());
    }

    String typeName() {
        String number = stored == null ? null : stored.name().toLowerCase(Locale.ROOT);
        return switch (kind) {
            case INT -> number == null ? "int64" : number;
            case FLOAT -> number == null ? "float64" : number;
            case INTS -> (number == null ? "int64" : number) + "[]";
            case FLOATS -> (number == null ? "float64" : number) + "[]";
            case STRING -> length == 0 ? "string" : "string:" + length;
            default -> kind.name().toLowerCase(Locale.ROOT);
        };
    }

    /** What a row has where a line has nothing. NaN needs no declaration. */
    Object missing() {
        return kind == Kind.FLOAT && fill == null ? (Object) Double.NaN : null;
    }

    void declare(H5Writer.Builder<?> writer) {
        if (stored != null || length > 0 || ragged || fill != null || kind == Kind.STRING) {
            writer.column(name, this::declare);
        }
    }

    private ColumnSpec declare(ColumnSpec spec) {
        ColumnSpec declared = stored == null ? spec : spec.as(stored);
        declared = length == 0 ? declared : declared.length(length);
        declared = ragged ? declared.ragged() : declared;
        Object missing = fill == null && kind == Kind.STRING ? "" : fill;
        return missing == null ? declared : declared.fill(missing);
    }

    /** The value of {@code --fill}. */
    Object fillOf(String text) {
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
