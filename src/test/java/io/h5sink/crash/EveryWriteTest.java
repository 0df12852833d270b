package io.h5sink.crash;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.h5sink.Durability;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The system calls of a writer are recorded, and its files rebuilt as they were after every single write: whenever it dies, no
 * committed record is lost and nothing is torn. {@code -Dh5sink.crash.states=0} visits all states of each case instead of some.
 */
class EveryWriteTest {

    private static final int RECORDS = 24 * Case.COMMIT;
    private static final int STATES = Integer.getInteger("h5sink.crash.states", 30);
    private static final long SEED = 20261121;
    private static final Tally KILLED = new Tally();
    private static final Tally CUT = new Tally();

    @TempDir
    static Path directory;

    @TestFactory
    Stream<DynamicTest> aWriterThatDiesAtAnyWriteLosesNoCommit() throws Exception {
        return forEach(
                Case.all(Durability.FLUSH),
                (what, history, judge) -> {
                    history.visit(sample(history, STATES), judge::take);
                },
                KILLED);
    }

    @TestFactory
    Stream<DynamicTest> aPowerCutLosesNoCommitThatWasForced() throws Exception {
        int count = STATES == 0 ? 200 : STATES;
        return forEach(
                Case.all(Durability.FSYNC),
                (what, history, judge) -> {
                    new PowerCut(history, SEED).visit(count, judge::take);
                },
                CUT);
    }

    @AfterAll
    static void printTables() {
        KILLED.print("States after which a writer was killed");
        CUT.print("States that a power cut left");
    }

    private interface Trial {

        void run(Case what, History history, Judge judge) throws Exception;
    }

    private Stream<DynamicTest> forEach(List<Case> cases, Trial trial, Tally tally) throws Exception {
        Path files = Files.createDirectory(
                directory.resolve(cases.get(0).durability().name()));
        Map<String, List<Step>> steps = Strace.record(files, RECORDS, cases);
        return cases.stream()
                .map(what -> dynamicTest(what.toString(), () -> {
                    History history = new History(new Disk(), steps.get(what.toString()));
                    Strace.mustBeComplete(files.resolve(what.toString()), history.last());
                    Tally.Row row = tally.row(what);
                    Judge judge = new Judge(what, RECORDS, directory.resolve("scratch"), row);
                    trial.run(what, history, judge);
                    judge.end();
                    row.mustHaveNoLoss();
                }));
    }

    private static SortedSet<Integer> sample(History history, int count) {
        IntStream numbers =
                count == 0 ? IntStream.range(0, history.states()) : new Random(SEED).ints(count, 0, history.states());
        return numbers.boxed().collect(Collectors.toCollection(TreeSet::new));
    }
}
