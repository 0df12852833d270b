package h5sink;

import io.h5sink.Compression;
import io.h5sink.Durability;
import io.h5sink.Evolution;
import io.h5sink.H5Sink;
import io.h5sink.H5Writer;
import io.h5sink.Layout;
import io.h5sink.OpenMode;
import io.h5sink.WriteSummary;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "record",
        mixinStandardHelpOptions = true,
        description = {
            "Writes lines from standard input to an HDF5 file: a JSON object each, or CSV below a line of names.",
            "",
            "Each field is a column, all of one length, of the type that most of the first lines have: up to 1000 of them, or what comes"
                    + " within a second. Columns that the file has already keep their types. Times in ISO 8601 are stored as nanoseconds,"
                    + " UTC, and a single one labels the rows of the others, of which there may be 253. A field that a line lacks is NaN in a column of floats, an"
                    + " empty string in one of strings, and otherwise the fill value, which a column has by --fill, or if the first lines"
                    + " lacked it too: the smallest int64. Where there is none, and where a value is not of the column's type, the line is"
                    + " a bad one: it is told, counted and left out.",
            "",
            "Ctrl-C and SIGTERM end the stream: what was read is written, and the file is closed."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  h5sink record data.h5 < readings.ndjson",
            "  h5sink record data.h5 --type temperature=float32 --compress zstd < readings.csv",
            "  h5sink record data.h5 --route station --follow readings.ndjson --bad bad.ndjson",
            "  mosquitto_sub -t sensors/# | h5sink record data.h5 --commit 200ms",
        })
final class RecordCommand implements Callable<Integer> {

    private static final int FIRST_LINES = 1000;
    private static final long FIRST_BYTES = 64 << 20;
    private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What lines look like. */
    enum Shape {
        AUTO,
        NDJSON,
        CSV
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The HDF5 file; one that exists is gone on with.")
    private Path file;

    @Option(
            names = "--follow",
            paramLabel = "LINES",
            description = "Read this file as it grows, instead of standard input.")
    private Path follow;

    @Option(names = "--format", description = "${COMPLETION-CANDIDATES}. Default: by the first line.")
    private Shape format = Shape.AUTO;

    @Option(names = "--separator", description = "What is between the values of CSV. Default: a comma.")
    private char separator = ',';

    @Option(
            names = "--type",
            paramLabel = "NAME=TYPE",
            description = "The type of a field: " + Field.TYPES + ". Repeatable.")
    private Map<String, String> types = new LinkedHashMap<>();

    @Option(names = "--fill", paramLabel = "NAME=VALUE", description = "What stands for a missing value. Repeatable.")
    private Map<String, String> fills = new LinkedHashMap<>();

    @Option(names = "--group", description = "The group of the columns. Default: /.")
    private String group = "/";

    @Option(
            names = "--route",
            paramLabel = "FIELD|PATH",
            description = "A group for each value of a field, or a path with fields: /sites/{site}/{sensor}.")
    private String route;

    @Option(
            names = "--layout",
            description = "${COMPLETION-CANDIDATES}: a dataset for each field, or one of compounds.")
    private Layout layout = Layout.COLUMNS;

    @Option(
            names = "--compress",
            paramLabel = "HOW",
            description = "gzip[:LEVEL], zstd[:LEVEL], lzf, lz4, auto. Default: none.")
    private Compression compression = Compression.none();

    @Option(
            names = "--commit",
            paramLabel = "TIME",
            description = "How often lines become safe and visible. Default: 1s.")
    private Duration commit = Duration.ofSeconds(1);

    @Option(names = "--fsync", description = "Let commits survive the loss of power.")
    private boolean fsync;

    @Option(names = "--overwrite", description = "Begin with an empty file.")
    private boolean overwrite;

    @Option(names = "--bad", paramLabel = "LINES", description = "Keep bad lines in this file.")
    private Path badFile;

    @Option(
            names = "--progress",
            description = "${COMPLETION-CANDIDATES}. Default: a bar on a terminal, else a line a minute.")
    private Progress.Style progress = Progress.Style.AUTO;

