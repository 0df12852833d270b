package io.h5sink.jmh;

import io.h5sink.Compression;
import io.h5sink.H5Sink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.LongStream;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Many sinks at once, which all compress as much as they can: what the one with the least has committed, of what is its share. */
record Fairness() implements Row {

    private static final int SINKS = 64;
    private static final long MEMORY = 4 << 20;
    private static final Duration COMMIT = Duration.ofMillis(200);
    private static final int SECONDS = 10;
    private static final double LEAST_SHARE = 0.5;

    @Override
    public String id() {
        return "fairness";
    }

    @Override
    public Section run(Plan plan) throws IOException {
        Path walk = plan.directory().resolve("walk.bin");
        Path files = Files.createDirectories(plan.directory().resolve("fairness"));
        Walk.create(walk);
        try (Worker worker = new Worker(
                id(), Host.EMBEDDED.java(Fairness.class, List.of("-Xmx1g"), walk.toString(), files.toString()))) {
            String[] words = worker.hear("SHARE").split(" ");
            double share = Double.parseDouble(words[1]);
            return new Section(
                    title(),
                    List.of(String.format(
                            Locale.ROOT,
                            "Gzip 1 and shuffle, %d MiB and a publisher each, for %d seconds after all have committed something: %s MB/s"
                                    + " in all. The sink with the least has %s of its fair share, the one with the most %s.",
                            MEMORY >> 20,
                            SECONDS,
                            Numbers.of(Double.parseDouble(words[3]) / 1e6),
                            Numbers.of(share),
                            Numbers.of(Double.parseDouble(words[2])))),
                    List.of(new Outcome(
                            title() + ": the least of all ÷ the fair share",
                            new double[] {share},
                            share,
                            LEAST_SHARE,
                            false)));
        } finally {
            delete(files);
            Files.deleteIfExists(walk);
        }
    }

    private static String title() {
        return SINKS + " sinks at once, gzip 1";
    }

    /**
     * Prints the least and the most of the shares, 1 being the fair one, and bytes a second.
     *
     * @param args the walk and a directory
     * @throws InterruptedException if it is interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        double[][] columns = Walk.read(Path.of(args[0]));
        AtomicLongArray committed = new AtomicLongArray(SINKS);
        CountDownLatch begun = new CountDownLatch(SINKS);
        Scheduler publishers = Schedulers.newParallel("publisher", SINKS);
        List<H5Sink<Walk.Sample>> sinks = new ArrayList<>();
        for (int i = 0; i < SINKS; i++) {
            int number = i;
            H5Sink<Walk.Sample> sink = H5Sink.to(
                    Path.of(args[1], "sink" + i + ".h5"),
                    builder -> builder.memory(MEMORY).commitEvery(COMMIT).compression(Compression.gzip(1)));
            sink.commits().subscribe(commit -> {
                if (committed.getAndSet(number, commit.records()) == 0) {
                    begun.countDown();
                }
            });
            sinks.add(sink);
            Flux.range(0, Integer.MAX_VALUE)
                    .map(k -> Walk.sample(columns, k))
                    .subscribeOn(publishers)
                    .subscribe(sink);
        }
        begun.await();
        long start = System.nanoTime();
        long[] before = all(committed);
        TimeUnit.SECONDS.sleep(SECONDS);
        long[] after = all(committed);
        double seconds = (System.nanoTime() - start) / 1e9;
        long[] each = new long[SINKS];
        for (int i = 0; i < SINKS; i++) {
            each[i] = after[i] - before[i];
        }
        double fair = LongStream.of(each).average().orElseThrow();
        System.out.println("SHARE " + LongStream.of(each).min().orElseThrow() / fair + " "
                + LongStream.of(each).max().orElseThrow() / fair + " " + fair * SINKS * Walk.BYTES / seconds);
        sinks.forEach(H5Sink::dispose);
        sinks.forEach(sink -> sink.result().block());
        publishers.dispose();
    }

    private static long[] all(AtomicLongArray counts) {
        return LongStream.range(0, counts.length())
                .map(i -> counts.get((int) i))
                .toArray();
    }

    private static void delete(Path directory) throws IOException {
        List<Path> paths;
        try (var found = Files.walk(directory)) {
            paths = found.sorted((a, b) -> b.compareTo(a)).toList();
        }
        for (Path path : paths) {
            Files.delete(path);
        }
    }
}
