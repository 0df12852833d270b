package io.h5sink.sink;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.h5sink.WhenFull;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIZ_Result;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/**
 * Threads that log at the same time as the sink asks and the log is closed. Whoever finds work does it, at once.
 *
 * <p>The first result is how many values were taken, the second how many came out, the third whether they came out one at a time, in the
 * order of their threads, and before one end.
 */
public abstract class BacklogStress {

    /** Asks for nothing by itself, and judges. */
    static final class Outlet extends BaseSubscriber<Integer> {
        final AtomicInteger inside = new AtomicInteger();
        final int[] last = new int[3];
        int values;
        int ends;
        boolean fine = true;

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            // the actors ask
        }

        @Override
        protected void hookOnNext(Integer value) {
            fine &= inside.getAndIncrement() == 0 && ends == 0 && last[value / 10] < value % 10;
            last[value / 10] = value % 10;
            values++;
            inside.decrementAndGet();
        }

        @Override
        protected void hookOnComplete() {
            ends++;
        }
    }

    final Outlet outlet = new Outlet();
    final AtomicInteger taken = new AtomicInteger();
    final Backlog<Integer> backlog;

    BacklogStress(int capacity, WhenFull whenFull) {
        backlog = new Backlog<>(capacity, whenFull, Runnable::run, outlet);
        outlet.onSubscribe(backlog);
    }

    void put(int value) {
        try {
            backlog.put(value);
            taken.incrementAndGet();
        } catch (IllegalStateException e) {
            // it is told
        }
    }

    void judge(IIZ_Result result, int ends) {
        result.r1 = taken.get();
        result.r2 = outlet.values;
        result.r3 = outlet.fine && outlet.ends == ends;
    }

    @JCStressTest
    @Description("Two threads log two values each, for which there is a place and demand")
    @Outcome(id = "4, 4, true", expect = ACCEPTABLE, desc = "All came out.")
    @Outcome(expect = FORBIDDEN, desc = "A value is lost, doubled or overtaken, or two came out at a time.")
    @State
    public static class LogAgainstDemand extends BacklogStress {

        public LogAgainstDemand() {
            super(4, WhenFull.WAIT);
            backlog.request(4);
        }

        @Actor
        public void one() {
            put(11);
            put(12);
        }

        @Actor
        public void two() {
            put(21);
            put(22);
        }

        @Arbiter
        public void judged(IIZ_Result result) {
            judge(result, 0);
        }
    }

    @JCStressTest
    @Description("A thread logs two values where there is one place, while the sink asks for both")
    @Outcome(id = "2, 2, true", expect = ACCEPTABLE, desc = "All came out, and nobody waits for ever.")
    @Outcome(expect = FORBIDDEN, desc = "A value is lost, doubled or overtaken, or two came out at a time.")
    @State
    public static class WaitAgainstDemand extends BacklogStress {

        public WaitAgainstDemand() {
            super(1, WhenFull.WAIT);
        }

        @Actor
        public void one() {
            put(11);
            put(12);
        }

        @Actor
        public void sink() {
            backlog.request(1);
            backlog.request(1);
        }

        @Arbiter
        public void judged(IIZ_Result result) {
            judge(result, 0);
        }
    }

    @JCStressTest
    @Description("A thread logs three values, for which there is demand, and the log is closed")
    @Outcome(
            id = {"0, 0, true", "1, 1, true", "2, 2, true", "3, 3, true"},
            expect = ACCEPTABLE,
            desc = "What was taken came out, then the end; what was not was told.")
    @Outcome(
            expect = FORBIDDEN,
            desc = "A value that was taken did not come out, or one that was not did, or there was not one end.")
    @State
    public static class LogAgainstClose extends BacklogStress {

        public LogAgainstClose() {
            super(1, WhenFull.WAIT);
            backlog.request(3);
        }

        @Actor
        public void one() {
            put(11);
            put(12);
            put(13);
        }

        @Actor
        public void closer() {
            backlog.close(IllegalStateException::new);
        }

        @Arbiter
        public void judged(IIZ_Result result) {
            judge(result, 1);
        }
    }
}
