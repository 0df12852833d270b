package io.h5sink.jmh;

import io.h5sink.H5Sink;
import io.h5sink.H5Writer;
import io.h5sink.Layout;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Readings of many stations, round robin, each of which has a group. The clock starts once all groups are made and committed;
 * the end, which writes what all groups have left, counts.
 *
 * @param layout columns or tables
 * @param routes how many stations; 0 for a new one with each record, which counts from the beginning
 */
record Routes(Layout layout, int routes) implements Work {

    private static final long MEMORY = 512L << 20;

    @Override
    public void run(Path file, int records, Clock clock) {
        int groups = routes == 0 ? records : routes;
        String[] names = IntStream.range(0, groups).mapToObj(i -> "station" + i).toArray(String[]::new);
        H5Sink<Reading> sink = H5Writer.<Reading>to(file)
                .route(reading -> names[reading.station()])
                .layout(layout)
                .memory(MEMORY)
                .build()
                .sink();
        clock.start();
        if (routes == 0) {
            readings(0, records, groups).subscribe(sink);
        } else {
            Mono<Reading> made = sink.commits()
                    .filter(commit -> commit.records() >= groups)
                    .next()
                    .doOnNext(commit -> clock.start())
                    .then(Mono.empty());
            Flux.concat(readings(0, groups, groups), made, readings(groups, records, groups))
                    .subscribe(sink);
        }
        Objects.requireNonNull(sink.result().block());
    }

    private static Flux<Reading> readings(int from, int count, int groups) {
        return Flux.range(from, count).map(i -> {
            Reading reading = Reading.number(i);
            return new Reading(reading.time(), i % groups, reading.temperature(), reading.humidity());
        });
    }
}
