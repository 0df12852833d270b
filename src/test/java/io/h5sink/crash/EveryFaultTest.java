package io.h5sink.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.h5sink.Durability;
import io.h5sink.testing.Jvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * System calls on the files of writers fail ({@code strace -e inject}): one, now and then, or all from one on. The streams fail, and report
 * what is safe; their JVM lives, and other files in it are written; and once nothing fails any more, each file has what was reported to be
 * safe, and takes more. With {@code -Dh5sink.crash.states=0} each call of each case fails once, and not only some.
 */
class EveryFaultTest {

    private static final int STATES = Integer.getInteger("h5sink.crash.states", 30);
    private static final long SEED = 20261121;
    private static final int BEGUN = 2 * Case.COMMIT;
    private static final int WRITTEN = 4 * Case.COMMIT;

    /** Cases that are tried if not all are. */
    private static final int SAMPLE = 6;

    /**
     * How a process ends. The C++ part of the embedded provider has HDF5 close all files when Java is gone, though it was asked not to, and
     * falls over one that could not be closed before; by then all is reported and all files are as they should be.
     */
    private static final List<Integer> END_STATUS =
            System.getProperty("h5sink.provider", "").equals("jhdf5") ? List.of(0) : List.of(0, 139);

    private static final List<Integer> KILLED_STATUS = List.of(137);

    private static final Tally TALLY = new Tally();

    /**
     * What fails.
     *
     * @param calls system calls
     * @param error how
     * @param words what a message says of it
     * @param every about as many calls as a stream makes, so that one or a few of each fail
     */
    private record Fault(String calls, String error, String words, int every) {

        /** As it is from then on: what cannot be read any more cannot be written either, or else HDF5 does so when the process ends. */
        Fault lasting() {
            return calls.equals("pread64") ? new Fault(GONE, error, words, every) : this;
        }

        /** Whether nothing can be done to the files any more; but calls are counted by the thread, and the process ends on a new one. */
        boolean gone() {
            return calls.equals(GONE);
        }

        @Override
        public String toString() {
            return error + " of " + calls;
        }
    }

    /** A disk that is gone. */
    private static final String GONE = "pread64,pwrite64,ftruncate,fsync,fdatasync";

    private static final String IO = "Input/output error";

    /** What HDF5 says where readers may follow, without the system's words. */
    private static final String UNEXPLAINED = "Read failed";

    private static final List<Fault> FAULTS = List.of(
            new Fault("pread64", "EIO", IO, 101),
            new Fault("pwrite64", "EIO", IO, 53),
            new Fault("ftruncate", "EIO", IO, 11),
            new Fault("fsync,fdatasync", "EIO", IO, 17),
            new Fault("openat", "EIO", IO, 7),
            new Fault("unlink", "EIO", IO, 2),
            new Fault("pwrite64,ftruncate,unlink", "EROFS", "Read-only file system", 53));

    @TempDir
    static Path directory;

    private final Map<String, Path> templates = new LinkedHashMap<>();
    private int runs;

    @TestFactory
    Stream<DynamicTest> aFaultLosesNoCommitAndNoOtherStream() {
        return FAULTS.stream().map(fault -> dynamicTest(fault.toString(), () -> fail(fault)));
    }

    @AfterAll
    static void printTable() {
        TALLY.print("Streams on which system calls failed");
    }

