package h5sink;

import io.h5sink.H5Dataset;
import io.h5sink.H5Group;
import io.h5sink.H5Source;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = {
            "Shows the values of a dataset or of a part of it, or the rows of a group, also while the file is written.",
            "",
            "A row is a line, with tabs between values; times are in ISO 8601. Only what is shown is read."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  h5sink show data.h5 /temperature ':10'",
            "  h5sink show data.h5 /spectrum '-1, ::10'",
            "  h5sink show data.h5 / --json | head"
        })
final class ShowCommand extends FileCommand {

    private static final long PIECE_BYTES = 1 << 20;

    @Parameters(index = "1", paramLabel = "PATH", description = "A dataset, or a group with columns.")
    private String path;

    @Parameters(
            index = "2",
            arity = "0..1",
            paramLabel = "SLICE",
            description =
                    "As in NumPy: 'start:stop:step, ...', where negative numbers count from the end. Default: all.")
    private String slice;

    @Option(names = "--json", description = "A line of JSON for each row.")
    private boolean json;

    @Override
    public Integer call() {
        try (H5Source h5 = H5Source.open(file)) {
            if (Tree.isDataset(h5, path)) {
                dataset(h5.dataset(path));
            } else {
                group(h5.group(path));
            }
        }
        return 0;
    }

    private void group(H5Group group) {
        if (slice != null) {
            throw new UserException(path + " is a group, of which there are no slices; name one of its datasets");
        }
        Table table = new Table(out(), Meaning.of(group), json);
        group.rows().records().takeWhile(table::print).blockLast();
    }

    private void dataset(H5Dataset dataset) {
        Meaning meaning = Meaning.of(dataset);
        Table table = new Table(out(), meaning, json);
        if (slice != null || dataset.ndim() == 0) {
            boolean rows = dataset.ndim() > 0 && !dataset.slice(slice).shape().isEmpty();
            Object value = dataset.slice(slice == null ? "..." : slice).read();
            print(table, meaning, dataset, rows ? value : new Object[] {value});
            return;
        }
        long length = dataset.shape().get(0);
        long rowBytes = Math.max(1, dataset.bytes() / Math.max(1, length));
        long piece = Math.max(1, Math.min(PIECE_BYTES, PIECE_BYTES / rowBytes));
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
