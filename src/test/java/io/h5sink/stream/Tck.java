package io.h5sink.stream;

import io.h5sink.H5Sink;
import io.h5sink.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import reactor.core.publisher.Mono;

/** What both verifications of Reactive Streams' rules need. */
final class Tck {

    static final long TIMEOUT_MILLIS = 10_000;
    static final long SILENCE_MILLIS = 50;

    private Tck() {}

    /** A file that is not there. */
    static Path file() {
        try {
            Path file = Files.createTempFile("h5sink-tck-", ".h5");
            Files.delete(file);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void awaitEnd(H5Sink<?> sink) {
        sink.result().then().onErrorResume(error -> Mono.empty()).block(Await.LIMIT);
    }
}
