package io.h5sink.crash;

import io.h5sink.H5Exception;
import io.h5sink.Sharing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Judges states of a case's files: what opens as it is, what the sink makes of it, and whether a stream can go on from there. */
final class Judge {

    private static final int BATCH = 200;

    /** Of so many files one gets more records; each takes as long as the rest of its judgement. */
    private static final int GO_ON = 4;

    private static final int MORE = 2 * Case.COMMIT;

    /** A state that waits for its judgement. */
    private static final class Suspect {

        private final Path file;
        private final int reported;
        private int least;
        private final String where;
        private @Nullable String wrong;
        private int records;

        Suspect(Path file, int reported, String where) {
            this.file = file;
            this.reported = reported;
            this.least = reported;
            this.where = where;
        }
    }

    private final Case what;
    private final int records;
    private final int commit;
    private final Path scratch;
    private final Tally.Row row;
    private final List<Suspect> waiting = new ArrayList<>();

    /**
     * Judges a case.
     *
     * @param records how many the states may hold
     * @param scratch a directory for their files
     */
    Judge(Case what, int records, Path scratch, Tally.Row row) {
        this(what, records, Case.COMMIT, scratch, row);
    }

    /** The same, where a commit may be of fewer records. */
    Judge(Case what, int records, int commit, Path scratch, Tally.Row row) {
        this.what = what;
        this.commit = commit;
        this.records = records + MORE;
        this.scratch = scratch;
        this.row = row;
    }

    /** Takes a state; {@link #end} is the last to judge. */
    void take(Disk disk, int reported, String where) throws IOException {
        Path directory = scratch.resolve(String.valueOf(waiting.size()));
        disk.save(directory);
        take(Writing.file(directory), reported, where);
    }

    /** Takes a file, with what lies beside it, which is removed once it is judged. */
    void take(Path file, int reported, String where) throws IOException {
        waiting.add(new Suspect(file, reported, where));
        row.visited();
        if (waiting.size() == BATCH) {
            end();
        }
    }

    /** Judges what was taken. */
    void end() throws IOException {
        if (what.sharing() == Sharing.RELEASE) {
            checked(waiting, false).stream().filter(s -> Files.exists(s.file)).forEach(s -> row.openedAsItWas());
        }
        for (int i = 0; i < waiting.size(); i++) {
            Suspect suspect = waiting.get(i);
            Recovery how = i % 2 == 0 ? Recovery.ON_REQUEST : Recovery.NEXT_SESSION;
            String failure = Files.exists(suspect.file) ? how.run(what, suspect.file) : null;
            if (failure != null) {
                wrong(suspect, "it cannot be recovered: " + failure);
            }
        }
        List<Suspect> right = checked(waiting, true);
        List<Suspect> chosen = new ArrayList<>();
        for (int i = 0; i < right.size(); i += GO_ON) {
            if (goOn(right.get(i))) {
                chosen.add(right.get(i));
            }
        }
        checked(chosen, true);
        for (Suspect suspect : waiting) {
            if (suspect.wrong == null) {
                row.recovered();
            } else {
                row.lost(suspect.where + ", " + suspect.reported + " records reported", suspect.wrong);
            }
            delete(suspect.file.getParent());
        }
        waiting.clear();
    }

    /** Those that are right. All must be, or all that open. */
    private List<Suspect> checked(List<Suspect> suspects, boolean must) throws IOException {
        List<Verdict> verdicts = Check.files(
                what, records, commit, suspects.stream().map(s -> s.file).toList());
        List<Suspect> right = new ArrayList<>();
        for (int i = 0; i < verdicts.size(); i++) {
            Suspect suspect = suspects.get(i);
            Verdict verdict = verdicts.get(i);
            suspect.records = Math.max(0, verdict.records());
            String stage = must ? "" : "as it is: ";
            if (must && verdict.right()) {
                checkPositions(suspect);
            }
            if (verdict.right() && verdict.records() < suspect.least) {
                wrong(suspect, stage + "it has " + verdict.records() + " records");
            } else if (verdict.right() || (verdict.state() == Verdict.State.ABSENT && suspect.least == 0)) {
                right.add(suspect);
            } else if (must || verdict.state() == Verdict.State.WRONG) {
                wrong(suspect, stage + verdict.state() + " " + verdict.why());
            }
        }
        return right;
    }

    private void checkPositions(Suspect suspect) {
        Map<String, Long> wanted = what.kind().positions(suspect.records);
        if (!wanted.isEmpty()) {
            Map<String, Long> found = what.writer(suspect.file).positions();
            if (!found.equals(wanted)) {
                wrong(suspect, "the positions are " + found + ", not " + wanted);
            }
        }
    }

    /** Appends records, as the next run would. */
    private boolean goOn(Suspect suspect) {
        try {
            Writing.write(what, suspect.file, suspect.records, suspect.records + MORE, 2, committed -> {});
            suspect.least = suspect.records + MORE;
        } catch (H5Exception e) {
            wrong(suspect, "nothing can be appended: " + e.getMessage());
            return false;
        }
        String beside = beside(suspect.file);
        if (!beside.isEmpty()) {
            wrong(suspect, "beside the file is left " + beside);
        }
        return true;
    }

    private static void wrong(Suspect suspect, String why) {
        if (suspect.wrong == null) {
            suspect.wrong = why;
        }
    }

    /** What else lies where a file lies. */
    static String beside(Path file) {
        try (Stream<Path> files = Files.list(file.getParent())) {
            return files.filter(other -> !other.equals(file))
                    .map(other -> other.getFileName().toString())
                    .sorted()
                    .reduce("", (a, b) -> a.isEmpty() ? b : a + ", " + b);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
