package io.h5sink.jmh;

import io.h5sink.jhdf5.Library;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The table, in Markdown. */
final class Report {

    private Report() {}

    static String markdown(Row.Plan plan, List<Row.Section> sections, double minutes) {
        List<String> lines = new ArrayList<>();
        lines.add("# As fast as the machine");
        lines.add("");
        lines.add(String.format(
                Locale.ROOT,
                "%d cores, Java %s, %s, %s %s. %d rounds of the usual records × %s in %.1f minutes, load average %.1f at the end.",
                Runtime.getRuntime().availableProcessors(),
                Runtime.version().feature(),
                Library.describe(),
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                plan.rounds(),
                Numbers.of(plan.scale()),
                minutes,
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
        lines.add("");
        lines.add("Ratios are taken within a round, where all take turns. Median (least … most).");
        lines.add("");
        lines.add("| ratio | reach | median | of the best rounds | |");
        lines.add("| --- | --: | --: | --: | --- |");
        for (Row.Section section : sections) {
            section.outcomes().forEach(outcome -> lines.add(outcome.markdown()));
        }
        lines.add("");
        lines.add(
                "Below, shares are processor time over time: of the publisher's thread, the codec workers, the writer thread, and the rest"
                        + " of the process, which collects garbage and compiles. Whichever is at 100% bounds the work; if none is, the disk"
                        + " or another process does.");
        for (Row.Section section : sections) {
            lines.add("");
            lines.add("## " + section.title());
            lines.add("");
            lines.addAll(section.lines());
        }
        return String.join("\n", lines) + "\n";
    }
}
