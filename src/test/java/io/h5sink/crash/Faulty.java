package io.h5sink.crash;

import io.h5sink.H5Exception;
import io.h5sink.H5Sink;
import io.h5sink.H5Writer;
import io.h5sink.WriteSummary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * A program that writes cases while system calls on their files fail, in streams that end only when all is committed. Each time it reports
 * how that ended, and then writes another file, on which nothing fails.
 */
final class Faulty {

    /** What is reported of a stream that went through, before the number of its records. */
    static final String THROUGH = "through";

    /** What is reported of a stream that failed as it should, before the number of records that are safe, and why. */
    static final String FAILED = "failed";

    /** What is reported of a stream that failed otherwise, before what is wrong with that. */
    static final String WRONG = "wrong";

    /** What is reported when all is done. */
    static final String END = "reported end";

    /** The property that says whether the program kills itself when all is reported. */
    static final String KILLED = "h5sink.crash.killed";

    private static final int OTHER = 100;

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
            System.out.println("reported " + name + " " + end(Case.parse(name), file, from, to));
            other(directory.resolve("other.h5"));
        }
        System.out.println(END);
        if (Boolean.getBoolean(KILLED)) {
            String self = String.valueOf(ProcessHandle.current().pid());
            new ProcessBuilder("kill", "-KILL", self).start().waitFor();
        }
    }

    private static String end(Case what, Path file, int from, int to) throws InterruptedException {
        CountDownLatch cancelled = new CountDownLatch(1);
        Sinks.Empty<Object> complete = Sinks.empty();
        Flux<Object> records = Flux.range(from, to - from).map(what.kind()::record);
        H5Sink<Object> sink = what.writer(file).sink();
        sink.commits()
                .subscribe(
                        commit -> {
                            if (commit.records() == to - from) {
                                cancelled.countDown(); // it is too late for that
                                complete.tryEmitEmpty();
                            }
                        },
                        error -> {});
        records.concatWith(complete.asMono()).doOnCancel(cancelled::countDown).subscribe(sink);
        try {
            sink.result().block();
            return THROUGH + " " + to;
        } catch (H5Exception e) {
            String message = String.valueOf(e.getMessage()).replace('\n', ' ');
            if (!message.startsWith(file + ": ") || !message.endsWith(" safe in the file")) {
                return WRONG + " message: " + message;
            }
            if (!cancelled.await(10, TimeUnit.SECONDS)) {
                return WRONG + " upstream, which is not cancelled";
            }
            return FAILED + " " + (from + e.safeRecords()) + " " + message;
        }
    }

    private static void other(Path file) throws Exception {
        Flux<Object> records = Flux.range(0, OTHER).map(Kind.SCALARS::record);
        WriteSummary summary = H5Writer.<Object>to(file).build().write(records).block();
        if (summary == null || summary.records() != OTHER) {
            throw new IllegalStateException(summary + " of another file");
        }
        Files.delete(file);
    }
}
