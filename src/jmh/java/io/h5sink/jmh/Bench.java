package io.h5sink.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Runs all rows and writes the table to {@code target/bench.md} and {@code target/bench.png}. Arguments, each {@code
 * name=value}:
 *
 * <ul>
 *   <li>{@code rows}: some of them by their names, with commas between
 *   <li>{@code rounds}: how often each contender has its turn, 5
 *   <li>{@code scale}: how many records, as a part of what is usual, 1
 *   <li>{@code long}: the records of the long run, 100,000,000
 *   <li>{@code dir}: where files are written, {@code target/bench}
 * </ul>
 */
public final class Bench {

    private Bench() {}

    /**
     * Runs the benchmark.
     *
     * @param args see above
     * @throws IOException if a contender fails
     */
    public static void main(String[] args) throws IOException {
        System.setProperty("java.awt.headless", "true");
        Map<String, String> options = options(args);
        Row.Plan plan = new Row.Plan(
                Files.createDirectories(Path.of(options.getOrDefault("dir", "target/bench"))),
                Integer.parseInt(options.getOrDefault("rounds", "5")),
                Double.parseDouble(options.getOrDefault("scale", "1")),
                Integer.parseInt(options.getOrDefault("long", "100000000")));
        List<Row> rows = chosen(options.get("rows"));
        long start = System.nanoTime();
        List<Row.Section> sections = new ArrayList<>();
        for (Row row : rows) {
            System.out.printf(Locale.ROOT, "%6.1f min  %s%n", minutes(start), row.id());
            sections.add(row.run(plan));
            sections.get(sections.size() - 1)
                    .outcomes()
                    .forEach(outcome -> System.out.println("   " + outcome.markdown()));
        }
        String table = Report.markdown(plan, sections, minutes(start));
        System.out.println("\n" + table);
        Files.writeString(Path.of("target/bench.md"), table);
        Chart.write(
                sections.stream()
                        .flatMap(section -> section.outcomes().stream())
                        .toList(),
                Path.of("target/bench.png"));
    }

    private static double minutes(long start) {
        return (System.nanoTime() - start) / 60e9;
    }

    private static Map<String, String> options(String[] args) {
        Map<String, String> options = new HashMap<>();
        for (String arg : args) {
            String[] words = arg.split("=", 2);
            if (words.length != 2
                    || !List.of("rows", "rounds", "scale", "long", "dir").contains(words[0])) {
                throw new IllegalArgumentException(
                        arg + " is no option (expected: rows=…, rounds=…, scale=…, long=…, dir=…)");
            }
            options.put(words[0], words[1]);
        }
        return options;
    }

    private static List<Row> chosen(String ids) {
        List<Row> rows = Rows.all();
        if (ids == null) {
            return rows;
        }
        List<String> names = Arrays.asList(ids.split(","));
        List<String> known = rows.stream().map(Row::id).toList();
        if (!known.containsAll(names)) {
            throw new IllegalArgumentException(
                    "rows: " + ids + " (expected: " + known.stream().collect(Collectors.joining(", ")) + ")");
        }
        return rows.stream().filter(row -> names.contains(row.id())).toList();
    }
}
