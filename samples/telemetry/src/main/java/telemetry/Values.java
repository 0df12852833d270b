package telemetry;

import io.jhdf.api.Dataset;
import io.jhdf.api.Node;
import io.jhdf.object.datatype.DataType;
import java.lang.reflect.Array;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import shared.Tree;

/** The last values of a dataset as text. */
final class Values {

    private static final int LAST = 3;

    private Values() {}

    /** The name, shape, type and last values of a dataset; null for a dimension, which has a length and no values. */
    static String line(Node node) {
        return !(node instanceof Dataset dataset) || dataset.isEmpty()
                ? null
                : String.format(
                        "%-18s %-12s %-8s %s",
                        dataset.getPath(),
                        Tree.shape(dataset.getDimensions()),
                        type(dataset.getDataType()),
                        lastValues(dataset));
    }

    /** The type as NumPy names it, for numbers. */
    private static String type(DataType type) {
        int bits = 8 * type.getSize();
        if (type.getJavaType() == float.class || type.getJavaType() == double.class) {
            return "float" + bits;
        }
        return type.getJavaType().isPrimitive()
                ? "int" + bits
                : type.getJavaType().getSimpleName();
    }

    /** The last few values of a column of scalars; of a column of arrays, the last array. */
    private static String lastValues(Dataset dataset) {
        int[] extent = dataset.getDimensions();
        int[] count = extent.clone();
        count[0] = Math.min(extent[0], extent.length == 1 ? LAST : 1);
        long[] from = new long[extent.length];
        from[0] = extent[0] - count[0];
        List<Object> rows = elements(dataset.getData(from, count));
        if (extent.length > 1) {
            return (extent[0] > 1 ? "… " : "") + show(rows.get(0));
        }
        boolean time = dataset.getAttribute("units") != null;
        return rows.stream()
                .map(row -> time ? instant((long) row).toString() : show(row))
                .collect(Collectors.joining("  ", extent[0] > LAST ? "…  " : "", ""));
    }

    private static String show(Object value) {
        if (value.getClass().isArray()) {
            return elements(value).stream().map(Values::show).collect(Collectors.joining(" ", "[", "]"));
        }
        return value instanceof Double number ? String.format("%.3f", number) : value.toString();
    }

    private static List<Object> elements(Object array) {
        return IntStream.range(0, Array.getLength(array))
                .mapToObj(i -> Array.get(array, i))
                .toList();
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(0, nanos);
    }
}
