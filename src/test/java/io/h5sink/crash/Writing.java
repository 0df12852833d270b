package io.h5sink.crash;

import io.h5sink.Commit;
import io.h5sink.H5Exception;
import io.h5sink.H5Sink;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.function.IntConsumer;
import reactor.core.publisher.Sinks;

/** A program that writes cases, one after the other, and reports what is committed. */
final class Writing {

    /** What is reported of a case that failed, before the reason. */
    static final String FAILED = "failed: ";

    private static final String FILE = "data.h5";

    private Writing() {}

    /**
     * Writes the cases.
     *
     * @param args a directory; the ordinals of the first record and of the one behind the last; how many commits it may be
     *     ahead of what was reported; cases
     */
    public static void main(String... args) throws Exception {
        Path directory = Path.of(args[0]);
        int from = Integer.parseInt(args[1]);
        int to = Integer.parseInt(args[2]);
        int ahead = Integer.parseInt(args[3]);
        for (String name : java.util.Arrays.asList(args).subList(4, args.length)) {
            Path file = file(Files.createDirectories(directory.resolve(name)));
            try {
                write(Case.parse(name), file, from, to, ahead, committed -> report(name, String.valueOf(committed)));
            } catch (H5Exception e) {
                report(name, FAILED + e);
            }
        }
    }

    /** The file of a case in its directory. */
    static Path file(Path directory) {
        return directory.resolve(FILE);
    }

    /** In one piece, because the process may end at any moment. */
    private static void report(String name, String what) {
        System.out.print("reported " + name + " " + what + "\n");
        System.out.flush();
    }

    /** Writes records to the end of the stream. */
    static void write(Case what, Path file, int from, int to, int ahead, IntConsumer reported) {
        write(what, what.writer(file).sink(), from, to, ahead, reported);
    }

    /** Writes records to the end of the stream. */
    static void write(Case what, H5Sink<Object> sink, int from, int to, int ahead, IntConsumer reported) {
        Sinks.Many<Object> source = Sinks.many().unicast().onBackpressureBuffer();
        Iterator<Commit> commits = sink.commits().toIterable().iterator();
        source.asFlux().subscribe(sink);
        int committed = from;
        for (int next = from; next < to; ) {
            int stop = (int) Math.min(to, (long) next + ahead * Case.COMMIT);
            while (next < stop) {
                source.tryEmitNext(what.kind().record(next++)).orThrow();
            }
            while (committed < next) {
                committed = from + (int) commits.next().records();
                reported.accept(committed);
            }
        }
        source.tryEmitComplete().orThrow();
        sink.result().block();
    }
}
