package io.h5sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.hdf5.Store;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A disk that takes its time: the file cannot be opened until it is released. */
final class HeldStore {

    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    /** Waits until the file is about to be opened. */
    void awaitHeld() {
        await(held);
    }

    void release() {
        released.countDown();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(Await.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Store hold(Store store) {
        return new StoreProbe(store) {
            @Override
            void before(Call call) {
                if (call == Call.OPEN) {
                    held.countDown();
                    await(released);
                }
            }
        };
    }
}
