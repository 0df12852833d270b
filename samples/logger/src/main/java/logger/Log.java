package logger;

import io.h5sink.H5Record;
import io.h5sink.H5Writer;
import io.h5sink.WriteSummary;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.Sinks.EmitResult;
import reactor.util.concurrent.Queues;

/**
 * Logs values by name, from any number of threads. A name gets a row each time that it is logged, but for those that are declared
 * latest: they keep their last value. What cannot be stored is told and left out.
 *
 * <p>Up to {@value #WAITING} values wait while the disk is slow; then {@link #log} waits, too.
 */
final class Log implements AutoCloseable {

    private static final int WAITING = 1024;
    private static final long RETRY_NANOS = 50_000;

    private final Sinks.Many<H5Record> values = Sinks.many()
            .unicast()
            .onBackpressureBuffer(Queues.<H5Record>get(WAITING).get());
    private final Mono<WriteSummary> result;

    Log(Path file, PrintStream complaints, String... latest) {
        H5Writer.Builder<H5Record> writer = H5Writer.to(file);
        for (String name : latest) {
            writer.column(name, column -> column.latest());
        }
        writer.onBadRecord((record, why) -> complaints.println("logger: " + why.getMessage()));
        result = values.asFlux().as(writer.build()::write).cache();
        result.subscribe(summary -> {}, error -> {}); // who logs or closes is told
    }

    /**
     * Logs a value. Any thread.
     *
     * @throws Sinks.EmissionException if the log is closed, or its file failed
     */
    void log(String name, Object value) {
        H5Record record = H5Record.of(name, value);
        EmitResult emitted = values.tryEmitNext(record);
        while (emitted == EmitResult.FAIL_NON_SERIALIZED || emitted == EmitResult.FAIL_OVERFLOW) {
            LockSupport.parkNanos(RETRY_NANOS); // another thread is at it, or the disk is behind
            emitted = values.tryEmitNext(record);
        }
        emitted.orThrow();
    }

    /** Writes what was logged, and tells what is in the file. */
    WriteSummary finish() {
        while (values.tryEmitComplete() == EmitResult.FAIL_NON_SERIALIZED) {
            LockSupport.parkNanos(RETRY_NANOS);
        }
        return Objects.requireNonNull(result.block());
    }

    @Override
    public void close() {
        finish();
    }
}
