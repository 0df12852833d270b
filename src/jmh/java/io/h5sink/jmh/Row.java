package io.h5sink.jmh;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A kind of work, and who does it. */
interface Row {

    /** A word that stands for the row in the arguments. */
    String id();

    /** Runs it. */
    Section run(Plan plan) throws IOException;

    /**
     * How much is run.
     *
     * @param directory for files, which are deleted
     * @param rounds how often each contender has its turn, after one that does not count
     * @param scale how many records, as a part of what is usual
     * @param longRun the records of the long run
     */
    record Plan(Path directory, int rounds, double scale, int longRun) {

        int scaled(int records) {
            return (int) Math.max(1, records * scale);
        }
    }

    /**
     * What came out.
     *
     * @param title of the row
     * @param lines in Markdown
     * @param outcomes what was to be reached
     */
    record Section(String title, List<String> lines, List<Outcome> outcomes) {}
}
