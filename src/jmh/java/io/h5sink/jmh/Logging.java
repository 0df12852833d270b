package io.h5sink.jmh;

import io.h5sink.H5Log;
import io.h5sink.H5Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ObjDoubleConsumer;

/** Many threads that log values one by one, into a file, and through a queue of the same size to nowhere. */
record Logging() implements Row {

    private static final int THREADS = 200;
    private static final int VALUES = 2_000_000;
    private static final double LEAST = 300_000;

    @Override
    public String id() {
        return "log";
    }

    @Override
    public Section run(Plan plan) throws IOException {
        Path file = plan.directory().resolve("log.h5");
        int rounds = plan.rounds();
        double[] log = new double[rounds];
        double[] longest = new double[rounds];
        double[] queue = new double[rounds];
        double[] queueLongest = new double[rounds];
        long lost = 0;
        try (Worker worker = new Worker(
                id(),
                Host.EMBEDDED.java(
                        Logging.class,
                        List.of("-Xmx1g"),
                        file.toString(),
                        String.valueOf(plan.scaled(VALUES)),
                        String.valueOf(rounds)))) {
            for (int i = 0; i < rounds; i++) {
                String[] words = worker.hear("LOG").split(" ");
                log[i] = Double.parseDouble(words[1]);
                longest[i] = Double.parseDouble(words[2]);
                lost += Long.parseLong(words[3]);
                queue[i] = Double.parseDouble(words[4]);
                queueLongest[i] = Double.parseDouble(words[5]);
            }
        } finally {
            Files.deleteIfExists(file);
        }
        double[] speeds = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            speeds[i] = log[i] / LEAST;
        }
        return new Section(
                title(),
                List.of(
                        "| | thousand values/s | longest call, ms |",
                        "| --- | --: | --: |",
                        "| H5Log, until the file is closed | " + Numbers.spread(log, 1e-3) + " | "
                                + Numbers.spread(longest, 1e3) + " |",
                        "| ArrayBlockingQueue(8192), to nowhere | " + Numbers.spread(queue, 1e-3) + " | "
                                + Numbers.spread(queueLongest, 1e3) + " |",
                        "",
                        String.format(Locale.ROOT, "Values that are not in the file: %d.", lost)),
                List.of(
                        new Outcome(title() + ": values/s ÷ 300,000", speeds, most(speeds), 1, false),
                        new Outcome(title() + ": longest call, s", longest, least(longest), 1, true)));
    }

    private static String title() {
        return THREADS + " threads, one log";
    }

    private static double most(double[] values) {
        return Arrays.stream(values).max().orElseThrow();
    }

    private static double least(double[] values) {
        return Arrays.stream(values).min().orElseThrow();
    }

    /**
     * Prints for each round the values a second, the longest call in seconds, and the values that were lost; and the first two of the queue.
     *
     * @param args the file, the values and the rounds
     * @throws Exception if a thread is interrupted or the file cannot be deleted
     */
    public static void main(String[] args) throws Exception {
        Path file = Path.of(args[0]);
        int values = Integer.parseInt(args[1]);
        for (int round = -1; round < Integer.parseInt(args[2]); round++) {
            Files.deleteIfExists(file);
            long start = System.nanoTime();
            long longest;
            try (H5Log log = H5Log.to(file)) {
                longest = all(values, log::log);
            }
            double speed = values / ((System.nanoTime() - start) / 1e9);
            long there;
            try (H5Source h5 = H5Source.open(file)) {
                there = h5.dataset("/loss").size();
            }
            String queue = queue(values);
            if (round >= 0) {
                System.out.println("LOG " + speed + " " + longest / 1e9 + " " + (values / THREADS * THREADS - there)
                        + " " + queue);
            }
        }
    }

    private static String queue(int values) throws InterruptedException {
        BlockingQueue<Double> queue = new ArrayBlockingQueue<>(H5Log.CAPACITY);
        long start = System.nanoTime();
        Thread drain = new Thread(() -> {
            try {
                for (int i = 0; i < values / THREADS * THREADS; i++) {
                    queue.take();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        drain.start();
        long longest = all(values, (name, value) -> {
            try {
                queue.put(value);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        drain.join();
        return values / ((System.nanoTime() - start) / 1e9) + " " + longest / 1e9;
    }

    /** The longest call. */
    private static long all(int values, ObjDoubleConsumer<String> log) throws InterruptedException {
        AtomicLong longest = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(() -> {
                long mine = 0;
                for (int k = 0; k < values / THREADS; k++) {
                    long before = System.nanoTime();
                    log.accept("loss", 1.0 / (k + 1));
                    mine = Math.max(mine, System.nanoTime() - before);
                }
                longest.accumulateAndGet(mine, Math::max);
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return longest.get();
    }
}
