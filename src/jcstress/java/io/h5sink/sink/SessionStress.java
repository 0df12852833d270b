package io.h5sink.sink;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.h5sink.WriteSummary;
import io.h5sink.testing.DemandProbe;
import io.h5sink.testing.InlineScheduler;
import io.h5sink.testing.MemoryStore;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

/**
 * A session's signals against each other. The actors do the writer thread's work themselves, at once.
 *
 * <p>The first result is whether the session ended well: told once, the store closed, never used by two threads, columns of
 * equal length. The second is the number of records in the file.
 */
public abstract class SessionStress {

    record Pair(long left, long right) {}

    final MemoryStore store = MemoryStore.keeping();
    final InlineScheduler hdf5 = new InlineScheduler();
    final Emitted emitted = new Emitted();
    final Session session = SessionKit.on(store)
            .scheduler(hdf5)
            .chunkRows(2)
            .commitEvery(Duration.ofSeconds(1))
            .session(emitted);

    void subscribe(int records) {
        session.onSubscribe(new DemandProbe());
        publish(0, records);
    }

    void publish(long from, int records) {
        for (long i = from; i < from + records; i++) {
            session.onNext(new Pair(i, i));
        }
    }

    void judge(ZI_Result result) {
        judge(session, result);
    }

    void judge(Session judged, ZI_Result result) {
        WriteSummary summary = emitted.summary();
        boolean rows = summary.records() == 0
                || store.rows("/left") == summary.records()
                        && store.rows("/right") == summary.records()
                        && store.longs("/left")[(int) summary.records() - 1] == summary.records() - 1;
        boolean even = store.closedWith().stream()
                .allMatch(lengths -> lengths.getOrDefault("/left", 0L).equals(lengths.getOrDefault("/right", 0L)));
        result.r1 = emitted.ends().size() == 1
                && !store.isOpen()
                && store.misuses().isEmpty()
                && judged.isTerminated()
                && rows
                && even;
        result.r2 = (int) summary.records();
    }

    @JCStressTest
    @Description("dispose against onNext: three records were received before, three come meanwhile")
    @Outcome(
            id = {"true, 3", "true, 4", "true, 5", "true, 6"},
            expect = ACCEPTABLE,
            desc = "All that was received before is in the file.")
    @Outcome(
            expect = FORBIDDEN,
            desc =
                    "A record whose onNext returned before dispose is lost, the result told twice or never, the store open,"
                            + " used by two threads, or its rows torn.")
    @State
    public static class DisposeAgainstOnNext extends SessionStress {

        public DisposeAgainstOnNext() {
            subscribe(3);
        }

        @Actor
        public void publisher() {
            publish(3, 3);
        }

        @Actor
        public void user() {
            session.dispose();
        }

        @Arbiter
        public void judged(ZI_Result result) {
            judge(result);
        }
    }

    @JCStressTest
    @Description("dispose against onComplete")
    @Outcome(id = "true, 3", expect = ACCEPTABLE, desc = "All that was received is in the file, and told once.")
    @Outcome(expect = FORBIDDEN, desc = "A record is lost, the result told twice or never, or the store open.")
    @State
    public static class DisposeAgainstOnComplete extends SessionStress {

        public DisposeAgainstOnComplete() {
            subscribe(3);
        }

        @Actor
        public void publisher() {
            session.onComplete();
        }

        @Actor
        public void user() {
            session.dispose();
        }

        @Arbiter
        public void judged(ZI_Result result) {
            judge(result);
        }
    }

    @JCStressTest
    @Description("dispose against dispose")
    @Outcome(id = "true, 3", expect = ACCEPTABLE, desc = "Disposing twice is disposing once.")
    @Outcome(expect = FORBIDDEN, desc = "A record is lost, the result told twice or never, or the store open.")
    @State
    public static class DisposeAgainstDispose extends SessionStress {

        public DisposeAgainstDispose() {
            subscribe(3);
        }

        @Actor
        public void one() {
            session.dispose();
        }

        @Actor
        public void other() {
            session.dispose();
        }

        @Arbiter
        public void judged(ZI_Result result) {
            judge(result);
        }
    }

