package io.h5sink.jmh;

import com.sun.management.ThreadMXBean;
import io.h5sink.H5Sink;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;

/** What a record costs on the publisher's heap: one record, made before, sent again and again. */
final class Allocation {

    private static final int RECORDS = 8_000_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocation() {}

    /** Bytes for each record, in the last of three runs. */
    static double perRecord() throws IOException {
        run();
        run();
        return (double) run() / RECORDS;
    }

    private static long run() throws IOException {
        Path file = Files.createTempDirectory(Path.of("target"), "jmh-").resolve("run.h5");
        AtomicLong allocated = new AtomicLong();
        Reading reading = Reading.number(1);
        H5Sink<Reading> sink = H5Sink.to(file);
        Flux.from(new Source(RECORDS, i -> reading)).subscribe(new Meter(sink, allocated));
        sink.result().block();
        Files.delete(file);
        Files.delete(file.getParent());
        return allocated.get();
    }

    /** Passes everything on. The source emits within {@code request}, on the thread that calls it. */
    private record Meter(H5Sink<Reading> sink, AtomicLong allocated) implements CoreSubscriber<Reading> {

        @Override
        public Context currentContext() {
            return sink.currentContext();
        }

        @Override
        public void onSubscribe(Subscription source) {
            sink.onSubscribe(new Subscription() {
                @Override
                public void request(long n) {
                    long before = THREADS.getCurrentThreadAllocatedBytes();
                    source.request(n);
                    allocated.addAndGet(THREADS.getCurrentThreadAllocatedBytes() - before);
                }

                @Override
                public void cancel() {
                    source.cancel();
                }
            });
        }

        @Override
        public void onNext(Reading reading) {
            sink.onNext(reading);
        }

        @Override
        public void onError(Throwable error) {
            sink.onError(error);
        }

        @Override
        public void onComplete() {
            sink.onComplete();
        }
    }
}
