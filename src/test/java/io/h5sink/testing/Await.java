package io.h5sink.testing;

import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.opentest4j.TestAbortedException;

/** Waits for a condition, and not for ever. */
public final class Await {

    /** Longer than anything here takes, also on a busy machine. */
    public static final Duration LIMIT = Duration.ofSeconds(30);

    private static final long POLL_NANOS = 100_000;

    private Await() {}

    /** Waits until the condition holds. */
    public static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                fail("not within " + LIMIT + ": " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** Waits until a latch is open. */
    public static void reached(String what, CountDownLatch latch) {
        try {
            if (!latch.await(LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
                fail("not within " + LIMIT + ": " + what);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting: " + what, e);
        }
    }

    /** Waits until the assertions hold, and fails with what they say last. */
    public static void untilAsserted(ThrowingCallable assertions) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try {
                assertions.call();
                return;
            } catch (TestAbortedException e) {
                throw e; // something is missing, and waiting does not bring it
            } catch (Throwable e) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("not within " + LIMIT + ": " + e.getMessage(), e);
                }
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
