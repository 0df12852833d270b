package io.h5sink;

import io.h5sink.hdf5.Store;
import java.util.concurrent.CountDownLatch;

/** A disk that stalls: the first write does not return before it is released; later writes go through. */
final class StalledStore extends StoreProbe {

    private final CountDownLatch stalled = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    StalledStore(Store store) {
        super(store);
    }

    @Override
    void before(Call call) {
        if (call == Call.WRITE) {
            stalled.countDown();
            Eventually.reached("the test releases the disk", released);
        }
    }

    void awaitStall() {
        Eventually.reached("the first write", stalled);
    }

    void release() {
        released.countDown();
    }
}