    private void fail(Fault fault) throws Exception {
        Strace.requireStrace(directory);
        Random random = new Random(SEED ^ fault.hashCode());
        List<Case> cases =
                new ArrayList<>(Case.all(fault.calls().startsWith("f") ? Durability.FSYNC : Durability.FLUSH));
        Collections.shuffle(cases, random);
        if (STATES != 0) {
            if (fault.calls().equals("ftruncate")) { // files that Java writes become shorter only if chunks have moved
                cases.removeIf(what -> what.isJavas() && !what.kind().name().startsWith("PACKED"));
            }
            cases = cases.subList(0, Math.min(SAMPLE, cases.size()));
        }
        Map<Case, Judge> judges = new LinkedHashMap<>();
        List<Tally.Row> rows = new ArrayList<>();
        for (Case what : cases) {
            Tally.Row row = TALLY.row(what);
            rows.add(row);
            // A failure to begin a dataset commits what came before the record that needs it.
            judges.put(what, new Judge(what, BEGUN + WRITTEN, 1, directory.resolve("scratch"), row));
        }
        int failures = 0;
        for (int before : new int[] {0, BEGUN}) {
            int[] firsts = STATES == 0
                    ? IntStream.rangeClosed(1, fault.every()).toArray()
                    : random.ints(1, 1, fault.every() + 1).toArray();
            for (int first : firsts) {
                failures += run(fault, first + "+" + fault.every(), cases, before, judges);
                Collections.rotate(cases, 1);
                failures += run(fault.lasting(), first + "+", cases, before, judges);
            }
        }
        assertThat(failures).as("streams that failed").isPositive();
        for (Judge judge : judges.values()) {
            judge.end();
        }
        rows.forEach(Tally.Row::mustHaveNoLoss);
    }

    /** Runs a writer of all cases, takes what it leaves, and reports how many streams failed. */
    private int run(Fault fault, String when, List<Case> cases, int before, Map<Case, Judge> judges) throws Exception {
        String where = fault + " " + when + ", " + before + " records before";
        Path run = Files.createDirectory(directory.resolve("run" + runs++));
        List<Path> files = new ArrayList<>();
        for (Case what : cases) {
            Path file = Writing.file(Files.createDirectory(run.resolve(what.toString())));
            if (before > 0) {
                Files.copy(template(what), file);
            }
            files.addAll(List.of(file, file.resolveSibling(file.getFileName() + ".journal")));
        }
        Stream<Object> arguments = Stream.concat(Stream.of(run, before, before + WRITTEN), cases.stream());
        Path crash = run.resolve("crash.log");
        List<String> program = Jvm.command(
                List.of(
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-XX:ErrorFile=" + crash,
                        "-D" + Faulty.KILLED + '=' + fault.gone()),
                Faulty.class,
                arguments.toArray());
        List<String> command =
                Strace.failing(files, fault.calls(), "error=" + fault.error() + ":when=" + when, program);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        assertThat(output).as("%s, %s", where, cases).contains(Faulty.END);
        assertThat(beforeTheEnd(crash)).as("%s, %s", where, cases).isEmpty();
        assertThat(status).as("%s: status%n%s", where, output).isIn(fault.gone() ? KILLED_STATUS : END_STATUS);
        int failures = 0;
        for (Case what : cases) {
            String reported = reported(output, what);
            String[] words = reported.split(" ", 3);
            assertThat(words[0]).as("%s: %s %s", where, what, reported).isIn(Faulty.THROUGH, Faulty.FAILED);
            if (words[0].equals(Faulty.FAILED)) {
                failures++;
                assertThat(words[2]).as("%s: %s", where, what).containsAnyOf(fault.words(), UNEXPLAINED);
            }
            judges.get(what)
                    .take(
                            Writing.file(run.resolve(what.toString())),
                            Integer.parseInt(words[1]),
                            where + ": " + reported);
        }
        return failures;
    }

    /**
     * Where the process has crashed, unless that was when it ended: over a file that could not be closed, an exit handler that HDF5's C++
     * library brings may do that, when all is reported and nothing of it is written any more.
     */
    private static List<String> beforeTheEnd(Path crash) throws IOException {
        List<String> lines = Files.exists(crash) ? Files.readAllLines(crash) : List.of();
        boolean atTheEnd = lines.contains("Current thread is native thread"); // which Java's main thread is not
        return atTheEnd ? List.of() : lines.stream().limit(80).toList();
    }

    private static String reported(String output, Case what) {
        String prefix = "reported " + what + " ";
        return output.lines()
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()))
                .findFirst()
                .orElseThrow(() -> new AssertionError(what + " is missing in " + output));
    }

    private Path template(Case what) throws IOException {
        Path template = templates.get(what.toString());
        if (template == null) {
            template = Writing.file(Files.createDirectory(directory.resolve("template" + what)));
            Writing.write(what, template, 0, BEGUN, 2, committed -> {});
            templates.put(what.toString(), template);
        }
        return template;
    }
}
