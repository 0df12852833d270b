package io.h5sink.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What became of the states of each case, for a table in the log. */
final class Tally {

    private static final Logger LOG = LoggerFactory.getLogger("io.h5sink.crash");
    private static final int REPORTED = 5;

    /** A row of the table. */
    static final class Row {

        private int states;
        private int open;
        private int recovered;
        private int lost;
        private final List<String> losses = new ArrayList<>();

        /** A state. */
        void visited() {
            states++;
        }

        /** It opened as it was, and was right. */
        void openedAsItWas() {
            open++;
        }

        /** It was right once it was recovered. */
        void recovered() {
            recovered++;
        }

        /** It was not right, or not to be gone on with. */
        void lost(String where, String why) {
            lost++;
            if (losses.size() < REPORTED) {
                losses.add(where + ": " + why);
            }
        }

        /** Fails if anything was lost. */
        void mustHaveNoLoss() {
            if (lost > 0) {
                throw new AssertionError(lost + " of " + states + " were lost:\n" + String.join("\n", losses));
            }
        }
    }

    private final Map<Case, Row> rows = new TreeMap<>(java.util.Comparator.comparing(Case::durability)
            .thenComparing(Case::sharing)
            .thenComparing(Case::layout)
            .thenComparing(Case::kind)
            .thenComparing(Case::library)
            .thenComparing(Case::old));

    Row row(Case what) {
        return rows.computeIfAbsent(what, w -> new Row());
    }

    /** Prints the table. */
    void print(String title) {
        StringBuilder table = new StringBuilder(title)
                .append(", on ")
                .append(System.getProperty("h5sink.provider", "embedded"))
                .append('\n')
                .append(line(
                        "sharing", "layout", "kind", "durability", "engine", "states", "opened", "recovered", "lost"));
        Row all = new Row();
        rows.forEach((what, row) -> {
            table.append(line(
                    what.sharing(),
                    what.layout(),
                    what.kind(),
                    what.durability(),
                    what.old() ? "Java, old" : what.isJavas() ? "Java" : "library",
                    row.states,
                    row.open,
                    row.recovered,
                    row.lost));
            all.states += row.states;
            all.open += row.open;
            all.recovered += row.recovered;
            all.lost += row.lost;
        });
        table.append(line("all", "", "", "", "", all.states, all.open, all.recovered, all.lost));
        LOG.info("{}", table);
    }

    private static String line(Object... words) {
        return String.format("%-10s%-9s%-11s%-11s%-8s%8s%8s%10s%6s%n", words);
    }
}
