package io.h5sink.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.CallTimes;
import io.h5sink.engine.WritableFile;
import io.h5sink.filter.ChunkCoding;
import io.h5sink.schema.ColumnType;
import io.h5sink.sink.CallMonitor.Kind;
import io.h5sink.storage.StorageException;
import io.h5sink.testing.FailingStore;
import io.h5sink.testing.Logged;
import io.h5sink.testing.MemoryStore;
import io.h5sink.testing.StoreProbe;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls are timed by kind, and reported at a tenth of the limit and at the limit, once each. */
class CallMonitorTest {

    private static final Path FILE = Path.of("watched.h5");

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1000); // a clock may overflow
    private final CallMonitor monitor = new CallMonitor(FILE, Duration.ofSeconds(30), now::get);
    private final Logged logged = new Logged();

    @AfterEach
    void close() {
        logged.close();
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    /** Looks a nanosecond before a moment, and then at it. */
    private List<String> linesBeforeAndAt(Duration passes) {
        pass(passes.minusNanos(1));
        monitor.look();
        int before = logged.about(FILE).size();
        pass(Duration.ofNanos(1));
        monitor.look();
        monitor.look();
        List<String> lines = logged.about(FILE);
        return lines.subList(before, lines.size());
    }

    @Test
    void aCallIsWarnedOfAtATenthAndReportedAtTheLimit() {
        monitor.run(Kind.WRITE, "/temperature", () -> {
            monitor.look();
            assertThat(linesBeforeAndAt(Duration.ofSeconds(3)))
                    .containsExactly("WARN write /temperature has not returned for PT3S");
            assertThat(monitor.underway()).isEqualTo("write /temperature for PT3S");
            assertThat(linesBeforeAndAt(Duration.ofSeconds(27)))
                    .singleElement()
                    .asString()
                    .startsWith("ERROR write /temperature is stuck: it has not returned for PT30S")
                    .contains(Thread.currentThread().getName(), "watchdog(PT30S)");
            pass(Duration.ofHours(1));
            monitor.look();
        });
        assertThat(monitor.underway()).isNull();
        monitor.look();

        assertThat(logged.about(FILE))
                .hasSize(3)
                .last()
                .isEqualTo("WARN write /temperature has returned after PT1H30S");
    }

    @Test
    void aCallThatIsSeenTooLateForAWarningIsReportedOnly() {
        monitor.run(Kind.OPEN, null, () -> {
            pass(Duration.ofSeconds(31));
            monitor.look();
            monitor.look();
        });

        assertThat(logged.about(FILE))
                .hasSize(2)
                .first()
                .asString()
                .startsWith("ERROR open is stuck: it has not returned for PT31S");
    }

    @Test
    void quickCallsAreNotReported() {
        for (int i = 0; i < 100; i++) {
            monitor.run(Kind.COMMIT, null, () -> {
                pass(Duration.ofSeconds(2));
                monitor.look();
            });
            monitor.look();
        }

        assertThat(logged.about(FILE)).isEmpty();
    }

    @Test
    void timesAreThoseOfEachKindAlsoOfCallsThatFail() {
        assertThat(monitor.times()).isEmpty();
        for (int seconds : new int[] {5, 30, 10}) {
            assertThatThrownBy(() -> monitor.run(Kind.COMMIT, null, () -> {
                        pass(Duration.ofSeconds(seconds));
                        throw new IllegalStateException("refused");
                    }))
                    .hasMessage("refused");
        }
        assertThat(monitor.<Integer>get(Kind.OPEN, null, () -> 7)).isEqualTo(7);

        assertThat(monitor.times())
                .isEqualTo(Map.of(
                        "open",
                        new CallTimes(1, Duration.ZERO, Duration.ZERO, Duration.ZERO),
                        "commit",
                        new CallTimes(3, Duration.ofSeconds(10), Duration.ofSeconds(15), Duration.ofSeconds(30))));
    }

    @Test
    void withoutALimitNothingIsReportedButTimesAreKnown() {
        CallMonitor off = new CallMonitor(FILE, Duration.ZERO, now::get);
        off.run(Kind.CLOSE, null, () -> {
            pass(Duration.ofDays(1));
            off.look();
        });

        assertThat(logged.about(FILE)).isEmpty();
        assertThat(off.times()).containsOnlyKeys("close");
    }

    @Test
    void everyCallOnAStoreIsWatchedButForThoseThatDoNothing() {
        WritableFile store = new TimedFile(MemoryStore::keeping, monitor);
        store.commit();
        store.open();
        WritableFile.Dataset dataset =
                store.dataset("/a", ColumnType.scalar(ColumnType.Kind.INT64), new long[] {8}, ChunkCoding.NONE);
        dataset.write(0, 1, ByteBuffer.allocateDirect(8));
        dataset.write(1, 1, ByteBuffer.allocateDirect(8));
        store.group("/b");
        dataset.truncate(1);
        store.commit();
        store.commit();
        store.close();

        assertThat(monitor.times())
                .hasEntrySatisfying("write", times -> assertThat(times.calls()).isEqualTo(2))
                .hasEntrySatisfying("commit", times -> assertThat(times.calls()).isEqualTo(1))
                .containsOnlyKeys("open", "find", "describe", "write", "truncate", "commit", "close");
    }

    @Test
    void aCommitThatFailedIsOneAgain() {
        FailingStore failing = new FailingStore(
                MemoryStore.keeping(), StoreProbe.Call.CLOSE, 1, 1, () -> StorageException.busy("a reader", null));
        WritableFile store = new TimedFile(() -> failing, monitor);
        store.open();
        assertThatThrownBy(store::commit).hasMessage("a reader");
        store.commit();

        assertThat(monitor.times().get("commit").calls()).isEqualTo(2);
    }
}
