package io.h5sink.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Works on one core, between the same works on all of them. */
record OneCore() implements Row {

    private static final int RECORDS = 8 << 20;
    private static final int WARM_UP = 10;
    private static final String TITLE = "one core";

    @Override
    public String id() {
        return "one-core";
    }

    @Override
    public Section run(Plan plan) throws IOException {
        if (!Files.isExecutable(Path.of("/usr/bin/taskset"))) {
            return new Section(TITLE, List.of("Left out: there is no taskset."), List.of());
        }
        Path walk = plan.directory().resolve("walk.bin");
        Walk.create(walk);
        try {
            List<String> lines = new ArrayList<>();
            lines.add("`taskset -c 0`, which the JVM sees, so that there is one codec worker.");
            lines.add("");
            lines.add("| million records/s | one core | all |");
            lines.add("| --- | --: | --: |");
            lines.add(line(plan, "columns", "sink"));
            lines.add(line(plan, "gzip 1", "sink-walk:gzip:" + walk));
            return new Section(TITLE, lines, List.of());
        } finally {
            Files.deleteIfExists(walk);
        }
    }

    private static String line(Plan plan, String title, String work) throws IOException {
        List<String> command = Host.EMBEDDED.java(Child.class, List.of("-Xms1g", "-Xmx1g"), work);
        List<String> onOne = new ArrayList<>(List.of("taskset", "-c", "0"));
        onOne.addAll(command);
        int records = plan.scaled(RECORDS);
        double[] one = new double[plan.rounds()];
        double[] all = new double[plan.rounds()];
        try (Worker narrow = new Worker(title, onOne);
                Worker wide = new Worker(title, command)) {
            for (int i = 0; i < WARM_UP; i++) {
                narrow.go(plan.directory(), records);
                wide.go(plan.directory(), records);
            }
            for (int i = 0; i < plan.rounds(); i++) {
                one[i] = records / narrow.go(plan.directory(), records).seconds();
                all[i] = records / wide.go(plan.directory(), records).seconds();
            }
        }
        return String.format(
                Locale.ROOT, "| %s | %s | %s |", title, Numbers.spread(one, 1e-6), Numbers.spread(all, 1e-6));
    }
}
