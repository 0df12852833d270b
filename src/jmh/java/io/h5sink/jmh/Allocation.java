package io.h5sink.jmh;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import reactor.core.publisher.Flux;

/** What a record costs on the heap: one record, made before, sent again and again, by all threads of the process. */
public record Allocation() implements Row {

    private static final int RECORDS = 8_000_000;

    /** Zero: no object is as small as this, and what a block takes is shared by thousands of records. */
    private static final double NONE = 1;

    @Override
    public String id() {
        return "allocation";
    }

    @Override
    public Section run(Plan plan) throws IOException {
        Path file = plan.directory().resolve("allocation.h5");
        Files.deleteIfExists(file);
        try (Worker worker =
                new Worker(id(), Host.EMBEDDED.java(Allocation.class, List.of("-Xmx1g"), file.toString()))) {
            double bytes = Double.parseDouble(worker.hear("BYTES").split(" ")[1]);
            return new Section(
                    "allocation",
                    List.of(String.format(
                            Locale.ROOT,
                            "%.4f bytes a record on the heap, in all threads: what %,d more records take. The smallest object takes 16.",
                            bytes,
                            2 * RECORDS)),
                    List.of(new Outcome("allocation, bytes a record", new double[] {bytes}, bytes, NONE, true)));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /**
     * Prints the bytes for each record: the difference of a long and of a short stream, when everything is warm.
     *
     * @param args a file
     * @throws Exception if it fails
     */
    public static void main(String[] args) throws Exception {
        Path file = Path.of(args[0]);
        Reading reading = Reading.number(1);
        Work work = Works.sink(records -> Flux.from(new Source(records, i -> reading)), builder -> {});
        measure(work, file, RECORDS);
        measure(work, file, 3 * RECORDS);
        long less = measure(work, file, RECORDS);
        long more = measure(work, file, 3 * RECORDS);
        System.out.println("BYTES " + (more - less) / (2.0 * RECORDS));
    }

    private static long measure(Work work, Path file, int records) throws Exception {
        long before = allocated();
        work.run(file, records, new Clock());
        long after = allocated();
        Files.delete(file);
        return after - before;
    }

    private static long allocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = 0;
        for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
            sum += Math.max(0, bytes);
        }
        return sum;
    }
}
