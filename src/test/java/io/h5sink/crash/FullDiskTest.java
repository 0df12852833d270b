package io.h5sink.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.Durability;
import io.h5sink.H5Exception;
import io.h5sink.H5WriteException;
import io.h5sink.testing.Jvm;
import io.h5sink.testing.Resident;
import io.h5sink.testing.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/**
 * The disk is full, a page later each time, until all fits: each file has what was committed and nothing else, and when there is space the
 * next session of this JVM goes on. With {@code -Dh5sink.crash.states=0} all pages are tried.
 */
class FullDiskTest {

    private static final int STATES = Integer.getInteger("h5sink.crash.states", 30);
    private static final int PAGES = 400;

    /** What the journal takes, before which nothing happens. */
    private static final int JOURNAL = 16;

    private static final int COMMITS = 5;

    /** Failures until what grows by use has grown. */
    private static final int WARM = 60;

    private static final int FAILURES = 100;

    @TempDir
    Path directory;

    @TestFactory
    Stream<DynamicTest> aFullDiskLosesNoCommitAndTheNextSessionGoesOn() {
        return Case.all(Durability.FLUSH).stream().map(what -> dynamicTest(what.toString(), () -> fill(what)));
    }

    private void fill(Case what) throws IOException {
        int step = STATES == 0 ? 1 : 4;
        int phase = STATES == 0 ? 0 : Math.floorMod(what.toString().hashCode(), step);
        int begun = 2 * Case.COMMIT;
        int total = begun + (COMMITS + 2) * Case.COMMIT;
        Path template = Writing.file(Files.createTempDirectory(directory, "template"));
        Writing.write(what, template, 0, begun, 2, committed -> {});
        List<Path> files = new ArrayList<>();
        List<Integer> expected = new ArrayList<>();
        List<String> where = new ArrayList<>();
        int failures = 0;
        try (SmallDisk disk = new SmallDisk(directory.resolve("disk"), PAGES)) {
            Path file = Writing.file(disk.directory());
            for (int before : new int[] {0, begun}) {
                boolean full = true;
                for (int pages = phase; full; pages += pages < JOURNAL ? 8 : step) {
                    assertThat(pages).as("enough").isLessThan(PAGES - 50);
                    if (before > 0) {
                        Files.copy(template, file, StandardCopyOption.REPLACE_EXISTING);
                    } else {
                        Files.deleteIfExists(file);
                    }
                    disk.leave(pages);
                    @Nullable H5Exception failure = write(what, file, before, before + COMMITS * Case.COMMIT);
                    full = failure != null;
                    String at = before + " records before, " + pages + " pages";
                    int safe = before + COMMITS * Case.COMMIT;
                    if (failure != null) {
                        failures++;
                        assertThat(failure)
                                .as(at)
                                .isExactlyInstanceOf(H5WriteException.class)
                                .hasMessageContaining("No space left on device");
                        safe = before + (int) failure.safeRecords();
                    }
                    assertThat(besides(file))
                            .as("%s: beside the file, after %s", at, failure)
                            .isEmpty();
                    if (safe > 0 || Files.exists(file)) {
                        keep(file, files, expected, where, safe, at + ": " + failure);
                    }
                    disk.makeSpace();
                    assertThat(write(what, file, safe, safe + 2 * Case.COMMIT))
                            .as("%s: with space, after %s", at, failure)
                            .isNull();
                    keep(file, files, expected, where, safe + 2 * Case.COMMIT, at + ": gone on after " + failure);
                    Files.delete(file);
                }
            }
        }
        assertThat(failures).as("full disks").isGreaterThan(2);
        List<Verdict> verdicts = Check.files(what, total, files);
        for (int i = 0; i < verdicts.size(); i++) {
            assertThat(verdicts.get(i))
                    .as(where.get(i))
                    .isEqualTo(new Verdict(Verdict.State.RIGHT, expected.get(i), ""));
        }
    }

    private void keep(Path file, List<Path> files, List<Integer> expected, List<String> where, int records, String what)
            throws IOException {
        files.add(
                Files.copy(file, Files.createTempFile(directory, "kept", ".h5"), StandardCopyOption.REPLACE_EXISTING));
        expected.add(records);
        where.add(what);
    }

    private static String besides(Path file) {
        return Stream.of(Judge.beside(file).split(", "))
                .filter(name -> !name.equals("filler"))
                .reduce("", String::concat);
    }

    /** What the writing fails with; null if it does not. */
    private static @Nullable H5Exception write(Case what, Path file, int from, int to) {
        Flux<Object> records =
                Flux.range(from, to - from).map(ordinal -> what.kind().record(ordinal));
        try {
            what.writer(file).write(records).block();
            return null;
        } catch (H5Exception e) {
            return e;
        }
    }

    /** A program that makes streams fail, and reports what it has of the system after some failures and at the end. */
    static final class Failing {

        private Failing() {}

        /** Takes the directory of a disk that it mounts. */
        public static void main(String... args) throws IOException {
            List<Case> cases = Case.all(Durability.FLUSH);
            try (SmallDisk disk = new SmallDisk(Path.of(args[0]), PAGES)) {
                Path file = Writing.file(disk.directory());
                int failures = 0;
                boolean warm = false;
                for (int round = 0; failures < WARM + FAILURES; round++) {
                    if (failures == WARM && !warm) {
                        warm = true;
                        report();
                    }
                    disk.leave(JOURNAL + 1 + round % 4);
                    if (write(cases.get(round % cases.size()), file, 0, COMMITS * Case.COMMIT) != null) {
                        failures++;
                    }
                    disk.makeSpace();
                    Files.deleteIfExists(file);
                }
                report();
            }
        }

        private static void report() throws IOException {
            System.gc();
            System.out.println("has " + handles() + " " + identifiers() + " " + Resident.now());
        }

        private static long identifiers() {
            try {
                return H5.H5Fget_obj_count(HDF5Constants.H5F_OBJ_ALL, HDF5Constants.H5F_OBJ_ALL);
            } catch (HDF5Exception e) {
                throw new IllegalStateException(e);
            }
        }

        private static long handles() throws IOException {
            try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
                return open.count();
            }
        }
    }

    @Test
    void aHundredFailuresLeakNothing() throws Exception {
        Resident.required();
        Path mounted = directory.resolve("disk");
        new SmallDisk(mounted, PAGES).close(); // or the test is left out
        Process process = Jvm.start(Resident.SMALL_HEAP, Failing.class, mounted);
        try {
            List<String> output = process.inputReader().lines().toList();
            List<long[]> has = output.stream()
                    .filter(line -> line.startsWith("has "))
                    .map(line -> Stream.of(line.substring("has ".length()).split(" "))
                            .mapToLong(Long::parseLong)
                            .toArray())
                    .toList();
            assertThat(has).as(String.join("\n", output)).hasSize(2);
            long[] first = has.get(0);
            long[] last = has.get(1);
            System.out.printf(
                    "%d full disks: %+d handles, %+d identifiers, %+d KiB%n",
                    FAILURES, last[0] - first[0], last[1] - first[1], last[2] - first[2]);
            assertThat(last[0]).as("file handles").isEqualTo(first[0]);
            assertThat(last[1]).as("identifiers").isEqualTo(first[1]);
            assertThat(last[2] - first[2]).as("resident KiB beside the heap").isLessThan(20_000);
        } finally {
            process.destroyForcibly();
        }
    }
}
