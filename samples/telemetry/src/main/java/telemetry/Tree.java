package telemetry;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.object.datatype.DataType;
import java.io.PrintStream;
import java.lang.reflect.Array;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Prints what is in an HDF5 file: a line for each dataset. Read with jHDF, which shares no code with the sink. */
final class Tree {

    private static final int LAST = 3;

    private Tree() {}

    static void print(Path path, PrintStream out) {
        try (HdfFile file = new HdfFile(path)) {
            out.println(path);
            print(file, out);
        }
    }

    private static void print(Group group, PrintStream out) {
        for (Node node : new TreeMap<>(group.getChildren()).values()) {
            if (node instanceof Dataset dataset) {
                if (dataset.isEmpty()) {
                    continue; // a dimension, which has a length and no values
                }
                out.printf(
                        "  %-18s %-12s %-8s %s%n",
                        dataset.getPath(), shape(dataset), type(dataset.getDataType()), lastValues(dataset));
            } else if (node instanceof Group child) {
                print(child, out);
            }
        }
    }

    /** The shape as NumPy writes it. */
    private static String shape(Dataset dataset) {
        int[] extent = dataset.getDimensions();
        return extent.length == 1
                ? "(" + extent[0] + ",)"
                : Arrays.stream(extent).mapToObj(Integer::toString).collect(Collectors.joining(", ", "(", ")"));
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
            return elements(value).stream().map(Tree::show).collect(Collectors.joining(" ", "[", "]"));
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
