package h5sink.record;

import h5sink.console.ExitCode;
import h5sink.console.Message;
import h5sink.console.Progress;
import h5sink.console.Text;
import h5sink.console.UserException;
import h5sink.field.Field;
import h5sink.field.Fields;
import h5sink.format.CsvFormat;
import h5sink.format.Format;
import h5sink.format.JsonFormat;
import h5sink.format.Sample;
import h5sink.input.BadLineException;
import h5sink.input.GrowingFile;
import h5sink.input.Input;
import h5sink.input.Lines;
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
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "record",
        mixinStandardHelpOptions = true,
        description = {
            "Writes records from standard input to an HDF5 file: JSON objects, a line each, over several lines, or in an array; or CSV below a"
                    + " line of names. Input that is compressed by gzip or zstd is unpacked.",
            "",
            "Each field is a column, all of one length, of the type that most of the first records have: up to 1000 of them, or what comes"
                    + " within a second. Columns that the file has already keep their types. Times in ISO 8601 are stored as nanoseconds,"
                    + " UTC, and a single one labels the rows of the others, of which there may be 253. A field that a record lacks is NaN in a column of floats, an"
                    + " empty string in one of strings, and otherwise the fill value, which a column has by --fill, or if the first records"
                    + " lacked it too: the smallest int64. Where there is none, and where a value is not of the column's type, the line is"
                    + " a bad one: it is reported, counted and left out.",
            "",
            "Ctrl-C and SIGTERM end the stream: what was read is written, and the file is closed. The exit code is 0 if all that came is in"
                    + " the file, and 3 if something was left out."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  h5sink record data.h5 < readings.ndjson",
            "  h5sink record data.h5 --type temperature=float32 --unit temperature=degC --compress zstd < readings.csv.gz",
            "  h5sink record data.h5 --route station --follow readings.ndjson --bad bad.ndjson",
            "  h5sink record data.h5 readings.csv --type t=time:ms --attribute @operator=Ada",
            "  mosquitto_sub -t sensors/# | h5sink record data.h5 --commit 200ms",
        })
public final class RecordCommand implements Callable<Integer> {

