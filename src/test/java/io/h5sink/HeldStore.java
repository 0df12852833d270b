package io.h5sink;

import io.h5sink.hdf5.Store;
import java.util.concurrent.CountDownLatch;

/** A disk that takes its time: the file cannot be opened until it is released. */
final class HeldStore {

    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    /** Waits until the file is about to be opened. */
    void awaitHeld() {
        Await.reached("the file is about to be opened", held);
    }

    void release() {
        released.countDown();
    }

    Store hold(Store store) {
        return new StoreProbe(store) {
            @Override
            void before(Call call) {
                if (call == Call.OPEN) {
                    held.countDown();
                    Await.reached("the test lets the file be opened", released);
                }
            }
        };
    }
}
