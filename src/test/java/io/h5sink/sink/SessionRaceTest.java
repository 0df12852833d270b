package io.h5sink.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.Commit;
import io.h5sink.H5Record;
import io.h5sink.WriteSummary;
import io.h5sink.sink.column.Demand;
import io.h5sink.testing.DemandProbe;
import io.h5sink.testing.InlineScheduler;
import io.h5sink.testing.MemoryStore;
import io.h5sink.testing.Race;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Hooks;

/**
 * The signals of a publisher against everything that may come from elsewhere at the same time. All work of the writer thread is
 * done by the racing threads themselves, at once.
 *
 * <p>Forbidden after every meeting: a record that is lost although its onNext returned before the end; a termination that is emitted
 * twice, or never; a store that is open; columns of different length; a store that two threads use at a time.
 */
@Timeout(120)
class SessionRaceTest {

    private static final int ROUNDS = 2_000;
    private static final int RECORDS = 20;

    record Pair(long left, long right) {}

    private static final LongFunction<Object> PAIRS = i -> new Pair(i, i);
    private static final LongFunction<Object> NAMES =
            i -> i % 2 == 0 ? H5Record.of("left", i).and("right", i) : H5Record.of("other" + i % 3, i);

    /** A session, and what a publisher and others do to it. */
    private abstract static class Meeting implements Race.Round {
        final MemoryStore store = MemoryStore.keeping();
        final Emitted emitted = new Emitted();
        final InlineScheduler hdf5 = new InlineScheduler();
        final DemandProbe probe = new DemandProbe();
        final Session session;
        private final LongFunction<Object> records;
        volatile long returned;
        long returnedBeforeTheEnd;

        Meeting(LongFunction<Object> records) {
            this.records = records;
            // Blocks of 4 rows, so that rolls and writes are frequent.
            session = SessionKit.on(store)
                    .scheduler(hdf5)
                    .chunkRows(4)
                    .commitEvery(Duration.ofSeconds(1))
                    .session(emitted);
            all.add(emitted);
        }

        void publish(int count) {
            for (int i = 0; i < count; i++) {
                session.onNext(records.apply(returned));
                returned++;
            }
        }

        void dispose() {
            returnedBeforeTheEnd = returned;
            session.dispose();
        }

        @Override
        public void check() {
            WriteSummary summary = emitted.summary();
            assertThat(summary.records())
                    .as("records in the file, of %d whose onNext returned before the end", returnedBeforeTheEnd)
                    .isBetween(returnedBeforeTheEnd, returned);
            assertThat(store.misuses()).isEmpty();
            assertThat(store.isOpen()).as("the store is open").isFalse();
            assertThat(probe.violations()).isEmpty();
            assertThat(session.isTerminated()).isTrue();
            if (records == PAIRS) {
                long[] rows = LongStream.range(0, summary.records()).toArray();
                if (rows.length > 0) {
                    assertThat(store.longs("/left")).isEqualTo(rows);
                    assertThat(store.longs("/right")).isEqualTo(rows);
                }
                for (Map<String, Long> lengths : store.closedWith()) {
                    assertThat(lengths.getOrDefault("/left", 0L))
                            .as("columns of different length: %s", lengths)
                            .isEqualTo(lengths.getOrDefault("/right", 0L));
                }
            } else {
                assertThat(store.rows("/left")).isEqualTo((summary.records() + 1) / 2);
                assertThat(store.rows("/right")).isEqualTo(store.rows("/left"));
                assertThat(store.rows("/other0") + store.rows("/other1") + store.rows("/other2"))
                        .isEqualTo(summary.records() / 2);
            }
        }
    }

    private static List<Emitted> all;

    /** Runs the rounds, and then checks for terminations that were emitted twice, which may take a moment. */
    private static void race(java.util.function.Supplier<Meeting> meetings) {
        all = new ArrayList<>();
        Hooks.onNextDropped(record -> {});
        try {
            Race.run(ROUNDS, i -> meetings.get());
        } finally {
            Hooks.resetOnNextDropped();
        }
        assertThat(all)
                .hasSize(ROUNDS)
                .allSatisfy(emitted ->
                        assertThat(emitted.ends()).as("ends that were reported").hasSize(1));
    }

    @Test
    void disposeAgainstOnNext() {
        race(() -> new DisposeAgainstOnNext(PAIRS));
    }

    @Test
    void disposeAgainstOnNextOfNamedQuantities() {
        race(() -> new DisposeAgainstOnNext(NAMES));
    }

    private static final class DisposeAgainstOnNext extends Meeting {
        DisposeAgainstOnNext(LongFunction<Object> records) {
            super(records);
            session.onSubscribe(probe);
        }

        @Override
        public void one() {
            publish(RECORDS);
        }

        @Override
        public void other() {
            dispose();
        }
    }

    @Test
    void disposeAgainstOnComplete() {
        race(() -> new Meeting(PAIRS) {
            {
                session.onSubscribe(probe);
                publish(3);
            }

            @Override
            public void one() {
                session.onComplete();
            }

            @Override
            public void other() {
                dispose();
            }
        });
    }

