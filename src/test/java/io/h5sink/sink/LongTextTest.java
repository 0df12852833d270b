package io.h5sink.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.testing.DemandProbe;
import io.h5sink.testing.HandScheduler;
import io.h5sink.testing.MemoryStore;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Text fills a block by bytes before it is full of rows, wherever the chunks of the dataset begin. */
@Timeout(60)
class LongTextTest {

    record Note(long number, String text) {}

    @ParameterizedTest(name = "after {0} rows, chunks of {1} rows")
    @CsvSource({"0, 64", "5, 64", "63, 64", "1, 3", "100, 1000"})
    void everyRowComesThrough(long rowsBefore, int chunkRows) {
        int records = 2_000;
        MemoryStore store = MemoryStore.keeping().begunWith(rowsBefore);
        HandScheduler hdf5 = new HandScheduler();
        Emitted emitted = new Emitted();
        Session session = SessionKit.on(store)
                .scheduler(hdf5)
                .chunkRows(chunkRows)
                .memory(1 << 20)
                .session(emitted);
        DemandProbe probe = new DemandProbe();
        session.onSubscribe(probe);
        for (int i = 0; i < records; i++) {
            session.onNext(new Note(i, text(i)));
            if (i == 10 || i % 50 == 0) { // the chunks become known when the first block is open
                hdf5.work();
            }
        }
        session.onComplete();
        hdf5.work();
        assertThat(emitted.summary().records()).isEqualTo(records);
        assertThat(store.values("/text"))
                .isEqualTo(
                        IntStream.range(0, records).mapToObj(LongTextTest::text).toList());
        assertThat(store.longs("/number"))
                .isEqualTo(IntStream.range(0, records).asLongStream().toArray());
        assertThat(store.misuses()).isEqualTo(List.of());
    }

    private static String text(int number) {
        return (char) ('a' + number % 26) + "x".repeat(number * 37 % 1_900);
    }
}
