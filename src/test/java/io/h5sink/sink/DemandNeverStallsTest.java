package io.h5sink.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Record;
import io.h5sink.testing.Await;
import io.h5sink.testing.DemandProbe;
import io.h5sink.testing.MemoryStore;
import java.util.Random;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Everything that a publisher has is requested at last, without the help of a timed commit, and never more at a time than
 * there is space for.
 */
@Timeout(60)
class DemandNeverStallsTest {

    record One(long value) {}

    record Mixed(byte flag, long time, double[] spectrum) {}

    record Note(String text) {}

    record Entry(long time, String source, String text) {}

    private static Arguments stream(String name, long memory, int records, LongFunction<?> record) {
        return Arguments.of(name, memory, records, record);
    }

    static Stream<Arguments> streams() {
        return Stream.of(
                stream("longs", 1 << 12, 20_000, One::new),
                stream("longs in ample memory", 64 << 20, 200_000, One::new),
                stream(
                        "a byte beside an array that takes half the memory",
                        1 << 12,
                        2_000,
                        i -> new Mixed((byte) i, i, new double[256])),
                stream(
                        "a byte beside an array that takes nearly all the memory",
                        1 << 12,
                        500,
                        i -> new Mixed((byte) i, i, new double[510])),
                stream("short texts", 1 << 12, 5_000, i -> new Note("note " + i)),
                stream("long texts", 1 << 20, 3_000, i -> new Note("x".repeat(2_000))),
                stream(
                        "texts of changing length",
                        1 << 16,
                        3_000,
                        i -> new Entry(i, "s" + i % 7, "y".repeat((int) (i * i % 3_001)))),
                stream("texts that take nearly all the memory", 1 << 12, 200, i -> new Note("z".repeat(4_000))),
                stream("flags by name", 1 << 12, 3_000, i -> H5Record.of("flag", i % 2 == 0)),
                stream("many names", 1 << 12, 2_000, i -> H5Record.of("name" + i % 50, i)),
                stream(
                        "names that change",
                        1 << 14,
                        2_000,
                        i -> H5Record.of("first" + i % 3, i).and("second" + i / 100, (double) i)),
                stream(
                        "scalars and arrays by name",
                        1 << 16,
                        2_000,
                        i -> i % 10 == 0
                                ? H5Record.of("image", new float[40][50]).and("step", i)
                                : H5Record.of("loss", i * 0.5)));
    }

    @ParameterizedTest(name = "{0}, memory({1})")
    @MethodSource("streams")
    void allIsRequested(String name, long memory, int records, LongFunction<?> record) {
        MemoryStore store = MemoryStore.counting();
        Emitted emitted = new Emitted();
        Session session = SessionKit.on(store).memory(memory).session(emitted);
        FaithfulPublisher publisher = new FaithfulPublisher(
                record,
                (requested, received) -> assertThat(requested - received).isLessThanOrEqualTo(memory));
        session.onSubscribe(publisher);
        publisher.emit(session, records);
        session.onComplete();

        assertThat(emitted.summary().records()).isEqualTo(records);
        publisher.assertObeyed();
        assertThat(store.misuses()).isEmpty();
    }

    /** Records of a fixed size: any demand that is out, with what is in blocks, has space at any time. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void fixedSizesNeverExceedTheSpace(long seed) {
        Random random = new Random(seed);
        int doubles = 1 + random.nextInt(400);
        int bytes = 1 + Long.BYTES + doubles * Double.BYTES;
        long memory = Math.max(1 << 12, (long) bytes << random.nextInt(9));
        MemoryStore store = MemoryStore.counting();
        Emitted emitted = new Emitted();
        Session session = SessionKit.on(store)
                .memory(memory)
                .chunkRows(1 + random.nextInt(1_000))
                .session(emitted);
        FaithfulPublisher publisher =
                new FaithfulPublisher(i -> new Mixed((byte) i, i, new double[doubles]), (requested, received) -> {
                    // Read last, so that the space that is assumed is not more than there was.
                    long atLeastInBlocks = received * bytes - store.bytes();
                    long out = (requested - received) * bytes;
                    assertThat(requested == 1 || out == 0 || atLeastInBlocks + out <= memory)
                            .as("%d bytes out, %d in blocks, memory %d", out, atLeastInBlocks, memory)
                            .isTrue();
                    assertThat(session.held()).isLessThanOrEqualTo(memory);
                });
        session.onSubscribe(publisher);
        publisher.emit(session, 4_000);
        session.onComplete();

        assertThat(emitted.summary().records()).isEqualTo(4_000);
        publisher.assertObeyed();
    }

    /**
     * Records of changing size. A request is made for records as large as the largest so far; one that is larger than all
     * before it may come when others are out already, so that only the request is bound by the space.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void changingSizesAreRequestedByTheLargestSoFar(long seed) {
        Random random = new Random(seed);
        int names = 1 + random.nextInt(20);
        int longest = 1 + random.nextInt(500);
        long memory = 1L << (12 + random.nextInt(8));
        int records = 3_000;
        H5Record[] stream = new H5Record[records];
        long[] inBlocks = new long[records + 1];
        long[] largest = new long[records + 1];
        for (int i = 0; i < records; i++) {
            long cost = 0;
            H5Record record = null;
            for (int name = random.nextInt(names); name < names; name += 1 + random.nextInt(names)) {
                boolean text = name % 2 == 0;
                Object value = text ? "t".repeat(random.nextInt(longest)) : (Object) random.nextLong();
                // Text has a NUL and 4 bytes for where it starts; each row has 8 bytes for its record's number.
                cost += text ? value.toString().length() + 1 + Integer.BYTES + Long.BYTES : 2 * Long.BYTES;
                record = record == null ? H5Record.of("name" + name, value) : record.and("name" + name, value);
            }
            stream[i] = record;
            inBlocks[i + 1] = inBlocks[i] + cost;
            largest[i + 1] = Math.max(largest[i], cost);
        }
        MemoryStore store = MemoryStore.counting();
        Emitted emitted = new Emitted();
        Session session = SessionKit.on(store).memory(memory).session(emitted);
        DemandProbe publisher = new DemandProbe() {
            @Override
            public void onRequest(long n, long total) {
                int received = (int) session.received();
                long rows = store.rows().values().stream()
                        .mapToLong(Long::longValue)
                        .sum();
                long written = store.bytes() + rows * Long.BYTES + store.textRows() * Integer.BYTES;
                long waiting = inBlocks[received] - written;
                long out = total - received;
                if (out > 64) {
                    violations().add(out + " records are out");
                }
                if (out > 1 && waiting + out * largest[received] > memory) {
                    violations().add(out + " records are out, " + waiting + " bytes wait, memory " + memory);
                }
            }
        };
        session.onSubscribe(publisher);
        for (int i = 0; i < records; i++) {
            long next = i + 1;
            Await.until("record " + next + " is requested", () -> publisher.requested() >= next);
            session.onNext(stream[i]);
        }
        session.onComplete();

        assertThat(emitted.summary().records()).isEqualTo(records);
        assertThat(publisher.violations()).isEmpty();
        assertThat(publisher.threads()).noneMatch(name -> name.startsWith("h5sink-writer"));
    }
}
