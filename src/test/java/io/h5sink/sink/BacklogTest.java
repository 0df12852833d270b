package io.h5sink.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.WhenFull;
import io.h5sink.access.Threads;
import io.h5sink.testing.Await;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The queue before a log's sink, which here asks for values when the test says so. */
@Timeout(30)
class BacklogTest {

    private final List<Integer> emitted = new CopyOnWriteArrayList<>();
    private final AtomicBoolean completed = new AtomicBoolean();
    private final BaseSubscriber<Integer> outlet = new BaseSubscriber<>() {
        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            // asks for nothing
        }

        @Override
        protected void hookOnNext(Integer value) {
            emitted.add(value);
        }

        @Override
        protected void hookOnComplete() {
            completed.set(true);
        }
    };

    private Backlog<Integer> backlog(int capacity, WhenFull whenFull) {
        Backlog<Integer> backlog = new Backlog<>(capacity, whenFull, Runnable::run, outlet);
        outlet.onSubscribe(backlog);
        return backlog;
    }

    /** Puts a value on a thread of its own, which waits. */
    private static Waiting waiting(Backlog<Integer> backlog, int value) {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread thread = new Thread(() -> {
            try {
                backlog.put(value);
            } catch (RuntimeException e) {
                thrown.set(e);
            }
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        thread.start();
        Await.until("the thread waits", () -> thread.getState() == Thread.State.WAITING);
        return new Waiting(thread, thrown, interrupted);
    }

    private record Waiting(Thread thread, AtomicReference<Throwable> thrown, AtomicBoolean interrupted) {

        Throwable end() throws InterruptedException {
            thread.join(Await.LIMIT.toMillis());
            assertThat(thread.isAlive()).isFalse();
            return thrown.get();
        }
    }

    @Test
    void emitsAsMuchAsIsAskedForInOrder() {
        Backlog<Integer> backlog = backlog(10, WhenFull.FAIL);
        outlet.request(2);
        IntStream.range(0, 5).forEach(backlog::put);
        assertThat(emitted).containsExactly(0, 1);

        outlet.request(3);
        backlog.close(IllegalStateException::new);

        assertThat(emitted).containsExactly(0, 1, 2, 3, 4);
        assertThat(completed).isTrue();
        assertThat(backlog.overflows()).isZero();
    }

    @Test
    void endsOnlyAfterTheLastValue() {
        Backlog<Integer> backlog = backlog(10, WhenFull.WAIT);
        backlog.put(1);
        backlog.close(IllegalStateException::new);
        assertThat(completed).isFalse();

        outlet.request(1);

        assertThat(emitted).containsExactly(1);
        assertThat(completed).isTrue();
    }

    @Test
    void theOldestIsDropped() {
        Backlog<Integer> backlog = backlog(3, WhenFull.DROP_OLDEST);
        IntStream.range(0, 5).forEach(backlog::put);
        outlet.request(10);

        assertThat(emitted).containsExactly(2, 3, 4);
        assertThat(backlog.overflows()).isEqualTo(2);
    }

    @Test
    void theNewestIsDropped() {
        Backlog<Integer> backlog = backlog(3, WhenFull.DROP_NEWEST);
        IntStream.range(0, 5).forEach(backlog::put);
        outlet.request(10);

        assertThat(emitted).containsExactly(0, 1, 2);
        assertThat(backlog.overflows()).isEqualTo(2);
    }

    @Test
    void theCallFails() {
        Backlog<Integer> backlog = backlog(3, WhenFull.FAIL);
        IntStream.range(0, 3).forEach(backlog::put);

        assertThatThrownBy(() -> backlog.put(3))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the log is full: 3 values wait to be written");
        assertThat(backlog.overflows()).isOne();
        outlet.request(1);
        backlog.put(4); // there is space again
        outlet.request(10);
        assertThat(emitted).containsExactly(0, 1, 2, 4);
    }

    @Test
    void whoCameFirstIsLetInFirst() throws InterruptedException {
        Backlog<Integer> backlog = backlog(1, WhenFull.WAIT);
        backlog.put(0);
        List<Waiting> waiting =
                IntStream.range(1, 6).mapToObj(i -> waiting(backlog, i)).toList();

        outlet.request(6);

        for (Waiting each : waiting) {
            assertThat(each.end()).isNull();
        }
        assertThat(emitted).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(backlog.overflows()).isEqualTo(5);
    }

    @Test
    void whoWaitsIsRefusedWhenTheLogEnds() throws InterruptedException {
        Backlog<Integer> backlog = backlog(1, WhenFull.WAIT);
        backlog.put(0);
        List<Waiting> waiting =
                IntStream.range(1, 6).mapToObj(i -> waiting(backlog, i)).toList();

        backlog.close(() -> new IllegalArgumentException("closed"));

        for (Waiting each : waiting) {
            assertThat(each.end()).hasMessage("closed");
        }
        outlet.request(10);
        assertThat(emitted).containsExactly(0);
        assertThat(completed).isTrue();
        backlog.terminate(() -> new IllegalArgumentException("failed"));
        assertThatThrownBy(() -> backlog.put(7)).hasMessage("failed");
    }

    /** The file is being closed then, and its end says why. */
    @Test
    void whoWaitsAfterTheSinkHasCancelledHearsTheReason() throws InterruptedException {
        Backlog<Integer> backlog = backlog(1, WhenFull.WAIT);
        backlog.put(0);
        outlet.cancel();
        Waiting waiting = waiting(backlog, 1);

        backlog.terminate(() -> new IllegalArgumentException("no space on the disk"));

        assertThat(waiting.end()).hasMessage("no space on the disk");
        assertThat(emitted).isEmpty();
    }

    @Test
    void whoIsInterruptedTakesItsValueBack() throws InterruptedException {
        Backlog<Integer> backlog = backlog(1, WhenFull.WAIT);
        backlog.put(0);
        Waiting waiting = waiting(backlog, 1);

        waiting.thread().interrupt();

        assertThat(waiting.end())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("interrupted while it waited");
        assertThat(waiting.interrupted()).isTrue();
        outlet.request(10);
        assertThat(emitted).containsExactly(0);
    }

    @Test
    void anInterruptedThreadLogsWhereThereIsSpace() {
        Backlog<Integer> backlog = backlog(1, WhenFull.WAIT);
        Thread.currentThread().interrupt();
        backlog.put(0);
        assertThat(Thread.interrupted()).isTrue();
        outlet.request(1);
        assertThat(emitted).containsExactly(0);
    }

    @Test
    void aThreadThatMustNotWaitDoesNot() {
        Backlog<Integer> backlog = backlog(1, WhenFull.WAIT);
        Mono<Integer> parallel = Mono.fromCallable(() -> {
                    backlog.put(0);
                    backlog.put(1);
                    return 1;
                })
                .subscribeOn(Schedulers.parallel());

        assertThatThrownBy(() -> parallel.block(Await.LIMIT))
                .hasMessageMatching(
                        "the log is full: 1 values wait to be written, and the thread parallel-\\d+ must not wait");
        outlet.request(2);
        assertThat(emitted).containsExactly(0);
    }

    @ParameterizedTest
    @EnumSource
    void manyThreadsAndFewDemandsLoseNothing(WhenFull whenFull) {
        Backlog<Integer> backlog = new Backlog<>(3, whenFull, Threads.OUTSIDE, outlet);
        outlet.onSubscribe(backlog);
        int threads = 8;
        int each = 300;
        List<CompletableFuture<Long>> refused = IntStream.range(0, threads)
                .mapToObj(t -> CompletableFuture.supplyAsync(
                        () -> IntStream.range(0, each)
                                .filter(i -> !isTaken(backlog, t * each + i))
                                .count(),
                        task -> new Thread(task).start()))
                .toList();
        CompletableFuture<?> all = CompletableFuture.allOf(refused.toArray(CompletableFuture[]::new));
        Await.until("all is put", () -> {
            outlet.request(1);
            return all.isDone();
        });
        backlog.close(IllegalStateException::new);
        outlet.request(3);
        Await.until("all is emitted", completed::get);

        long failed = refused.stream().mapToLong(CompletableFuture::join).sum();
        long dropped = whenFull == WhenFull.WAIT ? 0 : backlog.overflows();
        assertThat(failed).isEqualTo(whenFull == WhenFull.FAIL ? dropped : 0);
        assertThat(emitted).doesNotHaveDuplicates().hasSize((int) (threads * each - dropped));
        for (int t = 0; t < threads; t++) {
            int mine = t;
            assertThat(emitted.stream().filter(value -> value / each == mine).toList())
                    .isSorted();
        }
    }

    private static boolean isTaken(Backlog<Integer> backlog, int value) {
        try {
            backlog.put(value);
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }
}
