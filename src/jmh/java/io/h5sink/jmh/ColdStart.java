package io.h5sink.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** From the start of a JVM to the first record that is safe, as somebody sees it who waits for it. */
record ColdStart() implements Row {

    private static final int TIMES = 4;

    @Override
    public String id() {
        return "cold";
    }

    @Override
    public Section run(Plan plan) throws IOException {
        int turns = TIMES * plan.rounds();
        List<Class<?>> programs = List.of(FirstRecord.class, SmallestProgram.class, SmallestFlux.class);
        for (Class<?> program : programs) {
            once(program, plan);
        }
        double[][] times = new double[programs.size()][turns];
        for (int i = 0; i < turns; i++) {
            for (int k = 0; k < programs.size(); k++) {
                int which = (i + k) % programs.size();
                times[which][i] = once(programs.get(which), plan);
            }
        }
        double[] sink = times[0];
        double[] smallest = times[1];
        double[] flux = times[2];
        double[] ratios = IntStream.range(0, turns)
                .mapToDouble(i -> sink[i] / smallest[i])
                .toArray();
        double best = least(sink) / least(smallest);
        return new Section(
                "cold start",
                List.of(
                        "Each in a fresh JVM, on the same class path, without options.",
                        "",
                        "| | ms |",
                        "| --- | --: |",
                        "| H5Sink, to the first commit | " + Numbers.spread(sink, 1e3) + " |",
                        "| the smallest program that writes a dataset | " + Numbers.spread(smallest, 1e3) + " |",
                        "| the same for an element of a Flux, on a scheduler | " + Numbers.spread(flux, 1e3) + " |"),
                List.of(new Outcome("cold start: H5Sink ÷ smallest program, time", ratios, best, 1.5, true)));
    }

    private static double least(double[] values) {
        return IntStream.range(0, values.length)
                .mapToDouble(i -> values[i])
                .min()
                .orElseThrow();
    }

    private static double once(Class<?> program, Plan plan) throws IOException {
        Path file = plan.directory().resolve("cold.h5");
        Files.deleteIfExists(file);
        long start = System.nanoTime();
        try (Worker worker =
                new Worker(program.getSimpleName(), Host.EMBEDDED.java(program, List.of(), file.toString()))) {
            worker.hear("SAFE");
            return (System.nanoTime() - start) / 1e9;
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