    @Override
    public Integer call() throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        Input input = new Input(follow == null ? new FileInputStream(FileDescriptor.in) : new GrowingFile(follow));
        Signals.onStop(input::stop);
        Lines lines = new Lines(input);
        try (BadLines bad = new BadLines(err, badFile)) {
            Format reader = format(lines);
            Fields fields = fields(lines, reader);
            lines.rewind();
            if (reader instanceof CsvFormat) {
                lines.next(); // the names
            }
            if (fields.all().isEmpty()) {
                return nothing(lines, reader, fields, bad);
            }
            if (layout == Layout.TABLE && fields.all().size() > RowType.MOST_FIELDS) {
                throw new UserException("--layout TABLE takes at most " + RowType.MOST_FIELDS
                        + " fields, but the lines have " + fields.all().size());
            }
            WriteSummary summary = write(new Rows(lines, reader, fields, bad), fields, bad);
            Cli.tell(
                    err, told(summary) + (bad.count() == 0 ? "" : "; left out " + Text.count(bad.count(), "bad line")));
            return bad.isEmpty() ? 0 : Cli.FINDINGS;
        }
    }

    /** Tells of lines of which not one could be understood. */
    private int nothing(Lines lines, Format reader, Fields fields, BadLines bad) {
        while (reader != null && lines.next()) {
            try {
                reader.read(lines, fields, (name, value) -> {});
                bad.add(lines, "no field with a value");
            } catch (BadLineException e) {
                bad.add(lines, e.getMessage());
            }
        }
        Cli.tell(spec.commandLine().getErr(), "there was no line to record, and nothing was written");
        return bad.isEmpty() ? 0 : Cli.FINDINGS;
    }

    private WriteSummary write(Rows rows, Fields fields, BadLines bad) {
        H5Writer.Builder<Object> writer = H5Writer.<Object>to(file)
                .open(overwrite ? OpenMode.TRUNCATE : OpenMode.APPEND)
                .group(group)
                .layout(layout)
                .compression(compression)
                .commitEvery(commit)
                .durability(fsync ? Durability.FSYNC : Durability.FLUSH)
                .evolve(Evolution.BACKFILL)
                .onBadRecord(rows::skip);
        fields.all().forEach(field -> field.declare(writer));
        if (route != null) {
            rows.route(writer, route);
        }
        Recorded recorded = new Recorded(bad);
        Progress shown = new Progress(spec.commandLine().getErr(), progress, recorded::told);
        try {
            H5Sink<Object> sink = writer.build().sink();
            sink.commits().subscribe(recorded::committed, error -> {});
            rows.records().doOnNext(row -> recorded.received()).subscribe(sink);
            return sink.result().block();
        } finally {
            shown.end();
        }
    }

    /** Null if there is no line. */
    private Format format(Lines lines) {
        if (!lines.next()) {
            return null;
        }
        Shape shape = format;
        if (shape == Shape.AUTO) {
            shape = lines.bytes()[lines.from()] == '{' ? Shape.NDJSON : Shape.CSV;
        }
        return shape == Shape.CSV ? new CsvFormat(separator, lines) : new JsonFormat();
    }

    private Fields fields(Lines lines, Format reader) {
        Map<String, Field> declared = new LinkedHashMap<>();
        types.forEach((name, type) -> declared.put(name, Field.of(name, type)));
        fills.forEach((name, text) -> {
            if (declared.computeIfPresent(name, (key, field) -> field.withFill(field.fillOf(text))) == null) {
                throw new UserException("--fill " + name + " needs --type " + name + "=TYPE");
            }
        });
        boolean goesOn = !overwrite && layout == Layout.COLUMNS && route == null;
        Map<String, Field> existing = goesOn ? Existing.fields(file, group) : Map.of();
        return reader == null
                ? new Fields(List.of())
                : new Fields(sample(lines, reader).fields(declared, existing, layout));
    }

    private static Sample sample(Lines lines, Format reader) {
        Sample sample = new Sample();
        if (reader instanceof JsonFormat) {
            sample.look(lines, reader); // the line that the format was known by
        }
        long deadline = System.nanoTime() + FIRST_NANOS;
        for (int i = 0; i < FIRST_LINES && lines.looked() < FIRST_BYTES && lines.next(deadline); i++) {
            sample.look(lines, reader);
        }
        while (sample.lines() == 0 && lines.next()) {
            sample.look(lines, reader);
        }
        return sample;
    }

    private static String told(WriteSummary summary) {
        double seconds = summary.took().toNanos() / 1e9;
        return String.format(
                Locale.ROOT,
                "%s: %s in %.1f s, %,.0f records/s, %s, %s",
                summary.file(),
                Text.count(summary.records(), "record"),
                seconds,
                summary.records() / seconds,
                Text.bytes(summary.bytes()),
                Text.count(summary.commits(), "commit"));
    }
}
