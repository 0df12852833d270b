package io.h5sink.testing;

import io.h5sink.engine.WritableFile;
import java.util.concurrent.CountDownLatch;

/** A disk that takes its time: the file cannot be opened until it is released. */
public final class HeldStore {

    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    /** Waits until the file is about to be opened. */
    public void awaitHeld() {
        Await.reached("the file is about to be opened", held);
    }

    public void release() {
        released.countDown();
    }

    public WritableFile hold(WritableFile store) {
        return new StoreProbe(store) {
            @Override
            public void before(Call call) {
                if (call == Call.OPEN) {
                    held.countDown();
                    Await.reached("the test lets the file be opened", released);
                }
            }
        };
    }
}
