package io.h5sink.testing;

import io.h5sink.engine.WritableFile;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A store of which some calls fail. */
public final class FailingStore extends StoreProbe {

    private final Call failing;
    private final int from;
    private final int count;
    private final Supplier<? extends Throwable> failure;
    private final AtomicInteger calls = new AtomicInteger();

    /**
     * Fails.
     *
     * @param failing which call
     * @param from the first call of the kind that fails, from 1
     * @param count how many in a row fail
     * @param failure what they throw; unchecked
     */
    public FailingStore(WritableFile store, Call failing, int from, int count, Supplier<? extends Throwable> failure) {
        super(store);
        this.failing = failing;
        this.from = from;
        this.count = count;
        this.failure = failure;
    }

    @Override
    public void before(Call call) {
        if (call == failing) {
            int number = calls.incrementAndGet();
            if (number >= from && number < from + count) {
                FailingStore.<RuntimeException>raise(failure.get());
            }
        }
    }

    public int calls() {
        return calls.get();
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void raise(Throwable failure) throws E {
        throw (E) failure;
    }
}
