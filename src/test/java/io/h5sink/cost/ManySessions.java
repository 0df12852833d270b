package io.h5sink.cost;

import io.h5sink.Compression;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.OpenMode;
import io.h5sink.testing.LibraryWriter;
import io.h5sink.testing.Resident;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;

/** A program that opens and closes files again and again, and reports at each third what it has of the system. */
public final class ManySessions {

    private static final int FILES = 4;
    private static final int ROWS = 100;

    public record Reading(long number, double half, double tenth, int third) {}

    private ManySessions() {}

    /** Takes a directory and the number of sessions. */
    public static void main(String... args) throws IOException {
        Path directory = Path.of(args[0]);
        int sessions = Integer.parseInt(args[1]);
        for (int i = 1; i <= sessions; i++) {
            Path file = directory.resolve("file" + i % FILES + ".h5");
            H5Writer.Builder<Reading> builder = H5Writer.<Reading>to(file)
                    .open(i % (2 * FILES) < FILES ? OpenMode.TRUNCATE : OpenMode.APPEND)
                    .chunkRows(ROWS / 2 + 1);
            if (i % 2 == 0) {
                builder.compression(Compression.gzip(1));
            }
            boolean library = i % (2 * FILES) >= FILES && i % 3 == 0; // of those that append
            (library ? LibraryWriter.of(builder, file) : builder)
                    .build()
                    .write(Flux.range(0, ROWS).map(k -> new Reading(k, k * 0.5, k * 0.1, k / 3)))
                    .block();
            try (H5Source source = H5Source.open(file)) {
                source.dataset("/half").slice("::7").read(double[].class);
            }
            if (i % (sessions / 3) == 0) {
                System.out.println(i + " sessions: " + Resident.now() + " KiB, " + Thread.activeCount() + " threads, "
                        + descriptors() + " descriptors");
            }
        }
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
