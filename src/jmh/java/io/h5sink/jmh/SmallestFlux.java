package io.h5sink.jmh;

import hdf.hdf5lib.exceptions.HDF5Exception;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** What {@link SmallestProgram} does, for an element of a Flux, on a scheduler: what Reactor costs without a sink. */
public final class SmallestFlux {

    private SmallestFlux() {}

    /**
     * Says when it is written.
     *
     * @param args a file
     */
    public static void main(String[] args) {
        Flux.just(args[0])
                .publishOn(Schedulers.newSingle("hdf5", true))
                .doOnNext(file -> {
                    try {
                        SmallestProgram.main(new String[] {file});
                    } catch (HDF5Exception e) {
                        throw Exceptions.propagate(e);
                    }
                })
                .blockLast();
    }
}
