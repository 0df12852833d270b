package h5sink.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import h5sink.field.Field;
import h5sink.field.IsoTime;
import h5sink.field.Names;
import h5sink.input.BadLineException;
import io.h5sink.Layout;
import io.h5sink.StoredType;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** What the fields of the first records are. */
public final class Sample {

    /** What was seen of a field. */
    private static final class Seen {
        int ints;
        int bigs;
        int negatives;
        int reals;
        int bools;
        int times;
        int dates;
        int texts;
        int arrays;
        int bigArrays;
        int negativeArrays;
        int realArrays;
        int otherArrays;
        int longest;
        int shortestArray = Integer.MAX_VALUE;
        int longestArray;

        int values() {
            return ints + bigs + reals + bools + times + dates + texts + arrays;
        }
    }

    private final Map<String, Seen> fields = new LinkedHashMap<>();
    private int records;

    public int records() {
        return records;
    }

    /** Looks at a record; false at the end, and at the deadline. One that is bad does not count, and is reported when it is read. */
    public boolean look(Format format, long deadline, Consumer<String> bad) {
        Map<String, Object> values = new LinkedHashMap<>();
        try {
            if (!format.look(values::put, deadline)) {
                return false;
            }
        } catch (BadLineException e) {
            bad.accept(e.getMessage());
            return true;
        } catch (OutOfMemoryError e) {
            return true;
        }
        records++;
        values.forEach((key, value) -> see(fields.computeIfAbsent(key, name -> new Seen()), value));
        return true;
    }

    private static void see(Seen seen, Object value) {
        if (value instanceof Long integer) {
            seen.ints++;
            seen.negatives += integer < 0 ? 1 : 0;
        } else if (value instanceof BigInteger) {
            seen.bigs++;
        } else if (value instanceof Double) {
            seen.reals++;
        } else if (value instanceof Boolean) {
            seen.bools++;
        } else if (value instanceof List<?> list) {
            seen.arrays++;
            seen.bigArrays += list.stream().anyMatch(BigInteger.class::isInstance) ? 1 : 0;
            seen.negativeArrays += list.stream().anyMatch(each -> each instanceof Long element && element < 0) ? 1 : 0;
            seen.realArrays += list.stream().noneMatch(Double.class::isInstance) ? 0 : 1;
            seen.otherArrays += list.stream().allMatch(Number.class::isInstance) ? 0 : 1;
            if (list.stream().allMatch(Number.class::isInstance)) {
                seen.shortestArray = Math.min(seen.shortestArray, list.size());
                seen.longestArray = Math.max(seen.longestArray, list.size());
            }
        } else if (value instanceof String text) {
            seen.longest = Math.max(seen.longest, text.getBytes(UTF_8).length);
            if (IsoTime.date(text) != null) {
                seen.dates++;
            } else if (IsoTime.isTime(text)) {
                seen.times++;
            } else {
                seen.texts++;
            }
        }
    }

    /**
     * The fields, in the order in which they were seen; none if there was no record.
     *
     * @param declared what was declared of fields, by key or by column
     * @param existing what columns are that the file has already, by name
     * @param layout how they will be stored
     */
    public List<Field> fields(Map<String, Field> declared, Map<String, Field> existing, Layout layout) {
        if (records == 0) {
            return List.of();
        }
        Map<String, String> known = new HashMap<>();
        existing.forEach((name, field) -> known.put(name, field.key()));
        Map<String, Field> byKey = new LinkedHashMap<>();
        Names.columns(fields.keySet(), known).forEach((key, column) -> {
            if (declared.containsKey(key) || declared.containsKey(column)) {
                byKey.put(key, declared.getOrDefault(key, declared.get(column)));
            }
        });
        declared.forEach((name, field) -> {
            if (!byKey.containsValue(field)) {
                byKey.put(name, field);
            }
        });
        Set<String> keys = new LinkedHashSet<>(fields.keySet());
        keys.addAll(byKey.keySet());
        Map<String, String> columns = Names.columns(keys, known);
        Map<String, Field> all = new LinkedHashMap<>();
        for (String key : keys) {
            String column = columns.get(key);
            Field field = field(key, byKey.get(key), existing.get(column), layout);
            if (field != null) {
                Seen seen = fields.get(key);
                boolean missing =
                        seen == null || seen.values() < records || !existing.isEmpty() && !existing.containsKey(column);
                all.put(column, (missing ? withFill(field) : field).withKey(key).withName(column));
            }
        }
        existing.forEach((name, field) -> {
            if (field.fill() != null) {
                all.putIfAbsent(name, field.key() == null ? field.withKey(Names.key(name)) : field); // may come later
            }
        });
        return List.copyOf(all.values());
    }

    /** Null if nobody knows yet what it is. */
    private Field field(String key, Field declared, Field existing, Layout layout) {
        if (declared != null || existing != null) {
            return declared != null ? declared : existing;
        }
        Seen seen = fields.get(key);
        return seen.values() == 0 ? null : infer(key, seen, layout == Layout.TABLE);
    }

    /** A field of the kind that most values are of. */
    private static Field infer(String key, Seen seen, boolean table) {
        int half = seen.values() / 2;
        if (seen.bools > half) {
            return Field.of(key, "bool");
        }
        if (seen.ints + seen.bigs + seen.reals > half) {
            String integers = seen.bigs > 0 && seen.negatives == 0 ? "uint64" : "int64";
            return Field.of(key, seen.reals == 0 ? integers : "float64");
        }
        if (seen.times + seen.dates > half) {
            return Field.of(key, seen.times == 0 ? "date" : "time");
        }
        if (seen.arrays - seen.otherArrays > half && seen.longestArray > 0) {
            boolean ragged = seen.shortestArray < seen.longestArray;
            if (seen.realArrays > seen.otherArrays) {
                return Field.of(key, Field.Kind.FLOATS, null, 0, ragged);
            }
            StoredType stored = seen.bigArrays > 0 && seen.negativeArrays == 0 ? StoredType.UINT64 : null;
            return Field.of(key, Field.Kind.INTS, stored, 0, ragged);
        }
        return Field.of(key, table ? "string:" + capacity(seen.longest) : "string");
    }

    /** Bytes for strings of which some may be longer than the first ones. */
    private static int capacity(int longest) {
        return Math.max(16, Integer.highestOneBit(Math.max(1, longest)) * 4);
    }

    /** A field that some records have not got, with what stands for it in the file: for uint64 that of netCDF, 2^64 - 2. */
    private static Field withFill(Field field) {
        if (field.fill() != null) {
            return field;
        }
        return switch (field.kind()) {
            case INT ->
                switch (field.stored()) {
                    case INT64 -> field.withFill(Long.MIN_VALUE);
                    case UINT64 -> field.withFill(-2L);
                    default -> field;
                };
            case FLOAT -> field.withFill(Double.NaN);
            case TIME, DATE -> field.withFill(Long.MIN_VALUE);
            case STRING -> field.withFill("");
            default -> field;
        };
    }
}
