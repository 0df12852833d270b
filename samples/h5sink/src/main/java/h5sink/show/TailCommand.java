package h5sink.show;

import h5sink.console.FileCommand;
import h5sink.console.UserException;
import h5sink.file.Meaning;
import h5sink.file.Paths;
import io.h5sink.H5Record;
import io.h5sink.H5Rows;
import io.h5sink.H5Source;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Flux;

@Command(
        name = "tail",
        mixinStandardHelpOptions = true,
        description = {
            "Shows the last rows, and with -f those that are still to come.",
            "",
            "With -f a file that is not there yet is waited for, one that is replaced is followed from its first row, and only Ctrl-C ends it."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  h5sink tail data.h5 -n 20",
            "  h5sink tail -f data.h5 /Seattle",
            "  h5sink tail -f data.h5 --json | jq .temperature"
        })
public final class TailCommand extends FileCommand {

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "PATH",
            defaultValue = "/",
            description = "A group with columns, a table or a column. Default: /.")
    private String path;

    @Option(names = "-n", paramLabel = "ROWS", description = "How many rows there are at first. Default: 10.")
    private long rows = 10;

    @Option(names = "-f", description = "Go on with rows as they are committed.")
    private boolean follow;

    @Option(names = "--poll", paramLabel = "TIME", description = "How often to look for more. Default: 250ms.")
    private Duration poll = Duration.ofMillis(250);

    @Option(names = "--json", description = "A line of JSON for each row.")
    private boolean json;

    private Table table;

    @Override
    public Integer call() {
        if (rows < 0) {
            throw new UserException("-n must not be negative, was " + rows);
        }
        H5Rows last = H5Rows.of(file).in(path).last(rows);
        Flux<H5Record> stream = follow ? last.follow(poll) : last.records();
        stream.takeWhile(this::print).blockLast();
        return 0;
    }

    private boolean print(H5Record row) {
        if (table == null) {
            table = new Table(out(), meaning(), json, List.of()); // now the file is there
        }
        return table.print(row);
    }

    private Meaning meaning() {
        try (H5Source h5 = H5Source.open(file)) {
            return Paths.isDataset(h5, path) ? Meaning.of(h5.dataset(path)) : Meaning.of(h5.group(path));
        }
    }
}
