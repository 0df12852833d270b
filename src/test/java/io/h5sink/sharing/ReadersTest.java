package io.h5sink.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Sink;
import io.h5sink.H5Writer;
import io.h5sink.judge.Python;
import io.h5sink.judge.Tool;
import io.h5sink.testing.Await;
import io.jhdf.HdfFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/**
 * Others open the file again and again while a stream of 1,000 records a second runs. HDF5 reads what it is asked for when it is asked, so that a reader who has
 * the file open during a commit can see one column as it was before and another as it is after. Such a reading shows by the time of
 * the file's last change, which is another at its end than at its beginning; it is counted, and repeated. {@code -Dh5sink.reads=1000} is for the night. */
@Timeout(300)
class ReadersTest {

    private static final int READS = Integer.getInteger("h5sink.reads", 200);

    /** More than anyone has needed; each comes 2 ms after the one before. */
    private static final int MOST_RETRIES = 50;

    record Reading(long number, double half, int third) {}

    private static final String OPEN_OFTEN = """
            import collections, os, sys, time, h5py
            import warnings; warnings.simplefilter('ignore')
            name, tries, pandas = sys.argv[1], int(sys.argv[2]), sys.argv[3] == 'pandas'
            if pandas:
                import pandas as pd
            retries, longest, torn = collections.Counter(), 0, 0
            for i in range(tries):
                for attempt in range(1000):
                    try:
                        before = os.stat(name).st_mtime_ns
                        with h5py.File(name, 'r') as f:
                            if pandas:
                                frame = pd.DataFrame({n: f[n][:] for n in f})
                                a, b, c = (frame[n].to_numpy() for n in ('number', 'half', 'third'))
                            else:
                                a, b, c = f['number'], f['half'], f['third']
                            lengths = {len(a), len(b), len(c)}
                            n = min(lengths)
                            last = (a[n - 1], b[n - 1], c[n - 1], a[n // 2], a[0])
                        if os.stat(name).st_mtime_ns == before:
                            break
                        torn += len(lengths) > 1
                        time.sleep(0.002)
                    except (OSError, KeyError, RuntimeError, ValueError) as e: # pandas wants columns of one length
                        time.sleep(0.002)
                else:
                    raise AssertionError('not once in 1000 tries')
                assert len(lengths) == 1, lengths
                assert n >= longest, (n, longest)
                assert last == (n - 1, (n - 1) * 0.5, (n - 1) % 3, n // 2, 0), (n, last)
                longest = n
                retries[attempt] += 1
                time.sleep(0.001 * (i % 7))
            print('(%d torn)' % torn, ' '.join('%d:%d' % item for item in sorted(retries.items())))
            """;

    @TempDir
    Path directory;

    @Test
    void othersOpenTheFileAtAnyMoment() {
        Path file = directory.resolve("data.h5");
        Flux<Reading> numbers =
                Flux.interval(Duration.ofMillis(1)).onBackpressureBuffer().map(i -> reading((int) (long) i));
        H5Sink<Reading> sink = H5Writer.<Reading>to(file)
                .commitEvery(Duration.ofMillis(20))
                .build()
                .sink();
        numbers.subscribe(sink);
        try {
            sink.commits().filter(commit -> commit.records() > 0).next().block(Await.LIMIT);
            Map<String, String> table = new TreeMap<>();
            if (Python.isPresent()) {
                table.put("h5py", Python.run(OPEN_OFTEN, file, READS, "plain").strip());
                Python.require("pandas");
                table.put(
                        "pandas",
                        Python.run(OPEN_OFTEN, file, READS / 20, "pandas").strip());
            }
            if (Tool.isPresent("h5ls")) {
                table.put("h5ls", often(() -> Tool.run("h5ls", file).status() == 0));
                table.put("h5dump", often(() -> Tool.run("h5dump", "-H", file).status() == 0));
            }
            table.put("jHDF", often(() -> {
                try (HdfFile hdf = new HdfFile(file)) {
                    int[] lengths = hdf.getChildren().values().stream()
                            .mapToInt(node -> ((io.jhdf.api.Dataset) node).getDimensions()[0])
                            .distinct()
                            .toArray();
                    return lengths.length == 1; // or else it was torn
                } catch (RuntimeException e) {
                    return false;
                }
            }));
            table.forEach((reader, counts) -> {
                System.out.printf("1,000 records/s, %s, retries:tries %s%n", reader, counts);
                int worst = Integer.parseInt(counts.replaceAll(".*?(\\d+):\\d+$", "$1"));
                assertThat(worst).as("retries of %s: %s", reader, counts).isLessThanOrEqualTo(MOST_RETRIES);
            });
            assertThat(sink.isDisposed()).as("the stream runs").isFalse();
        } finally {
            sink.disposeGracefully().block(Await.LIMIT);
        }
    }

    private static Reading reading(int i) {
        return new Reading(i, i * 0.5, i % 3);
    }

    private static String often(BooleanSupplier reading) {
        Map<Integer, Integer> retries = new TreeMap<>();
        for (int i = 0; i < READS / 20; i++) {
            int[] attempts = {-1};
            Await.until("it is read", () -> {
                attempts[0]++;
                return reading.getAsBoolean();
            });
            retries.merge(attempts[0], 1, Integer::sum);
        }
        return retries.toString().replaceAll("[{},]", "").replace('=', ':');
    }
}
