package h5sink.show;

import h5sink.console.FileCommand;
import h5sink.console.Message;
import h5sink.console.Text;
import h5sink.console.UserException;
import h5sink.file.Columns;
import h5sink.file.Meaning;
import h5sink.file.Paths;
import h5sink.file.Pieces;
import h5sink.file.Place;
import h5sink.file.Walk;
import io.h5sink.H5Dataset;
import io.h5sink.H5Group;
import io.h5sink.H5Source;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = {
            "Shows the values of a dataset, the rows of a group, or a part of them, also while the file is written.",
            "",
            "A row is a line, with tabs between values; times are in ISO 8601. Only what is shown is read. A group whose columns are in"
                    + " groups of its own is shown by the first rows of each."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  h5sink show data.h5",
            "  h5sink show data.h5 /temperature :10",
            "  h5sink show data.h5 /temperature -10:",
            "  h5sink show data.h5 /spectrum[-1, ::10]",
            "  h5sink show data.h5 / --json | head"
        })
public final class ShowCommand extends FileCommand {

    private static final long PIECE_BYTES = 1 << 20;
    private static final long MOST_BYTES = 64 << 20;
    private static final int FIRST_ROWS = 5;

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "PATH [SLICE]",
            hideParamSyntax = true,
            description =
                    "A dataset or a group, and which part of it, as in NumPy: start:stop:step, ..., where negative numbers count from"
                            + " the end; also PATH[SLICE]. Default: / and all of it.")
    private List<String> words = new ArrayList<>();

    @Option(names = "--json", description = "A line of JSON for each row.")
    private boolean json;

    @Override
    public Integer call() {
        Stream.concat(Stream.of(file.toString()), words.stream())
                .filter(word -> word.startsWith("-") && !Place.isSlice(word))
                .findFirst()
                .ifPresent(word -> {
                    throw new ParameterException(commandLine(), "Unknown option: '" + word + "'");
                });
        try (H5Source h5 = H5Source.open(file)) {
            Place place = Place.of(h5, words);
            if (Paths.isDataset(h5, place.path())) {
                dataset(h5.dataset(place.path()), place.slice());
            } else {
                group(h5.group(place.path()), place.slice());
            }
        }
        return 0;
    }

    private void group(H5Group group, String slice) {
        Columns columns = new Columns(group);
        if (columns.names().isEmpty()) {
            if (slice != null) {
                throw new UserException(
                        group.path() + " has no columns of its own; name one of its groups or datasets");
            }
            Overview overview = new Overview();
            Walk.walk(group, overview);
            if (overview.isEmpty()) {
                Message.print(err(), group.path() + " has nothing in it that has values");
            }
            return;
        }
        rows(columns, group, slice);
        if (!columns.others().isEmpty()) {
            Message.print(err(), group.path() + " has also " + Text.plain(String.join(", ", columns.others())));
        }
    }

    private boolean rows(Columns columns, H5Group group, String slice) {
        Table table = new Table(out(), Meaning.of(group, columns.names()), json, columns.names());
        columns.records(slice).takeWhile(table::print).blockLast();
        return !out().checkError();
    }

    /** Of groups of groups: the first rows of each that has columns, and what has no rows. */
    private final class Overview implements Walk.Visitor {

        private boolean read = true;
        private boolean printed;

        boolean isEmpty() {
            return !printed;
        }

        @Override
        public void group(H5Group found, int depth) {
            Columns columns = new Columns(found);
            if (!read || columns.names().isEmpty()) {
                return;
            }
            if (json) {
                Map<String, Object> types = new LinkedHashMap<>();
                columns.names()
                        .forEach(name -> types.put(name, found.dataset(name).type()));
                Map<String, Object> line = new LinkedHashMap<>();
                line.put("group", found.path());
                line.put("rows", columns.rows());
                line.put("columns", types);
                print(Text.json(line));
                return;
            }
            print(Text.plain(found.path()) + "  " + Text.count(columns.rows(), "row"));
            read = read && rows(columns, found, ":" + FIRST_ROWS);
            if (columns.rows() > FIRST_ROWS) {
                print("…");
            }
            print("");
        }

        @Override
        public void dataset(H5Dataset found, int depth) {
            if (read && found.ndim() == 0 && found.size() > 0) {
                Object value = Meaning.of(found).value(found.path(), found.read());
                Map<String, Object> line = new LinkedHashMap<>();
                line.put("dataset", found.path());
                line.put("value", value);
                print(json ? Text.json(line) : Text.plain(found.path()) + "\t" + Text.plain(value));
            }
        }

        @Override
        public void again(H5Group found, String before, int depth) {
            // its rows are shown already, under the path before
        }

        @Override
        public void unreadable(String path, String why, int depth) {
            Message.print(err(), path + ": " + why);
        }

        private void print(String line) {
            printed = true;
            out().println(line);
            read = read && !out().checkError();
        }
    }

    private void dataset(H5Dataset dataset, String slice) {
        Meaning meaning = Meaning.of(dataset);
        Table table = new Table(out(), meaning, json, List.of());
        if (slice != null || dataset.ndim() == 0) {
            if (slice == null && dataset.size() == 0) {
                out().println(json ? "null" : ""); // what HDF5 calls a null dataspace
                return;
            }
            boolean rows = dataset.ndim() > 0 && !dataset.slice(slice).shape().isEmpty();
            Object value = dataset.slice(slice == null ? "..." : slice).read();
            print(table, meaning, dataset, rows ? value : new Object[] {value});
            return;
        }
        long length = dataset.shape().get(0);
        long rowBytes = Pieces.bytes(dataset.type());
        for (long extent : dataset.shape().subList(1, dataset.ndim())) {
            rowBytes = extent == 0 ? 1 : rowBytes > Long.MAX_VALUE / extent ? Long.MAX_VALUE : rowBytes * extent;
        }
        long piece = Math.max(1, PIECE_BYTES / rowBytes);
        if (!dataset.chunks().isEmpty() && dataset.chunks().get(0) <= MOST_BYTES / rowBytes) {
            long chunk = dataset.chunks().get(0); // which is not unpacked again and again
            piece = (piece + chunk - 1) / chunk * chunk;
        }
        boolean read = true;
        for (long row = 0; row < length && read; row += piece) {
            Object part =
                    dataset.slice(row + ":" + Math.min(length, row + piece)).read();
            read = print(table, meaning, dataset, part);
        }
    }

    private boolean print(Table table, Meaning meaning, H5Dataset dataset, Object rows) {
        boolean read = true;
        for (Object row : Text.elements(rows)) {
            if (row instanceof Map<?, ?> members) {
                read = table.printMembers(members);
            } else {
                out().println(json ? Text.json(value(meaning, dataset, row)) : line(meaning, dataset, row));
                read = !out().checkError();
            }
            if (!read) {
                return false;
            }
        }
        return true;
    }

    private static Object value(Meaning meaning, H5Dataset dataset, Object value) {
        return meaning.value(dataset.path(), value);
    }

    /** A row: a value, or the values of an array of one axis. */
    private static String line(Meaning meaning, H5Dataset dataset, Object row) {
        if (row instanceof List<?> || !row.getClass().isArray()) {
            return Text.plain(value(meaning, dataset, row));
        }
        StringJoiner line = new StringJoiner("\t");
        Text.elements(row).forEach(value -> line.add(Text.plain(value(meaning, dataset, value))));
        return line.toString();
    }
}
