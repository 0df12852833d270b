package io.h5sink.jmh;

import io.h5sink.H5Sink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import reactor.core.publisher.Flux;

/**
 * A record in the sink, for {@code -prof gc} and other profilers: one that was made before, again and again. Opening and
 * closing the file is shared by all of them.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(java.util.concurrent.TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 2)
public class HotPath {

    private static final int RECORDS = 32_000_000;

    private final Path file = Path.of("target", "hot-path.h5");

    /** Writes a file. */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long record() throws IOException {
        delete();
        Reading reading = Reading.number(1);
        H5Sink<Reading> sink = H5Sink.to(file);
        Flux.from(new Source(RECORDS, i -> reading)).subscribe(sink);
        return Objects.requireNonNull(sink.result().block()).records();
    }

    /** Leaves nothing. */
    @TearDown
    public void delete() throws IOException {
        Files.deleteIfExists(file);
    }
}
