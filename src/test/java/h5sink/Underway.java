package h5sink;

import io.h5sink.H5Record;
import io.h5sink.H5Sink;
import io.h5sink.testing.Await;
import java.nio.file.Path;
import reactor.core.publisher.Sinks;

/** A stream of numbers to a file, of which some are committed and more may come. */
public final class Underway {

    private final Sinks.Many<H5Record> source = Sinks.many().unicast().onBackpressureBuffer();
    private final H5Sink<H5Record> sink;

    /** Writes and commits 1 to {@code /n}. */
    public Underway(Path file) {
        sink = H5Sink.to(file, writer -> writer.commitEvery(1));
        source.asFlux().subscribe(sink);
        next(1);
        sink.commits().blockFirst(Await.LIMIT);
    }

    public void next(int number) {
        source.tryEmitNext(H5Record.of("n", number)).orThrow();
    }

    public void complete() {
        source.tryEmitComplete().orThrow();
        sink.result().block(Await.LIMIT);
    }
}
