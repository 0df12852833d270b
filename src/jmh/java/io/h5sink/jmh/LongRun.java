package io.h5sink.jmh;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A stream that is long, in a heap that is small: resident memory is what it was after the first second. */
record LongRun() implements Row {

    private static final long EVERY_MILLIS = 50;
    private static final long SETTLED_NANOS = 1_000_000_000L;

    /** What is still flat: a compiler that works later takes a few MiB, a leak of a byte a record takes 100. */
    private static final double FLAT = 1.1;

    /** Resident memory at a moment. */
    private record Sample(long nanos, long kib) {}

    @Override
    public String id() {
        return "long";
    }

    @Override
    public Section run(Plan plan) throws IOException {
        List<Sample> samples = new ArrayList<>();
        ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();
        try (Worker worker = Host.EMBEDDED.start("sink", "-Xmx64m")) {
            Path status = Path.of("/proc", Long.toString(worker.pid()), "status");
            if (!Files.exists(status)) {
                return new Section(title(plan), List.of("Left out: only Linux tells resident memory."), List.of());
            }
            long start = System.nanoTime();
            watch.scheduleAtFixedRate(
                    () -> samples.add(new Sample(System.nanoTime() - start, resident(status))),
                    0,
                    EVERY_MILLIS,
                    TimeUnit.MILLISECONDS);
            Turn turn = worker.go(plan.directory(), plan.longRun());
            watch.shutdown();
            watch.awaitTermination(1, TimeUnit.MINUTES); // before the process ends
            return section(plan, turn, List.copyOf(samples));
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        } finally {
            watch.shutdownNow();
        }
    }

    private static Section section(Plan plan, Turn turn, List<Sample> samples) {
        List<Sample> settled =
                samples.stream().filter(sample -> sample.nanos >= SETTLED_NANOS).toList();
        if (settled.isEmpty()) {
            return new Section(title(plan), List.of("Done within a second: more records say more."), List.of());
        }
        double first = settled.get(0).kib;
        double most = settled.stream().mapToLong(Sample::kib).max().orElseThrow();
        double ratio = most / first;
        List<String> lines = List.of(String.format(
                Locale.ROOT,
                "Completed in %.1f s, %s million records/s. Resident memory after the first second: %.0f MiB; at most, later:"
                        + " %.0f MiB; at the end: %.0f MiB. Flat is up to %s of the first.",
                turn.seconds(),
                Numbers.of(plan.longRun() / turn.seconds() / 1e6),
                first / 1024,
                most / 1024,
                settled.get(settled.size() - 1).kib / 1024.0,
                Numbers.of(FLAT)));
        return new Section(
                title(plan),
                lines,
                List.of(new Outcome(
                        title(plan) + ": resident memory, later ÷ after the first second",
                        new double[] {ratio},
                        ratio,
                        FLAT,
                        true)));
    }

    private static String title(Plan plan) {
        return String.format(Locale.ROOT, "%,d records with -Xmx64m", plan.longRun());
    }

    private static long resident(Path status) {
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
