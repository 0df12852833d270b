package io.h5sink.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.h5sink.H5Exception;
import io.h5sink.H5FileException;
import io.h5sink.H5SchemaException;
import io.h5sink.H5Sink;
import io.h5sink.H5Writer;
import io.h5sink.WriteSummary;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.publisher.PublisherProbe;

/** Runs streams to their end. */
public final class Run {

    private Run() {}

    /** Writes records with the defaults. */
    public static WriteSummary write(Path file, Object... records) {
        return write(H5Writer.to(file), Flux.fromArray(records));
    }

    /** Writes records. */
    public static <T> WriteSummary write(H5Writer.Builder<T> writer, Publisher<? extends T> records) {
        return Objects.requireNonNull(writer.build().write(records).block(Await.LIMIT));
    }

    /** Writes records with the defaults, the last of which, or the file, cannot be taken. */
    public static Failure fail(Path file, Object... records) {
        return fail(H5Writer.to(file), records);
    }

    /**
     * Writes records, the last of which, or the file, cannot be taken. The stream would go on for ever: that it is
     * cancelled is part of this.
     */
    public static Failure fail(H5Writer.Builder<Object> writer, Object... records) {
        return fail(writer, Flux.fromArray(records));
    }

    /** The same, of records as they come. */
    public static <T> Failure fail(H5Writer.Builder<T> writer, Flux<? extends T> records) {
        PublisherProbe<T> probe = PublisherProbe.of(Flux.concat(records, Flux.never()));
        H5Sink<T> sink = writer.build().sink();
        Future<WriteSummary> result = sink.result().toFuture();
        probe.flux().subscribe(sink);
        Throwable error = catchThrowable(() -> result.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS));
        Await.until("the upstream is cancelled", probe::wasCancelled);
        assertThat(error).isInstanceOf(ExecutionException.class).cause().isInstanceOf(H5Exception.class);
        return new Failure((H5Exception) error.getCause());
    }

    /** What the stream of a sink fails with. */
    public static Throwable failure(H5Sink<?> sink) {
        return Objects.requireNonNull(sink.result()
                .map(summary -> (Throwable) new AssertionError("it ended well: " + summary))
                .onErrorResume(Mono::just)
                .block(Await.LIMIT));
    }

    /** What a stream failed with. */
    public record Failure(H5Exception error) {

        /** The file as a whole cannot be used. */
        public Failure isAboutTheFile(Path file, String... words) {
            assertThat(error).isExactlyInstanceOf(H5FileException.class);
            return says(file, 0, words).compares(null, null, null);
        }

        /** An object, or a record on its way to an object, does not fit. */
        public Failure isAboutTheObject(
                Path file, @Nullable String object, @Nullable String expected, @Nullable String actual, long safe) {
            assertThat(error).isExactlyInstanceOf(H5SchemaException.class);
            return says(file, safe).compares(object, expected, actual);
        }

        private Failure says(Path file, long safe, String... words) {
            assertThat(error.file()).isEqualTo(file);
            assertThat(error.safeRecords())
                    .as("safe records: %s", error.getMessage())
                    .isEqualTo(safe);
            assertThat(error)
                    .message()
                    .startsWith(file + ": ")
                    .endsWith(
                            safe == 1
                                    ? "; 1 record is safe in the file"
                                    : "; " + safe + " records are safe in the file");
            return mentions(words);
        }

        private Failure compares(@Nullable String object, @Nullable String expected, @Nullable String actual) {
            assertThat(error.object()).as(error.getMessage()).isEqualTo(object);
            assertThat(error.expected()).as(error.getMessage()).isEqualTo(expected);
            assertThat(error.actual()).as(error.getMessage()).isEqualTo(actual);
            return mentions(object, expected, actual);
        }

        public Failure mentions(@Nullable String... words) {
            Stream.of(words)
                    .filter(Objects::nonNull)
                    .forEach(word -> assertThat(error).hasMessageContaining(word));
            return this;
        }
    }
}
