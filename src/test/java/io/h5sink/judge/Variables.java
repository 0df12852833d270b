package io.h5sink.judge;

import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.object.datatype.DataType;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The variables of a group by the rules of netCDF and its conventions for climate and forecast, without leaving the JVM, in the words
 * of {@link Xarray}.
 */
final class Variables {

    private static final Map<String, Long> NANOSECONDS =
            Map.of("nanoseconds", 1L, "microseconds", 1_000L, "seconds", 1_000_000_000L, "days", 86_400_000_000_000L);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.nnnnnnnnn").withZone(ZoneOffset.UTC);

    private final Contents contents;
    private final String group;

    private Variables(Contents contents, String group) {
        this.contents = contents;
        this.group = group.equals("/") ? "/" : group + "/";
    }

    /** As {@link Xarray#variables}. */
    static String of(Path file, String group) {
        return Contents.of(file, false, contents -> new Variables(contents, group).show());
    }

    private String show() {
        return contents.objects().entrySet().stream()
                .filter(object -> object.getValue() instanceof Dataset)
                .filter(object -> object.getKey().startsWith(group)
                        && name(object.getKey()).length() + group.length()
                                == object.getKey().length())
                .filter(object -> !Inside.isWithoutValues(contents, object.getValue()))
                .map(object -> show(object.getKey(), (Dataset) object.getValue()) + "\n")
                .collect(Collectors.joining());
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private String show(String path, Dataset dataset) {
        String name = name(path);
        List<String> axes = Inside.isScale(contents, dataset)
                ? List.of(name)
                : Inside.labels(contents, dataset).stream().map(Variables::name).toList();
        if (axes.size() != dataset.getDimensions().length) {
            throw new AssertionError(path + " has axes without a name: " + axes);
        }
        String mark = axes.equals(List.of(name)) ? "* " : "";
        return mark + name + "(" + String.join(", ", axes) + ") " + values(path, dataset);
    }

    /** The type and the elements that are meant by what is stored. */
    private String values(String path, Dataset dataset) {
        DataType type = dataset.getDataType();
        Object stored = contents.nested(path);
        Object fill = attribute(dataset, "_FillValue");
        String[] units = String.valueOf(attribute(dataset, "units")).split(" since ");
        Long unit = NANOSECONDS.get(units[0]);
        if (unit != null) {
            boolean isTime = units.length > 1;
            return (isTime ? "datetime64[ns] " : "timedelta64[ns] ") + PythonText.repr(times(stored, unit, isTime));
        } else if (!NumPy.text(type).isEmpty()) {
            return "object " + PythonText.repr(stored);
        } else if (fill != null) {
            String real = type.getSize() < 4 || NumPy.name(type).equals("float32") ? "float32 " : "float64 ";
            return real + PythonText.repr(masked(stored, fill));
        }
        return NumPy.name(type) + " " + PythonText.repr(stored);
    }

    private @Nullable Object attribute(Dataset dataset, String name) {
        Attribute attribute = dataset.getAttribute(name);
        return attribute == null ? null : contents.value(attribute);
    }

    private static Object times(Object stored, long unit, boolean isTime) {
        if (stored instanceof List<?> list) {
            return list.stream().map(element -> times(element, unit, isTime)).toList();
        }
        long nanoseconds = ((Number) stored).longValue() * unit;
        return isTime ? TIME.format(Instant.EPOCH.plusNanos(nanoseconds)) : (Object) nanoseconds;
    }

    private static Object masked(Object stored, Object fill) {
        if (stored instanceof List<?> list) {
            return list.stream().map(element -> masked(element, fill)).toList();
        }
        return stored.equals(fill) ? Double.NaN : ((Number) stored).doubleValue();
    }
}
