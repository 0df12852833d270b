package h5sink.plot;

import h5sink.console.Text;
import h5sink.console.UserException;
import h5sink.file.Meaning;
import h5sink.file.Paths;
import h5sink.file.TimeUnits;
import io.h5sink.H5Attributes;
import io.h5sink.H5Dataset;
import io.h5sink.H5Exception;
import io.h5sink.H5Group;
import io.h5sink.H5Record;
import io.h5sink.H5Source;
import java.lang.reflect.Array;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/**
 * The numbers of a column, or of a column of a table, as doubles, a piece at a time; NaN where a value is missing. Times are seconds since
 * the first of them, and integers that a double may not hold are counted from the first of them, so that no digit is lost.
 */
final class Numbers {

    private static final String NUMBERS = "u?int\\d+|float\\d+|bool";
    private static final long EXACT = 1L << 53;

    private final H5Dataset dataset;
    private final String member;
    private final Meaning meaning;
    private final String key;
    private final TimeUnits time;
    private final long first;
    private final long last;
    private final Object base;

    private Numbers(H5Dataset dataset, String member, long[] rows, Object base) {
        this.dataset = dataset;
        this.member = member;
        this.meaning = Meaning.of(dataset);
        this.key = member == null
                ? dataset.path()
                : Meaning.member(members(dataset).indexOf(member));
        this.time = meaning.time(key);
        this.first = rows[0];
        this.last = rows[1];
        this.base = base == null ? base() : base;
    }

    /** Those at a path, from a row to one that is left out; reported in words if there are none. */
    static Numbers at(H5Source h5, String path, String rows) {
        int cut = path.lastIndexOf('/');
        H5Dataset dataset = null;
        String member = null;
        try {
            dataset = h5.dataset(path);
        } catch (H5Exception e) {
            if (cut > 0 && Paths.exists(h5, path.substring(0, cut)) && Paths.isDataset(h5, path.substring(0, cut))) {
                dataset = h5.dataset(path.substring(0, cut));
                member = path.substring(cut + 1);
            }
            if (member == null || !members(dataset).contains(member)) {
                throw e;
            }
        }
        if (member == null) {
            mustBeNumbers(dataset);
        }
        if (dataset.ndim() != 1) {
            throw new UserException(path + " has the shape " + Text.shape(dataset.shape())
                    + ", and only a column of one axis can be plotted");
        }
        return new Numbers(dataset, member, rows(dataset, rows), null);
    }

    /** The same rows of another column, which is as long. */
    Numbers beside(H5Source h5, String path) {
        Numbers other = at(h5, path, null);
        if (other.dataset.shape().get(0) != (long) dataset.shape().get(0)) {
            throw new UserException(path + " has the shape " + Text.shape(other.dataset.shape()) + ", not that of "
                    + path() + ", " + Text.shape(dataset.shape()));
        }
        return new Numbers(other.dataset, other.member, new long[] {first, last}, null);
    }

    /** The same numbers, counted as others are. */
    Numbers from(Numbers other) {
        boolean alike =
                isTime() && other.isTime() || (base != null) == (other.base != null) && !isTime() && !other.isTime();
        return alike ? new Numbers(dataset, member, new long[] {first, last}, other.base) : this;
    }

    private static void mustBeNumbers(H5Dataset dataset) {
        String type = dataset.type();
        if (are(dataset)) {
            return;
        }
        if (type.startsWith("compound")) {
            List<String> members = members(dataset);
            throw new UserException(dataset.path() + " is a table; name its columns"
                    + (members.isEmpty() ? "" : ", such as " + dataset.path() + "/" + members.get(0)));
        }
        String what = type.startsWith("enum") ? "names" : type.contains("string") ? "text" : type;
        throw new UserException(dataset.path() + " holds " + what + ", and only numbers can be plotted");
    }

    /** Whether a dataset holds numbers. */
    static boolean are(H5Dataset dataset) {
        return dataset.type().matches(NUMBERS);
    }

    /** Whether they are integers that are counted from the first. */
    boolean isCounted() {
        return base != null && !isTime();
    }

    /** The columns of times beside these: in the group, or of the table. */
    List<String> times(H5Source h5) {
        if (member != null) {
            List<String> members = members(dataset);
            return members.stream()
                    .filter(name -> !name.equals(member) && meaning.time(Meaning.member(members.indexOf(name))) != null)
                    .map(name -> dataset.path() + "/" + name)
                    .toList();
        }
        int cut = dataset.path().lastIndexOf('/');
        H5Group group = h5.group(cut <= 0 ? "/" : dataset.path().substring(0, cut));
        return group.datasets().stream()
                .map(name -> open(group, name))
                .filter(other -> other != null
                        && other.shape().equals(dataset.shape())
                        && !other.path().equals(dataset.path())
                        && are(other)
                        && Meaning.of(other).time(other.path()) != null)
                .map(H5Dataset::path)
                .toList();
    }

    private static H5Dataset open(H5Group group, String name) {
        try {
            return group.dataset(name);
        } catch (H5Exception e) {
            return null; // whatever it is, it is no column of times
        }
    }

    static List<String> members(H5Dataset table) {
        if (!table.type().startsWith("compound")) {
            return List.of();
        }
        // the words of the type name them, but a name may have anything in it; a row has the names themselves
        if (table.ndim() != 1 || table.size() == 0) {
            return List.of();
        }
        Object row = table.slice("0").read();
        return row instanceof Map<?, ?> members
                ? members.keySet().stream().map(String::valueOf).toList()
                : List.of();
    }