    @Test
    void disposeAgainstDispose() {
        race(() -> new Meeting(PAIRS) {
            {
                session.onSubscribe(probe);
                publish(3);
            }

            @Override
            public void one() {
                session.dispose();
            }

            @Override
            public void other() {
                dispose();
            }

            @Override
            public void check() {
                super.check();
                assertThat(probe.cancels()).isEqualTo(1);
            }
        });
    }

    @Test
    void disposeAgainstOnSubscribe() {
        race(() -> new Meeting(PAIRS) {
            @Override
            public void one() {
                session.onSubscribe(probe);
            }

            @Override
            public void other() {
                dispose();
            }

            @Override
            public void check() {
                super.check();
                assertThat(probe.cancelled()).isTrue();
                assertThat(Shutdown.isRunning(session)).isFalse();
            }
        });
    }

    @Test
    void onSubscribeAgainstOnSubscribe() {
        race(() -> new Meeting(PAIRS) {
            final DemandProbe second = new DemandProbe();

            @Override
            public void one() {
                session.onSubscribe(probe);
            }

            @Override
            public void other() {
                session.onSubscribe(second);
            }

            @Override
            public void check() {
                assertThat(probe.cancels() + second.cancels()).isEqualTo(1);
                publish(10);
                session.onComplete();
                returnedBeforeTheEnd = 10;
                super.check();
            }
        });
    }

    @Test
    void onNextAgainstTheTimer() {
        race(() -> new TimerAgainstOnNext(PAIRS));
    }

    @Test
    void onNextOfNamedQuantitiesAgainstTheTimer() {
        race(() -> new TimerAgainstOnNext(NAMES));
    }

    /** The open block is committed while it is filled. */
    private static final class TimerAgainstOnNext extends Meeting {
        TimerAgainstOnNext(LongFunction<Object> records) {
            super(records);
            session.onSubscribe(probe);
        }

        @Override
        public void one() {
            publish(RECORDS);
        }

        @Override
        public void other() {
            for (int i = 0; i < 10; i++) {
                hdf5.ring();
            }
        }

        @Override
        public void check() {
            session.onComplete();
            returnedBeforeTheEnd = RECORDS;
            super.check();
            long before = 0;
            for (Commit commit : emitted.commits()) {
                assertThat(commit.records()).isGreaterThan(before);
                before = commit.records();
            }
        }
    }

    /** What decides is what was received when the end was decided, not when the writer thread last counted. */
    @Test
    void onNextAndThenDisposeAgainstTheTimer() {
        race(() -> new Meeting(PAIRS) {
            {
                session.onSubscribe(probe);
            }

            @Override
            public void one() {
                publish(4);
                dispose();
            }

            @Override
            public void other() {
                for (int i = 0; i < 10; i++) {
                    hdf5.ring();
                }
            }
        });
    }

    @Test
    void completionAgainstTheTimer() {
        race(() -> new Meeting(PAIRS) {
            {
                session.onSubscribe(probe);
                publish(3);
            }

            @Override
            public void one() {
                session.onComplete();
            }

            @Override
            public void other() {
                hdf5.ring();
                hdf5.ring();
            }

            @Override
            public void check() {
                returnedBeforeTheEnd = 3;
                super.check();
            }
        });
    }

    @Test
    void requestsFromTwoThreadsAreSerialAndForAllTheSpace() {
        Race.run(ROUNDS, i -> new Race.Round() {
            final io.h5sink.buffer.MemoryBudget budget = new io.h5sink.buffer.MemoryBudget(1 << 12);
            final Demand demand = new Demand(budget);
            final DemandProbe probe = new DemandProbe();

            {
                demand.start(probe);
                budget.fixed(64, 0);
                budget.receivedFixed(1);
            }

            @Override
            public void one() {
                demand.replenish();
                for (long received = 2; received <= 64; received++) {
                    budget.receivedFixed(received);
                    if (demand.isLow(received)) {
                        demand.replenish();
                    }
                }
            }

            @Override
            public void other() {
                for (int written = 0; written < 64; written++) {
                    budget.written(64);
                    demand.replenishOn(Runnable::run);
                }
            }

            @Override
            public void check() {
                assertThat(probe.violations()).isEmpty();
                // All is written: there is space for 64 again, of which less than a quarter may have been saved up.
                assertThat(probe.requested()).isBetween(128L - 15, 128L);
                for (long received = 65; received <= probe.requested() && received <= 128; received++) {
                    budget.receivedFixed(received);
                    if (demand.isLow(received)) {
                        demand.replenish();
                    }
                }
                assertThat(probe.requested()).isEqualTo(128);
            }
        });
    }

    @Test
    void cancellationByTheSubscriptionItself() {
        race(() -> new Meeting(PAIRS) {
            final Subscription reentrant = new DemandProbe() {
                @Override
                public void onRequest(long n, long total) {
                    if (total > 1) {
                        session.dispose();
                    }
                }
            };

            {
                session.onSubscribe(reentrant);
            }

            @Override
            public void one() {
                publish(RECORDS);
            }

            @Override
            public void other() {
                hdf5.ring();
            }
        });
    }
}
