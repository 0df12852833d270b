package io.h5sink.testing;

import io.h5sink.engine.WritableFile;
import java.util.concurrent.CountDownLatch;

/** A disk that stalls: one write does not return before it is released; others go through. */
public final class StalledStore extends StoreProbe {

    private final CountDownLatch stalled = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    private final int number;
    private int writes;

    /** Stalls at the write with the given number, from 1. */
    public StalledStore(WritableFile store, int number) {
        super(store);
        this.number = number;
    }

    @Override
    public void before(Call call) {
        if (call == Call.WRITE && ++writes == number) {
            stalled.countDown();
            Await.reached("the test releases the disk", released);
        }
    }

    public void awaitStall() {
        Await.reached("the write that stalls", stalled);
    }

    public void release() {
        released.countDown();
    }
}