    private static long[] rows(H5Dataset dataset, String slice) {
        long length = dataset.shape().get(0);
        if (slice == null) {
            return new long[] {0, length};
        }
        String[] ends = slice.strip().split("\\s*:\\s*", -1);
        try {
            long from = ends[0].isEmpty() ? 0 : Long.parseLong(ends[0]);
            long to = ends[1].isEmpty() ? length : Long.parseLong(ends[1]);
            if (ends.length == 2) {
                from = Math.max(0, Math.min(length, from < 0 ? from + length : from));
                to = Math.max(from, Math.min(length, to < 0 ? to + length : to));
                return new long[] {from, to};
            }
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            // said below
        }
        throw new UserException("\"" + slice + "\" are no rows, such as 100:200 or -1000:");
    }

    /** The first value; null if numbers are taken as they are. */
    private Object base() {
        boolean wide = isTime() || type().endsWith("int64") || member != null;
        for (long row = first; wide && row < last; row += Curve.PIECE) {
            for (Object value : Text.elements(read(row, Math.min(last, row + Curve.PIECE)))) {
                if (value instanceof Number number && !isMissing(value) && Double.isFinite(number.doubleValue())) {
                    boolean large = !(value instanceof Double || value instanceof Float)
                            && Math.abs(number.doubleValue()) >= EXACT;
                    return isTime() || large ? value : null;
                }
            }
        }
        return null;
    }

    String path() {
        return member == null ? dataset.path() : dataset.path() + "/" + member;
    }

    private String type() {
        return member == null ? dataset.type() : "";
    }

    long firstRow() {
        return first;
    }

    long count() {
        return last - first;
    }

    boolean isTime() {
        return time != null;
    }

    /** What is to be added to the numbers: a number, or, for times, a moment as seconds since 1970; 0 for numbers as they are. */
    double offset() {
        if (base == null) {
            return 0;
        }
        if (!isTime()) {
            return ((Number) base).doubleValue();
        }
        Object moment = time.time((Number) base);
        return moment instanceof java.time.LocalDate day
                ? day.toEpochDay() * 86_400.0
                : moment instanceof java.time.Instant instant ? instant.getEpochSecond() + instant.getNano() / 1e9 : 0;
    }

    /** The value that numbers are counted from; empty if there is none. */
    String base(double span) {
        boolean reported = base != null && !isTime() && span < Math.abs(offset()) / 1e4;
        return reported ? base.toString() : "";
    }

    /** What it is called, and in what it is counted. */
    String title() {
        H5Attributes attributes = dataset.attributes();
        Object name = member == null ? attributes.get("long_name") : null;
        return Text.plain((name == null ? path() : name) + (unit().isEmpty() ? "" : " [" + unit() + "]"));
    }

    /** Empty if none is known, and for times. */
    String unit() {
        Object unit = dataset.attributes().get(member == null ? "units" : key + "_UNITS");
        return unit == null || isTime() ? "" : String.valueOf(unit);
    }

    private boolean isMissing(Object value) {
        return meaning.isMissing(key, value) || isTime() && value.equals(Long.MIN_VALUE);
    }

    private Object read(long from, long to) {
        if (member == null) {
            return dataset.slice(from + ":" + to).read();
        }
        return dataset.rows()
                .select(member)
                .from(from)
                .to(to)
                .records()
                .map(this::value)
                .collectList()
                .block();
    }

    private Object value(H5Record row) {
        Object value = row.toMap().values().iterator().next();
        Object inner = value instanceof Map<?, ?> members ? members.get(member) : value;
        if (inner instanceof Number || inner instanceof Boolean) {
            return inner;
        }
        throw new UserException(path() + " holds no numbers, and only numbers can be plotted");
    }

    /** Some of them; row 0 is the first that was asked for. */
    double[] read(long from, int count) {
        Object stored = read(first + from, first + from + count);
        double[] numbers = new double[count];
        if (stored instanceof double[] values && base == null && !meaning.hasMissing(key)) {
            return values;
        }
        if (stored instanceof long[] values && base instanceof Long zero && !meaning.hasMissing(key)) {
            for (int i = 0; i < count; i++) {
                numbers[i] = isTime() && values[i] == Long.MIN_VALUE ? Double.NaN : scaled(minus(values[i], zero));
            }
            return numbers;
        }
        boolean list = stored instanceof List<?>;
        for (int i = 0; i < count; i++) {
            numbers[i] = number(list ? ((List<?>) stored).get(i) : Array.get(stored, i));
        }
        return numbers;
    }

    private double number(Object value) {
        if (value instanceof Boolean truth) {
            return truth ? 1 : 0;
        }
        if (!(value instanceof Number number) || isMissing(value)) {
            return Double.NaN;
        }
        return scaled(base == null ? number.doubleValue() : minus(number, (Number) base));
    }

    private double scaled(double difference) {
        return time == null ? difference : time.seconds(difference);
    }

    private static double minus(Number number, Number base) {
        if (number instanceof Double || number instanceof Float || base instanceof Double || base instanceof Float) {
            return number.doubleValue() - base.doubleValue();
        }
        if (number instanceof Long large && base instanceof Long zero) {
            long difference = large - zero;
            if (((large ^ zero) & (large ^ difference)) >= 0) {
                return difference; // no overflow
            }
        }
        return new BigInteger(number.toString())
                .subtract(new BigInteger(base.toString()))
                .doubleValue();
    }
}
