package h5sink.record;

import h5sink.console.UserException;
import h5sink.field.Field;
import io.h5sink.H5Attributes;
import io.h5sink.H5Dataset;
import io.h5sink.H5Exception;
import io.h5sink.H5Group;
import io.h5sink.H5Source;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The fields that a file has columns for already, from which lines that are appended do not differ. */
final class Existing {

    private static final Pattern FIXED = Pattern.compile("UTF-8 string of (\\d+) bytes");

    private Existing() {}

    /** The attribute of a column that has the key of its field, where that is not the column's name. */
    static final String KEY = "field";

    /** What the columns in a group are, by name, with null as key if nobody knows it; empty if there is no file or no such group. */
    static Map<String, Field> fields(Path file, String group) {
        Map<String, Field> fields = new LinkedHashMap<>();
        if (Files.exists(file)) {
            try (H5Source h5 = H5Source.open(file)) {
                H5Group columns = h5.group(group);
                for (String name : columns.datasets()) {
                    H5Dataset dataset = columns.dataset(name);
                    Field field = field(name, dataset);
                    if (field != null && field.name().equals(name)) { // else no field of a record can have that name
                        fields.put(
                                name, field.withKey(dataset.attributes().get(KEY) instanceof String key ? key : null));
                    }
                }
            } catch (H5Exception e) {
                return Map.of(); // whether the file will do, the sink knows better, which may put it right, too
            }
        }
        return fields;
    }

    private static Field field(String name, H5Dataset dataset) {
        H5Attributes attributes = dataset.attributes();
        String units = String.valueOf(attributes.get("units"));
        if (dataset.ndim() != 1
                || "DIMENSION_SCALE".equals(attributes.get("CLASS"))
                        && dataset.chunks().isEmpty()) {
            return null;
        }
        Field field;
        if (units.startsWith("nanoseconds since 1970-01-01")) {
            field = Field.of(name, "time");
        } else if (units.startsWith("days since 1970-01-01")) {
            field = Field.of(name, "date");
        } else {
            field = field(name, dataset.type());
        }
        Object fill = attributes.get("_FillValue");
        if (field == null || !(fill instanceof Number number)) {
            return field;
        }
        return field.withFill(
                field.kind() == Field.Kind.FLOAT ? (Object) number.doubleValue() : (Object) number.longValue());
    }

    private static Field field(String name, String type) {
        if (type.startsWith("variable-length") && type.endsWith("string")) {
            return Field.of(name, "string");
        }
        if (type.startsWith("ragged ")) {
            return field(name, type.substring("ragged ".length()) + "[]");
        }
        Matcher fixed = FIXED.matcher(type);
        if (fixed.matches()) {
            return Field.of(name, "string:" + fixed.group(1));
        }
        try {
            return Field.of(name, type);
        } catch (UserException e) {
            return null;
        }
    }
}
