package h5sink.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import h5sink.Cli;
import io.h5sink.H5Group;
import io.h5sink.H5Rows;
import io.h5sink.H5Source;
import io.h5sink.testing.Await;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What came of {@code record}, called in this JVM.
 *
 * @param status the exit code
 * @param reported what it reported, without its name and how long it took
 */
record Recording(int status, List<String> reported) {

    /** Records a text. */
    static Recording of(Path file, String input, Object... options) {
        return of(file, input.getBytes(UTF_8), options);
    }

    /** Records the bytes of an input. */
    static Recording of(Path file, byte[] input, Object... options) {
        try {
            Path from = Files.write(file.resolveSibling("input"), input);
            List<String> arguments = new ArrayList<>(List.of("record", file.toString(), from.toString()));
            Stream.of(options).map(String::valueOf).forEach(arguments::add);
            StringWriter reported = new StringWriter();
            int status = Cli.run(
                    new PrintWriter(Writer.nullWriter()), new PrintWriter(reported), arguments.toArray(String[]::new));
            return new Recording(
                    status,
                    reported.toString()
                            .lines()
                            .map(line -> line.replace("h5sink: ", "")
                                    .replace(file + ": ", "")
                                    .replaceFirst("^([\\d,]+ records?) in .* commits?", "$1"))
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The rows of the columns in a group. */
    static List<String> rows(Path file, String group) {
        return H5Rows.of(file)
                .in(group)
                .last(1000)
                .records()
                .map(row -> new TreeMap<>(row.toMap()).toString())
                .collectList()
                .block(Await.LIMIT);
    }

    /** The datasets in the root, with their types. */
    static List<String> types(Path file) {
        try (H5Source h5 = H5Source.open(file)) {
            H5Group root = h5.group("/");
            return root.datasets().stream()
                    .map(name -> name + " " + root.dataset(name).type())
                    .toList();
        }
    }

    /** An attribute of a dataset. */
    static Object attribute(Path file, String dataset, String name) {
        try (H5Source h5 = H5Source.open(file)) {
            return h5.dataset(dataset).attributes().get(name);
        }
    }
}
