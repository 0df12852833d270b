package io.h5sink.jmh;

import io.h5sink.H5Sink;
import io.h5sink.hdf5.Library;
import java.util.Objects;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import reactor.core.publisher.Flux;

/** The sink with all defaults, from the subscription until the file is closed. */
@State(Scope.Thread)
public class SinkBenchmark {

    @Setup
    public void loadHdf5() {
        Library.describe();
    }

    /** Records through Reactor's operators, as most streams come. */
    @Benchmark
    public long flux(Scratch scratch) {
        return write(Source.flux(scratch.records), scratch);
    }

    /** Records from a publisher that is nothing but a loop: what is left is the sink's own cost. */
    @Benchmark
    public long bare(Scratch scratch) {
        return write(Flux.from(new Source(scratch.records, Reading::number)), scratch);
    }

    private static long write(Flux<Reading> readings, Scratch scratch) {
        H5Sink<Reading> sink = H5Sink.to(scratch.file);
        readings.subscribe(sink);
        return Objects.requireNonNull(sink.result().block()).records();
    }
}
