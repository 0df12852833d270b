package io.h5sink.jmh;

import io.h5sink.H5Sink;
import reactor.core.publisher.Flux;

/** One record through a sink. */
public final class FirstRecord {

    private FirstRecord() {}

    /**
     * Says when it is committed.
     *
     * @param args a file
     */
    public static void main(String[] args) {
        H5Sink<Reading> sink = H5Sink.to(args[0]);
        Flux.just(Reading.number(1)).subscribe(sink);
        sink.commits().blockFirst();
        System.out.println("SAFE");
        sink.result().block();
    }
}
