package h5sink.show;

import h5sink.console.Text;
import h5sink.file.Meaning;
import io.h5sink.H5Record;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** Prints rows: values between tabs below their names, or JSON. One thread at a time. */
final class Table {

    private final PrintWriter out;
    private final Meaning meaning;
    private final boolean json;
    private final List<String> names;
    private List<String> header = List.of();

    /** Names that each row has, empty where it has no value; or none, and a row with other names than that before has a line of them. */
    Table(PrintWriter out, Meaning meaning, boolean json, List<String> names) {
        this.names = names;
        this.out = out;
        this.meaning = meaning;
        this.json = json;
    }

    /** Prints a row of columns, or that of a table; false if nobody reads any more. */
    boolean print(H5Record record) {
        Map<String, Object> columns = record.toMap();
        if (columns.size() == 1 && columns.values().iterator().next() instanceof Map<?, ?> members) {
            return printMembers(members);
        }
        columns.replaceAll(meaning::value);
        if (json || names.isEmpty()) {
            return printValues(columns);
        }
        Map<String, Object> row = new LinkedHashMap<>();
        names.forEach(name -> row.put(name, columns.get(name)));
        return printValues(row);
    }

    /** Prints a row of a table. */
    boolean printMembers(Map<?, ?> members) {
        Map<String, Object> values = new LinkedHashMap<>();
        members.forEach(
                (name, value) -> values.put(String.valueOf(name), meaning.value(Meaning.member(values.size()), value)));
        return printValues(values);
    }

    private boolean printValues(Map<String, Object> values) {
        if (json) {
            out.println(Text.json(values));
        } else {
            List<String> names = List.copyOf(values.keySet());
            if (!names.equals(header)) {
                header = names;
                StringJoiner line = new StringJoiner("\t");
                names.forEach(name -> line.add(Text.plain(name)));
                out.println(line);
            }
            StringJoiner line = new StringJoiner("\t");
            values.values().forEach(value -> line.add(Text.plain(value)));
            out.println(line);
        }
        return !out.checkError();
    }
}
