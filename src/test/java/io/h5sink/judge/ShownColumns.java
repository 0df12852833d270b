package io.h5sink.judge;

import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Node;
import io.jhdf.object.datatype.DataType;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The datasets of a file that are in no group, in the words of Python and with the values that h5py reads. */
public final class ShownColumns {

    private static final String SCRIPT = """
            import h5py, sys
            with h5py.File(sys.argv[1], 'r') as f:
                for name in sorted(set(f) - set(sys.argv[2:])):
                    column = f[name]
                    values = column.asstr()[()] if h5py.check_string_dtype(column.dtype) else column[()]
                    print(name, column.dtype, values.tolist() if column.dtype != object or values.ndim else values,
                          column.attrs.get('_FillValue', ''), column.attrs.get('units', ''))
            """;

    private ShownColumns() {}

    /** One a line: name, type, values, fill value and unit; but for some of them. */
    public static List<String> show(Path file, String... without) {
        List<String> others = List.of(without);
        Object[] arguments = Stream.concat(Stream.of(file), others.stream()).toArray();
        return Inside.judged(
                        file,
                        () -> Contents.of(file, false, contents -> inside(contents, others)),
                        () -> Python.run(SCRIPT, arguments))
                .lines()
                .toList();
    }

    private static String inside(Contents contents, List<String> without) {
        StringBuilder lines = new StringBuilder();
        contents.objects().forEach((path, node) -> {
            String name = path.substring(1);
            if (node instanceof Dataset dataset && !name.contains("/") && !without.contains(name)) {
                DataType type = dataset.getDataType();
                String kind = NumPy.str(type).startsWith("|S") ? NumPy.str(type) : NumPy.name(type);
                lines.append("%s %s %s %s %s%n"
                        .formatted(
                                name,
                                kind,
                                PythonText.repr(contents.nested(path)),
                                attribute(contents, node, "_FillValue"),
                                attribute(contents, node, "units")));
            }
        });
        return lines.toString();
    }

    private static String attribute(Contents contents, Node node, String name) {
        Attribute attribute = node.getAttribute(name);
        return attribute == null ? "" : PythonText.str(contents.value(attribute));
    }
}
