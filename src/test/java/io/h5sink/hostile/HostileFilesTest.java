package io.h5sink.hostile;

import static io.h5sink.hostile.Victim.READ;
import static io.h5sink.hostile.Victim.REFUSED;
import static io.h5sink.hostile.Victim.WRITTEN;
import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.Compression;
import io.h5sink.H5Writer;
import io.h5sink.foreign.Specimens;
import io.h5sink.judge.Python;
import io.h5sink.testing.Jvm;
import io.h5sink.testing.Run;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** Files that someone damaged, or made to do harm, are appended to or refused; the JVM goes on. */
class HostileFilesTest {

    /** How many mutated files there are; 2,000 at night. */
    private static final int MUTATIONS = Integer.getInteger("h5sink.mutations", 200);

    private static final String END = "the end";

    @TempDir
    Path directory;

    @Test
    void goodFilesAreAppendedTo() {
        List<Path> files = Specimens.make(directory);

        Map<String, String> outcomes = open(files.size(), false);

        assertThat(outcomes).hasSameSizeAs(files);
        assertThat(outcomes.values()).containsOnly(WRITTEN);
    }

    @Test
    void mutatedFilesAreRefusedOrAppendedTo() {
        Specimens.make(directory);

        Map<String, String> outcomes = open(MUTATIONS, true);

        assertThat(outcomes).hasSize(MUTATIONS);
        assertThat(outcomes)
                .allSatisfy((turn, outcome) ->
                        assertThat(outcome).as(turn).matches(".* records? (is|are) safe in the file|" + WRITTEN));
        assertThat(outcomes.values()).anyMatch(WRITTEN::equals).anyMatch(outcome -> outcome.contains("it is damaged"));
    }

    @Test
    void craftedFilesAreRefusedOrAppendedTo() throws IOException {
        Python.run(HostileScripts.CRAFT, directory);
        int count = Specimens.in(directory).size();

        Map<String, String> outcomes = open(count, false);

        assertThat(outcomes).hasSize(count).allSatisfy((turn, outcome) -> {
            if (!turn.contains("any-")) {
                assertThat(outcome).as(turn).startsWith(turn.contains(WRITTEN) ? WRITTEN : REFUSED);
            }
            if (turn.contains("names-" + REFUSED)) {
                assertThat(outcome).as(turn).contains("it is damaged");
            }
            assertThat(outcome).as(turn).matches(".* records? (is|are) safe in the file|" + WRITTEN);
        });
    }

    /** Good files are read as they are, and in others what is damaged is refused, and no more. */
    @Test
    void mutatedReferencesAreRefusedOrRead() {
        Python.run(HostileScripts.VALUES, directory);
        Run.write(
                H5Writer.<Specimens.Row>to(directory.resolve("values-ours.h5")).chunkRows(16),
                Flux.range(0, 200).map(Specimens.Row::of));
        Run.write(
                H5Writer.<Specimens.Row>to(directory.resolve("values-packed.h5"))
                        .chunkRows(16)
                        .compression(Compression.gzip(1)),
                Flux.range(0, 200).map(Specimens.Row::of));

        assertThat(open(4, false, false))
                .hasSize(4)
                .allSatisfy((turn, outcome) -> assertThat(outcome).as(turn).isEqualTo(READ));
        Map<String, String> outcomes = open(2 * MUTATIONS, true, false);

        assertThat(outcomes)
                .hasSize(2 * MUTATIONS)
                .allSatisfy((turn, outcome) -> assertThat(outcome).as(turn).matches(REFUSED + " .*|" + READ));
        assertThat(outcomes.values())
                .anyMatch(READ::equals)
                .anyMatch(outcome -> outcome.contains("the global heap has no object"));
    }

    /** Lets victims open files, as many as it takes; what they did not survive is among the outcomes. */
    private Map<String, String> open(int end, boolean mutate) {
        return open(end, mutate, true);
    }

    private Map<String, String> open(int end, boolean mutate, boolean append) {
        Map<String, String> outcomes = new LinkedHashMap<>();
        while (outcomes.size() < end) {
            int first = outcomes.size();
            List<String> noise = new ArrayList<>();
            Process victim = start(first, end, mutate, append);
            try (BufferedReader output = victim.inputReader()) {
                BlockingQueue<String> lines = new LinkedBlockingQueue<>();
                Thread reader = new Thread(() -> {
                    try {
                        output.lines().forEach(lines::add);
                    } catch (UncheckedIOException e) {
                        // it was closed, because the victim hangs
                    }
                    lines.add(END);
                });
                reader.setDaemon(true);
                reader.start();
                String turn = null;
                String line = null;
                while (!END.equals(line)) {
                    line = lines.poll(10, TimeUnit.SECONDS);
                    if (turn != null && (line == null || line.equals(END))) {
                        outcomes.put(turn, line == null ? "hung" : "crashed " + noise);
                        victim.destroyForcibly(); // or its output cannot be closed
                        break;
                    } else if (line == null) {
                        continue; // it is slow to start
                    } else if (line.startsWith("turn ")) {
                        turn = line;
                    } else if (turn != null && isOutcome(line)) {
                        outcomes.put(turn, line);
                        turn = null;
                    } else {
                        noise.add(line);
                    }
                }
                assertThat(outcomes.size()).as("%s", noise).isGreaterThan(first);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            } finally {
                victim.destroyForcibly();
            }
        }
        return outcomes;
    }

    private static boolean isOutcome(@Nullable String line) {
        return line != null && Stream.of(WRITTEN, READ, REFUSED, "unclear").anyMatch(line::startsWith);
    }

    private Process start(int first, int end, boolean mutate, boolean append) {
        try {
            Path reports = Files.createDirectories(directory.resolve("reports"));
            List<String> options = List.of("-XX:-CreateCoredumpOnCrash");
            return new ProcessBuilder(Jvm.command(options, Victim.class, directory, first, end, mutate, append))
                    .directory(reports.toFile()) // where it reports its crash
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
