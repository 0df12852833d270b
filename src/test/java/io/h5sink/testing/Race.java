package io.h5sink.testing;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;

/**
 * Lets two threads loose on the same thing, over and over, starting now one and now the other a little earlier, so that
 * they meet at every point of what they do.
 */
public final class Race {

    /** One meeting. */
    public interface Round {

        void one();

        void other();

        /** Throws if the outcome is forbidden. Comes after both. */
        void check();
    }

    private static final int LONGEST_HEAD_START = 200;

    private Race() {}

    public static void run(int times, IntFunction<? extends Round> rounds) {
        AtomicReference<Round> current = new AtomicReference<>();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicInteger gate = new AtomicInteger();
        Thread second = new Thread(
                () -> {
                    for (int i = 0; i < times; i++) {
                        meet(gate, 4 * i + 1); // the round is there
                        headStart();
                        try {
                            current.get().other();
                        } catch (Throwable e) {
                            failure.compareAndSet(null, e);
                        }
                        meet(gate, 4 * i + 3); // both are done
                    }
                },
                "race");
        second.setDaemon(true);
        second.start();
        for (int i = 0; i < times; i++) {
            Round round = rounds.apply(i);
            current.set(round);
            meet(gate, 4 * i + 1);
            headStart();
            try {
                round.one();
            } catch (Throwable e) {
                failure.compareAndSet(null, e);
            }
            meet(gate, 4 * i + 3);
            if (failure.get() != null) {
                throw new AssertionError("round " + i, failure.get());
            }
            try {
                round.check();
            } catch (Throwable e) {
                throw new AssertionError("round " + i + ": " + e.getMessage(), e);
            }
        }
    }

    /** Waits for the other thread to come to the same place. */
    private static void meet(AtomicInteger gate, int place) {
        // The first to come raises the gate to the place, the second one beyond it.
        if (!gate.compareAndSet(place - 1, place)) {
            gate.set(place + 1);
            return;
        }
        long spins = 0;
        while (gate.get() == place) {
            if (++spins % 10_000 == 0) {
                Thread.yield();
            } else {
                Thread.onSpinWait();
            }
        }
    }

    private static void headStart() {
        for (int spins = ThreadLocalRandom.current().nextInt(LONGEST_HEAD_START); spins > 0; spins--) {
            Thread.onSpinWait();
        }
    }
}
