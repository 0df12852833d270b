package h5sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.h5sink.Layout;
import io.h5sink.StoredType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the fields of the first lines are. */
final class Sample {

    /** What was seen of a field. */
    private static final class Seen {
        int ints;
        int reals;
        int bools;
        int times;
        int dates;
        int texts;
        int arrays;
        int realArrays;
        int otherArrays;
        int longest;
        int shortestArray = Integer.MAX_VALUE;
        int longestArray;

        int values() {
            return ints + reals + bools + times + dates + texts + arrays;
        }
    }

    private final Map<String, Seen> fields = new LinkedHashMap<>();
    private int lines;

    int lines() {
        return lines;
    }

    /** Looks at a line; one that is bad does not count. */
    void look(Lines line, Format format) {
        Map<String, Object> values = new LinkedHashMap<>();
        try {
            format.look(line, values::put);
        } catch (BadLineException | OutOfMemoryError e) {
            return; // told when it is read
        }
        lines++;
        values.forEach((name, value) -> see(fields.computeIfAbsent(name, key -> new Seen()), value));
    }

    private static void see(Seen seen, Object value) {
        if (value instanceof Long) {
            seen.ints++;
        } else if (value instanceof Double) {
            seen.reals++;
        } else if (value instanceof Boolean) {
            seen.bools++;
        } else if (value instanceof List<?> list) {
            seen.arrays++;
            seen.realArrays += list.stream().allMatch(Long.class::isInstance) ? 0 : 1;
            seen.otherArrays += list.stream().allMatch(Number.class::isInstance) ? 0 : 1;
            if (list.stream().allMatch(Number.class::isInstance)) {
                seen.shortestArray = Math.min(seen.shortestArray, list.size());
                seen.longestArray = Math.max(seen.longestArray, list.size());
            }
        } else if (value instanceof String text) {
            seen.longest = Math.max(seen.longest, text.getBytes(UTF_8).length);
            if (IsoTime.date(text) != null) {
                seen.dates++;
            } else if (IsoTime.instant(text) != null) {
                seen.times++;
            } else {
                seen.texts++;
            }
        }
    }

    /**
     * The fields, in the order in which they were seen; none if there was no line.
     *
     * @param declared what was declared of fields
     * @param existing what columns are that the file has already
     * @param layout how they will be stored
     */
    List<Field> fields(Map<String, Field> declared, Map<String, Field> existing, Layout layout) {
        if (lines == 0) {
            return List.of();
        }
        Map<String, Field> all = new LinkedHashMap<>();
        fields.forEach((name, seen) -> {
            if (declared.containsKey(name)) {
                all.put(name, seen.values() < lines ? withFill(declared.get(name)) : declared.get(name));
            } else if (existing.containsKey(name)) {
                all.put(name, existing.get(name));
            } else if (seen.values() > 0) { // else nobody knows yet what it is
                Field field = infer(name, seen, layout == Layout.TABLE);
                boolean missing = seen.values() < lines || !existing.isEmpty();
                all.put(name, missing ? withFill(field) : field);
            }
        });
        declared.forEach((name, field) -> all.putIfAbsent(name, withFill(field)));
        existing.forEach((name, field) -> {
            if (field.fill() != null) {
                all.putIfAbsent(name, field); // may come later
            }
        });
        return List.copyOf(all.values());
    }

    /** A field of the kind that most values are of. */
    private static Field infer(String name, Seen seen, boolean table) {
        int half = seen.values() / 2;
        if (seen.bools > half) {
            return Field.of(name, "bool");
        }
        if (seen.ints + seen.reals > half) {
            return Field.of(name, seen.reals == 0 ? "int64" : "float64");
        }
        if (seen.times + seen.dates > half) {
            return Field.of(name, seen.times == 0 ? "date" : "time");
        }
        if (seen.arrays - seen.otherArrays > half && seen.longestArray > 0) {
            Field.Kind kind = seen.realArrays == seen.otherArrays ? Field.Kind.INTS : Field.Kind.FLOATS;
            return new Field(name, kind, null, 0, seen.shortestArray < seen.longestArray, null);
        }
        return Field.of(name, table ? "string:" + roomy(seen.longest) : "string");
    }

    /** Bytes for strings of which some may be longer than the first ones. */
    private static int roomy(int longest) {
        return Math.max(16, Integer.highestOneBit(Math.max(1, longest)) * 4);
    }

    /** A field that some lines have not got, with what stands for it in the file. */
    private static Field withFill(Field field) {
        if (field.fill() != null) {
            return field;
        }
        return switch (field.kind()) {
            case INT ->
                field.stored() == null || field.stored() == StoredType.INT64 ? field.withFill(Long.MIN_VALUE) : field;
            case FLOAT -> field.withFill(Double.NaN);
            case TIME, DATE -> field.withFill(Long.MIN_VALUE);
            case STRING -> field.withFill("");
            default -> field;
        };
    }
}