    private static final int FIRST_RECORDS = 1000;
    private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What the input looks like. */
    enum Shape {
        AUTO,
        JSON,
        NDJSON,
        CSV
    }

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "FILE", description = "The HDF5 file; one that exists is gone on with.")
    private Path file;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "INPUT",
            description = "Read this file to its end, instead of standard input.")
    private Path from;

    @Option(
            names = "--follow",
            paramLabel = "LINES",
            description = "Read this file as it grows, instead of standard input.")
    private Path follow;

    @Option(
            names = "--format",
            description =
                    "${COMPLETION-CANDIDATES}; JSON and NDJSON are the same. Default: CSV if --separator or --names is there, else by the first character.")
    private Shape format = Shape.AUTO;

    @Option(
            names = "--separator",
            paramLabel = "CHARACTER",
            description =
                    "What is between the values of CSV, such as ';' or tab. Default: by the first line, comma, semicolon, tab or |.")
    private String separator;

    @Option(
            names = "--names",
            paramLabel = "NAME,NAME",
            split = ",",
            description = "The names of CSV's columns, if the first line has values already.")
    private List<String> names;

    @Mixin
    private ColumnOptions columns;

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
    @SuppressWarnings("try") // signals are heard as long as the input is read
    public Integer call() throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        columns.zone();
        separator();
        if (from != null && follow != null) {
            throw new UserException("INPUT and --follow are two inputs, but there can be one");
        }
        Input input = new Input(input());
        Lines lines = new Lines(input);
        Signals signals = Signals.onStop(input::stop);
        try (BadLines bad = new BadLines(err, badFile)) {
            Shape shape = shape(lines);
            Fields fields = fields(lines, shape, bad);
            lines.rewind();
            Format reader = reader(lines, shape);
            if (fields.all().isEmpty()) {
                nothing(lines, reader, fields, bad);
                return bad.isEmpty() ? 0 : ExitCode.FINDINGS;
            }
            if (layout == Layout.TABLE && fields.all().size() > RowType.MOST_FIELDS) {
                throw new UserException("--layout TABLE takes at most " + RowType.MOST_FIELDS
                        + " fields, but the lines have " + fields.all().size());
            }
            WriteSummary summary = write(new Rows(lines, reader, fields, bad), fields, bad);
            if (reader.missing() != null && !lines.isCutOff() && bad.isEmpty()) {
                bad.missing(reader.missing());
            }
            Message.print(
                    err,
                    reported(summary) + (bad.count() == 0 ? "" : "; left out " + Text.count(bad.count(), "bad line")));
            return bad.isEmpty() ? 0 : ExitCode.FINDINGS;
        } finally {
            signals.close();
        }
    }

    private InputStream input() throws IOException {
        if (follow != null) {
            return new GrowingFile(follow);
        }
        return from == null ? new FileInputStream(FileDescriptor.in) : Files.newInputStream(from);
    }

    /** Reports an input of which not one record could be understood. */
    private void nothing(Lines lines, Format reader, Fields fields, BadLines bad) {
        for (boolean more = true; more; ) {
            try {
                more = reader.read(fields, key -> {});
                if (more) {
                    bad.add(lines, "no field with a value");
                }
            } catch (BadLineException e) {
                bad.add(lines, e.getMessage());
            }
        }
        if (reader.missing() != null && !lines.isCutOff()) {
            bad.missing(reader.missing());
        }
        Message.print(spec.commandLine().getErr(), "there was no line to record, and nothing was written");
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
        if (hasColumnsOfItsOwn()) {
            fields.all().stream()
                    .filter(field ->
                            !field.key().equals(field.name()) && field.key().indexOf('\0') < 0)
                    .forEach(field -> writer.attribute(field.name(), Existing.KEY, field.key()));
        }
        columns.declare(writer, fields, file, group);
        if (route != null) {
            rows.route(writer, route);
        }
        Recorded recorded = new Recorded(bad);
        Progress shown = new Progress(spec.commandLine().getErr(), progress, recorded::reported);
        try {
            H5Sink<Object> sink = writer.build().sink();
            sink.commits().subscribe(recorded::committed, error -> {});
            rows.records().doOnNext(row -> recorded.received()).subscribe(sink);
            return sink.result().block();
        } finally {
            shown.end();
        }
    }

    /** Whether each field is a dataset, in a group that is known. */
    private boolean hasColumnsOfItsOwn() {
        return layout == Layout.COLUMNS && route == null;
    }

    /** What the first character says that the input is. */
    private Shape shape(Lines lines) {
        if (format != Shape.AUTO) {
            return format;
        }
        if (separator != null || names != null) {
            return Shape.CSV;
        }
        while (lines.at() < lines.end() || lines.more(Lines.forEver())) {
            byte first = lines.bytes()[lines.at()];
            if (first > ' ' || first == JsonFormat.RECORD_SEPARATOR) {
                return first == '{' || first == '[' || first == JsonFormat.RECORD_SEPARATOR ? Shape.JSON : Shape.CSV;
            }
            lines.take(1);
        }
        return Shape.JSON;
    }

    private Format reader(Lines lines, Shape shape) {
        return shape == Shape.CSV ? new CsvFormat(lines, separator(), names) : new JsonFormat(lines);
    }

    /** Null if nobody has said which. */
    private Character separator() {
        if (separator == null) {
            return null;
        }
        String character = separator.equalsIgnoreCase("tab") || separator.equals("\\t") ? "\t" : separator;
        if (character.length() != 1 || "\"\r\n".contains(character)) {
            throw new UserException("--separator '" + separator + "' must be one character, or tab");
        }
        return character.charAt(0);
    }

    private Fields fields(Lines lines, Shape shape, BadLines bad) {
        Map<String, Field> declared = columns.declared();
        Map<String, Field> existing = !overwrite && hasColumnsOfItsOwn() ? Existing.fields(file, group) : Map.of();
        return new Fields(sample(lines, shape, bad).fields(declared, existing, layout).stream()
                .map(field -> field.withTimes(field.times().in(columns.zone())))
                .toList());
    }

    private Sample sample(Lines lines, Shape shape, BadLines bad) {
        lines.giveBack();
        Format reader = reader(lines, shape);
        Consumer<String> tooLong = reason -> {
            if (lines.isCut()) { // and does not come again
                bad.add(lines, reason);
            }
        };
        Sample sample = new Sample();
        long deadline = System.nanoTime() + FIRST_NANOS;
        int looks = 0;
        while (looks < FIRST_RECORDS && sample.look(reader, deadline, tooLong)) {
            looks++;
        }
        while (sample.records() == 0 && sample.look(reader, Lines.forEver(), tooLong)) {
            looks++;
        }
        return sample;
    }

    private static String reported(WriteSummary summary) {
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
