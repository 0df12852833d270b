package io.h5sink.stream;

import io.h5sink.H5Sink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import org.reactivestreams.tck.SubscriberWhiteboxVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.annotations.AfterMethod;
import reactor.core.CoreSubscriber;

/** The rules of Reactive Streams for subscribers, seen from inside, on real files. */
public class SinkWhiteboxTest extends SubscriberWhiteboxVerification<SinkWhiteboxTest.One> {

    record One(long value) {}

    private final List<H5Sink<One>> sinks = new ArrayList<>();
    private final List<Path> files = new ArrayList<>();

    public SinkWhiteboxTest() {
        super(new TestEnvironment(Tck.TIMEOUT_MILLIS, Tck.SILENCE_MILLIS));
    }

    @Override
    public Subscriber<One> createSubscriber(WhiteboxSubscriberProbe<One> probe) {
        Path file = Tck.file();
        H5Sink<One> sink = H5Sink.to(file);
        files.add(file);
        sinks.add(sink);
        return new Probed(sink, probe);
    }

    @Override
    public One createElement(int element) {
        return new One(element);
    }

    @AfterMethod
    public void nothingIsLeft() throws IOException {
        for (H5Sink<One> sink : sinks) {
            sink.dispose();
            Tck.awaitEnd(sink);
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
        sinks.clear();
        files.clear();
    }

    /** Notifies the probe of all signals, after the sink has had them, and requests or disposes as it likes. */
    private record Probed(H5Sink<One> sink, WhiteboxSubscriberProbe<One> probe) implements CoreSubscriber<One> {

        @Override
        public void onSubscribe(Subscription subscription) {
            sink.onSubscribe(subscription);
            probe.registerOnSubscribe(new SubscriberPuppet() {
                @Override
                public void triggerRequest(long elements) {
                    subscription.request(elements);
                }

                @Override
                public void signalCancel() {
                    sink.dispose();
                }
            });
        }

        @Override
        public void onNext(One record) {
            sink.onNext(record);
            probe.registerOnNext(record);
        }

        @Override
        public void onError(Throwable error) {
            sink.onError(error);
            probe.registerOnError(error);
        }

        @Override
        public void onComplete() {
            sink.onComplete();
            probe.registerOnComplete();
        }
    }
}
