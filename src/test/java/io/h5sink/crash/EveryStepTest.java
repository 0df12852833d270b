package io.h5sink.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.h5sink.Durability;
import io.h5sink.H5Exception;
import io.h5sink.Sharing;
import io.h5sink.jhdf5.Foreign;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
import reactor.core.publisher.Flux;

/**
 * The changes that a writer of this process makes to its files are recorded, and the files are rebuilt as they were after any of them, or
 * as a power cut may leave them; or a change fails, or all from one on. No committed record is lost, and nothing is torn. {@code
 * -Dh5sink.crash.states=0} tries all changes of each case instead of some.
 */
class EveryStepTest {

    private static final int BEGUN = 5 * Case.COMMIT;
    private static final int RECORDS = 15 * Case.COMMIT;
    private static final int WRITTEN = 4 * Case.COMMIT;
    private static final int FULL = 5;
    private static final int STATES = Integer.getInteger("h5sink.crash.states", 30);
    private static final long SEED = 20261130;
    private static final Tally KILLED = new Tally();
    private static final Tally CUT = new Tally();
    private static final Tally FAILED = new Tally();
    private static final Tally WAITED = new Tally();

    @TempDir
    static Path directory;

    @TestFactory
    Stream<DynamicTest> aWriterThatDiesAfterAnyChangeLosesNoCommit() {
        return cases(Durability.FLUSH, KILLED, (what, judge) -> {
            History history = record(what);
            history.visit(sample(STATES, history.states()), judge::take);
        });
    }

    @TestFactory
    Stream<DynamicTest> aPowerCutLosesNoCommitThatWasForced() {
        return cases(
                Durability.FSYNC,
                CUT,
                (what, judge) -> new PowerCut(record(what), SEED).visit(STATES == 0 ? 500 : STATES, judge::take));
    }

    @TestFactory
    Stream<DynamicTest> aChangeThatFailsLosesNoCommit() {
        return cases(Durability.FLUSH, FAILED, (what, judge) -> {
            for (int before : new int[] {0, BEGUN}) {
                int changes = fail(what, before, Integer.MAX_VALUE, false, judge);
                for (int number : sample(STATES / 6, changes)) {
                    fail(what, before, number, false, judge);
                    fail(what, before, number, true, judge);
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> aDiskThatIsFullForAWhileDelaysOnly() {
        return cases(Durability.FLUSH, WAITED, (what, judge) -> {
            for (int before : new int[] {0, BEGUN}) {
                int changes = fail(what, before, Integer.MAX_VALUE, false, judge);
                for (int number : sample(STATES / 6, changes)) {
                    await(what, before, number, judge);
                }
            }
        });
    }

    @AfterAll
    static void printTables() {
        KILLED.print("States after which a writer of this process was killed");
        CUT.print("States that a power cut left of a writer of this process");
        FAILED.print("Streams of this process of which a change failed");
        WAITED.print("Streams of this process that waited for space");
    }

    private interface Trial {

        void run(Case what, Judge judge) throws Exception;
    }

    private static Stream<DynamicTest> cases(Durability durability, Tally tally, Trial trial) {
        return Stream.of(
                        Case.all(durability).stream().filter(Case::isJavas),
                        Case.old(durability).stream(),
                        Case.others(durability).stream())
                .flatMap(some -> some)
                .map(what -> dynamicTest(what.toString(), () -> {
                    Tally.Row row = tally.row(what);
                    // a failure to begin a dataset commits what came before the record that needs it
                    int commit = tally == FAILED || tally == WAITED ? 1 : Case.COMMIT;
                    Judge judge = new Judge(what, RECORDS, commit, directory.resolve("scratch"), row);
                    trial.run(what, judge);
                    judge.end();
                    row.mustHaveNoLoss();
                }));
    }

    private static SortedSet<Integer> sample(int count, int of) {
        IntStream numbers = count == 0 ? IntStream.range(0, of) : new Random(SEED).ints(count, 0, of);
        return numbers.boxed().collect(Collectors.toCollection(TreeSet::new));
    }

    /** Records two sessions. */
    private static History record(Case what) throws IOException {
        Path file = file(what);
        Disk start = Disk.of(file.getParent());
        RecordedFiles files = new RecordedFiles(RecordedFiles.Fault.NONE);
        Writing.write(what, what.writer(file, files).sink(), 0, BEGUN, 1, files::report);
        Writing.write(what, what.writer(file, files).sink(), BEGUN, RECORDS, 1, files::report);
        History history = new History(start, files.steps());
        Strace.mustBeComplete(file.getParent(), history.last());
        return history;
    }

    /** Writes while a change fails, and returns how many there were. */
    private static int fail(Case what, int before, int first, boolean lasting, Judge judge) throws IOException {
        Path file = file(what);
        if (before > 0) {
            Writing.write(what, file, 0, before, 2, committed -> {});
        }
        List<Integer> numbers = new ArrayList<>();
        List<Class<?>> failed = new ArrayList<>();
        RecordedFiles files = new RecordedFiles((number, step) -> {
            numbers.add(number);
            if (lasting ? number >= first : number == first) {
                failed.add(step.getClass());
                throw new IOException("fault");
            }
        });
        int safe = before + WRITTEN;
        String where = before + " records before, " + (lasting ? "all changes from " : "change ") + first;
        try {
            Flux<Object> records = Flux.range(before, WRITTEN).map(what.kind()::record);
            what.writer(file, files).write(records).block();
        } catch (H5Exception e) {
            assertThat(e).as(where).hasMessageContaining("fault");
            safe = before + (int) e.safeRecords();
            boolean ends = what.sharing() != Sharing.RELEASE || failed.contains(Step.Remove.class);
            if (!lasting && !ends) {
                assertThat(Judge.beside(file))
                        .as("%s, %s: beside the file", what, where)
                        .isEmpty();
            }
        }
        judge.take(file, safe, where);
        return numbers.size();
    }

    /** Writes while there is no space for some changes in a row, for which the stream waits unless metadata is being overwritten. */
    private static void await(Case what, int before, int first, Judge judge) throws IOException {
        Path file = file(what);
        if (before > 0) {
            Writing.write(what, file, 0, before, 2, committed -> {});
        }
        RecordedFiles files = new RecordedFiles((number, step) -> {
            boolean needsSpace = step instanceof Step.Write || step instanceof Step.Create || step instanceof Step.Link;
            if (needsSpace && number >= first && number < first + FULL) {
                throw new IOException("No space left on device");
            }
        });
        int safe = before + WRITTEN;
        try {
            Flux<Object> records = Flux.range(before, WRITTEN).map(what.kind()::record);
            what.writer(file, files, writer -> writer.onFull(Duration.ofMillis(1)))
                    .write(records)
                    .block();
        } catch (H5Exception e) {
            safe = before + (int) e.safeRecords();
        }
        judge.take(file, safe, before + " records before, no space for changes from " + first);
    }

    private static Path file(Case what) throws IOException {
        Path file = Writing.file(Files.createTempDirectory(directory, what.toString()));
        if (what.old()) {
            Foreign.make(file, false, made -> {});
        }
        what.kind().begin(file);
        return file;
    }
}
