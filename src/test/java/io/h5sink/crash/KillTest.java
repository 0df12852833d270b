package io.h5sink.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.h5sink.Durability;
import io.h5sink.Sharing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * A writer is killed at random moments; the next one goes on from what the file holds, until one ends. {@code -Dh5sink.kills=200}
 * kills more often. What is random comes from a seed, but when a signal arrives does not.
 */
class KillTest {

    private static final int KILLS = Integer.getInteger("h5sink.kills", 20);
    private static final long SEED = 42;
    private static final Tally TALLY = new Tally();

    @TempDir
    Path directory;

    @TestFactory
    Stream<DynamicTest> aKilledWriterLosesNoCommitAndTheNextOneGoesOn() {
        List<Case> cases = new ArrayList<>(Case.all(Durability.FLUSH));
        cases.addAll(Case.all(Durability.FSYNC));
        Collections.shuffle(cases, new Random(SEED));
        return IntStream.range(0, Math.min(KILLS, cases.size())).mapToObj(i -> {
            int kills = (KILLS - 1 - i) / cases.size() + 1;
            return dynamicTest(cases.get(i) + ", " + kills + " times", () -> kill(cases.get(i), kills));
        });
    }

    @AfterAll
    static void printTable() {
        TALLY.print("Kills");
    }

    private void kill(Case what, int times) throws Exception {
        Tally.Row row = TALLY.row(what);
        Path file = Writing.file(Files.createDirectory(directory.resolve(what.toString())));
        Random random = new Random(SEED ^ what.toString().hashCode());
        int records = 0;
        for (int kill = 1; kill <= times; kill++) {
            String where = "kill " + kill + ", seed " + SEED;
            row.visited();
            int reported = Killing.atRandom(what, directory, records, random);
            int most = reported + 6 * Case.COMMIT;
            if (what.sharing() == Sharing.RELEASE) {
                Verdict asItIs = Check.file(what, most, file);
                if (asItIs.right()) {
                    row.openedAsItWas();
                } else {
                    assertThat(asItIs.state()).as(where + ": " + asItIs.why()).isEqualTo(Verdict.State.REFUSED);
                }
            }
            Path copy = copy(file.getParent());
            assertThat(Recovery.ON_REQUEST.run(what, copy))
                    .as(where + ": recovery")
                    .isNull();
            Verdict recovered = Check.file(what, most, copy);
            if (!recovered.right() || recovered.records() < reported) {
                row.lost(where, reported + " records reported, " + recovered);
                row.mustHaveNoLoss();
            }
            row.recovered();
            records = recovered.records();
        }
        int total = records + 2 * Case.COMMIT;
        Writing.write(what, file, records, total, 2, committed -> {});
        assertThat(Check.file(what, total, file)).isEqualTo(new Verdict(Verdict.State.RIGHT, total, ""));
        assertThat(Judge.beside(file)).as("left beside the file").isEmpty();
    }

    /** The next writer gets the file as it was left, and recovers it itself. */
    private Path copy(Path from) throws IOException {
        Path to = Files.createTempDirectory(directory, "copy");
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
        return Writing.file(to);
    }
}
