package io.h5sink.crash;

import io.h5sink.H5Exception;
import io.h5sink.H5Sink;
import io.h5sink.H5Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import reactor.core.publisher.Flux;

/**
 * A program that writes cases while system calls on their files fail. Each time it tells how that ended, and then writes another file,
 * whose system calls do not fail.
 */
final class Faulty {

    /** What is told of a stream that went through, before the number of its records. */
    static final String THROUGH = "through";

    /** What is told of a stream that failed, before the number of records that are safe. */
    static final String FAILED = "failed";

    /** What is told when all is done. */
    static final String END = "told end";

    private static final int OTHER = 100;

    /** The prefix of an input that is a record no more. */
    private Faulty() {}

    /**
     * Writes the cases.
     *
     * @param args a directory; the ordinals of the first record and of the one behind the last; cases
     */
    public static void main(String... args) throws Exception {
        Path directory = Path.of(args[0]);
        int from = Integer.parseInt(args[1]);
        int to = Integer.parseInt(args[2]);
        for (String name : Arrays.asList(args).subList(3, args.length)) {
            Path file = Writing.file(Files.createDirectories(directory.resolve(name)));
            System.out.println("told " + name + " " + end(Case.parse(name), file, from, to));
            other(directory.resolve("other.h5"));
        }
        System.out.println(END);
    }

    /** Writes to the end, or to the failure of the stream, which must be cancelled then. */
    private static String end(Case what, Path file, int from, int to) {
        boolean[] cancelled = new boolean[1];
        Flux<Object> records = Flux.concat(
                        Flux.range(from, to - from).map(ordinal -> what.kind().record(ordinal)), Flux.never())
                .take(to - from)
                .doOnCancel(() -> cancelled[0] = true);
        H5Sink<Object> sink = what.writer(file).sink();
        records.subscribe(sink);
        try {
            sink.result().block();
            return THROUGH + " " + to;
        } catch (H5Exception e) {
            String message = String.valueOf(e.getMessage()).replace('\n', ' ');
            boolean named =
                    file.equals(e.file()) && message.startsWith(file + ": ") && message.contains(" safe in the file");
            return FAILED + " " + (from + e.safeRecords()) + " " + (named ? "" : "UNNAMED ")
                    + e.getClass().getSimpleName() + " " + message;
        }
    }

    private static void other(Path file) throws Exception {
        long rows = H5Writer.<Kind.Scalars>to(file)
                .build()
                .write(Flux.range(0, OTHER).map(ordinal -> (Kind.Scalars) Kind.SCALARS.record(ordinal)))
                .block()
                .records();
        if (rows != OTHER) {
            throw new IllegalStateException(rows + " records in " + file);
        }
        Files.delete(file);
    }
}