    @JCStressTest
    @Description("dispose against onSubscribe")
    @Outcome(id = "true, 0", expect = ACCEPTABLE, desc = "The session ends, whoever comes first.")
    @Outcome(expect = FORBIDDEN, desc = "The result is told twice or never, or the store is open.")
    @State
    public static class DisposeAgainstOnSubscribe extends SessionStress {

        @Actor
        public void publisher() {
            session.onSubscribe(new DemandProbe());
        }

        @Actor
        public void user() {
            session.dispose();
        }

        @Arbiter
        public void judged(ZI_Result result) {
            judge(result);
        }
    }

    @JCStressTest
    @Description("The timer commits the open block while it is filled")
    @Outcome(id = "true, 6", expect = ACCEPTABLE, desc = "Every commit is whole, and at last all is in the file.")
    @Outcome(expect = FORBIDDEN, desc = "A record is lost, doubled or torn, or the store is used by two threads.")
    @State
    public static class TimerAgainstOnNext extends SessionStress {

        public TimerAgainstOnNext() {
            subscribe(1);
        }

        @Actor
        public void publisher() {
            publish(1, 5);
        }

        @Actor
        public void timer() {
            hdf5.ring();
            hdf5.ring();
        }

        @Arbiter
        public void judged(ZI_Result result) {
            session.onComplete();
            judge(result);
        }
    }

    @JCStressTest
    @Description("The timer commits while the publisher sends its last record and ends")
    @Outcome(id = "true, 3", expect = ACCEPTABLE, desc = "All that was received is in the file, and told once.")
    @Outcome(expect = FORBIDDEN, desc = "A record is lost, the result told twice or never, or the store open.")
    @State
    public static class TimerAgainstCompletion extends SessionStress {

        public TimerAgainstCompletion() {
            subscribe(1);
        }

        @Actor
        public void publisher() {
            publish(1, 2);
            session.onComplete();
        }

        @Actor
        public void timer() {
            hdf5.ring();
        }

        @Arbiter
        public void judged(ZI_Result result) {
            judge(result);
        }
    }

    /** A session that leaves out every other record. */
    public abstract static class Skipping extends SessionStress {

        record Moody(long left, long right) {
            @Override
            public long left() {
                if (left < 0) {
                    throw new IllegalStateException("bad");
                }
                return left;
            }
        }

        final Session skipping = SessionKit.on(store)
                .scheduler(hdf5)
                .chunkRows(2)
                .commitEvery(Duration.ofSeconds(1))
                .onBadRecord((record, why) -> {})
                .session(emitted);

        Skipping() {
            skipping.onSubscribe(new DemandProbe());
            skipping.onNext(new Moody(-1, 0));
        }

        void publishGoodAndBad() {
            for (long i = 0; i < 3; i++) {
                skipping.onNext(new Moody(i, i));
                skipping.onNext(new Moody(-1, i));
            }
        }
    }

    @JCStressTest
    @Description("The timer commits while bad records are left out")
    @Outcome(id = "true, 3", expect = ACCEPTABLE, desc = "The good records are in the file, and no others.")
    @Outcome(expect = FORBIDDEN, desc = "A bad record or a half of one is in the file, or a good one is lost or torn.")
    @State
    public static class TimerAgainstSkipping extends Skipping {

        @Actor
        public void publisher() {
            publishGoodAndBad();
        }

        @Actor
        public void timer() {
            hdf5.ring();
            hdf5.ring();
        }

        @Arbiter
        public void judged(ZI_Result result) {
            skipping.onComplete();
            judge(skipping, result);
        }
    }

    @JCStressTest
    @Description("dispose while bad records are left out")
    @Outcome(
            id = {"true, 0", "true, 1", "true, 2", "true, 3"},
            expect = ACCEPTABLE,
            desc = "The good records that were received are in the file, and no others.")
    @Outcome(
            expect = FORBIDDEN,
            desc = "A bad record or a half of one is in the file, or the result told twice or never.")
    @State
    public static class DisposeAgainstSkipping extends Skipping {

        @Actor
        public void publisher() {
            publishGoodAndBad();
        }

        @Actor
        public void user() {
            skipping.dispose();
        }

        @Arbiter
        public void judged(ZI_Result result) {
            judge(skipping, result);
        }
    }
}
