package io.h5sink.jmh;

import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.hdf5.Library;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import reactor.core.Exceptions;
import reactor.core.publisher.BaseSubscriber;

/** The loop that the sink replaces, on the thread that makes the records. */
@State(Scope.Thread)
public class HandLoopBenchmark {

    @Setup
    public void loadHdf5() {
        Library.describe();
    }

    /** Records made in a plain loop. The compiler may do without the objects. */
    @Benchmark
    public void plain(Scratch scratch) throws HDF5Exception {
        try (HandLoop loop = new HandLoop(scratch.file)) {
            for (int i = 0; i < scratch.records; i++) {
                loop.put(Reading.number(i));
            }
        }
    }

    /** The loop's body as a subscriber of the same Flux that the sink has, with unbounded demand. */
    @Benchmark
    public void subscriber(Scratch scratch) throws HDF5Exception {
        try (HandLoop loop = new HandLoop(scratch.file)) {
            Source.flux(scratch.records).subscribe(new BaseSubscriber<>() {
                @Override
                protected void hookOnNext(Reading reading) {
                    try {
                        loop.put(reading);
                    } catch (HDF5Exception e) {
                        throw Exceptions.propagate(e);
                    }
                }
            });
        }
    }
}
