package io.h5sink.stream;

import io.h5sink.H5Sink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.reactivestreams.Subscriber;
import org.reactivestreams.tck.SubscriberBlackboxVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.annotations.AfterMethod;

/** The rules of Reactive Streams for subscribers, seen from outside, on real files. */
public class SinkBlackboxTest extends SubscriberBlackboxVerification<SinkBlackboxTest.One> {

    record One(long value) {}

    private final List<H5Sink<One>> sinks = new ArrayList<>();
    private final List<Path> files = new ArrayList<>();

    public SinkBlackboxTest() {
        super(new TestEnvironment(Tck.TIMEOUT_MILLIS, Tck.SILENCE_MILLIS));
    }

    @Override
    public Subscriber<One> createSubscriber() {
        Path file = Tck.file();
        H5Sink<One> sink = H5Sink.to(file);
        files.add(file);
        sinks.add(sink);
        return sink;
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
}
