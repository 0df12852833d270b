package io.h5sink.cost;

import io.h5sink.Compression;
import io.h5sink.H5Writer;
import io.h5sink.testing.Resident;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A program that streams into some files at once, and reports how much memory there was outside the heap at most. */
public final class MemoryProbe {

    private static final int RECORDS = 600_000;
    private static final int LOOK_EVERY = 256;

    public record Reading(long number, double half, double tenth, int third) {}

    public record Note(long number, double half, String text) {}

    private MemoryProbe() {}

    /** Takes a directory, how many sinks, the memory of each in MiB, the compression and the records' kind. */
    public static void main(String... args) throws IOException {
        Path directory = Path.of(args[0]);
        int sinks = Integer.parseInt(args[1]);
        long memory = Long.parseLong(args[2]) << 20;
        Compression compression = switch (args[3]) {
            case "gzip" -> Compression.gzip(1);
            case "lz4" -> Compression.lz4();
            default -> Compression.none();
        };
        boolean notes = args[4].equals("notes");
        AtomicLong most = new AtomicLong();
        BufferPoolMXBean direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .findFirst()
                .orElseThrow();
        long before = direct.getMemoryUsed();
        Mono.when(IntStream.range(0, sinks)
                        .mapToObj(sink -> H5Writer.<Object>to(directory.resolve("file" + sink + ".h5"))
                                .memory(memory)
                                .compression(compression)
                                .build()
                                .write(Flux.range(0, RECORDS).map(i -> {
                                    if (i % LOOK_EVERY == 0) {
                                        most.accumulateAndGet(direct.getMemoryUsed(), Math::max);
                                    }
                                    return record(i, notes);
                                }))
                                .subscribeOn(Schedulers.boundedElastic()))
                        .toList())
                .block();
        System.out.println("direct " + (most.get() - before >> 10) + " KiB, resident " + Resident.most() + " KiB");
    }

    private static Object record(int i, boolean notes) {
        return notes ? new Note(i, i * 0.5, "note " + i) : new Reading(i, i * 0.5, Math.sin(i), i / 3);
    }
}
