package io.h5sink.cost;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.Compression;
import io.h5sink.H5Writer;
import io.h5sink.Layout;
import io.h5sink.judge.Python;
import io.h5sink.testing.Await;
import io.jhdf.HdfFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;

/** How large compressed files are while they are written, and afterwards. */
class CompactionTest {

    record Reading(long time, double value, float[] spectrum) {}

    private static final int SECONDS = 3_600;
    private static final int RATE = 100;
    private static final int SESSIONS = 20;

    @TempDir
    Path directory;

    private static Flux<Reading> readings(int count) {
        Random random = new Random(5);
        double[] walk = {20};
        return Flux.range(0, count).map(i -> {
            walk[0] += random.nextGaussian() / 100;
            return new Reading(1_000_000_000L * i, walk[0], new float[] {i, Math.round(walk[0]), i % 10});
        });
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({"COLUMNS, 0", "TABLE, 0", "COLUMNS, 1000"})
    void anHourOfSecondsIsAsSmallAsOneGo(Layout layout, int chunkRows) {
        Path file = directory.resolve("seconds.h5");
        long[] largest = {0};
        writer(file, layout, chunkRows)
                .commitEvery(RATE)
                .build()
                .append(readings(SECONDS * RATE))
                .doOnNext(commit -> largest[0] = Math.max(largest[0], size(file)))
                .blockLast(Await.LIMIT);
        Path once = directory.resolve("once.h5");
        readings(SECONDS * RATE)
                .as(writer(once, layout, chunkRows).build()::write)
                .block(Await.LIMIT);
        long raw = 28L * SECONDS * RATE;

        same(file, once);
        assertThat(largest[0]).isGreaterThan(size(once) / 2).isLessThanOrEqualTo(raw + size(once));
        assertThat(size(file)).isLessThanOrEqualTo(size(once) * 11 / 10).isLessThan(raw * 3 / 4);
    }

    private static H5Writer.Builder<Reading> writer(Path file, Layout layout, int chunkRows) {
        H5Writer.Builder<Reading> writer =
                H5Writer.<Reading>to(file).layout(layout).compression(Compression.gzip(1));
        return chunkRows > 0 ? writer.chunkRows(chunkRows) : writer;
    }

    private static void same(Path one, Path other) {
        try (HdfFile a = new HdfFile(one);
                HdfFile b = new HdfFile(other)) {
            assertThat(a.getChildren().keySet())
                    .isNotEmpty()
                    .isEqualTo(b.getChildren().keySet());
            for (String name : a.getChildren().keySet()) {
                assertThat(Arrays.deepEquals(values(a, name), values(b, name)))
                        .as(name)
                        .isTrue();
            }
        }
        if (!Python.isPresent()) {
            return;
        }
        Python.run("""
                import sys, h5py
                with h5py.File(sys.argv[1], 'r') as a, h5py.File(sys.argv[2], 'r') as b:
                    assert list(a) == list(b) and len(a) > 0
                    for name in a:
                        assert a[name].shape == b[name].shape and (a[name][:] == b[name][:]).all(), name
                """, one, other);
    }

    /** An array for each column. */
    private static Object[] values(HdfFile file, String name) {
        Object values = file.getDatasetByPath(name).getData();
        return values instanceof Map<?, ?> columns ? columns.values().toArray() : new Object[] {values};
    }

    @Test
    void aFewRowsTakeLittleSpace() {
        Path file = directory.resolve("few.h5");
        readings(10).as(writer(file, Layout.COLUMNS, 0).build()::write).block(Await.LIMIT);

        assertThat(size(file)).isLessThan(8_192);
    }

    /** With the second, the last chunks grow in each session, and do not fit where they were; with the third, many get full. */
    @ParameterizedTest
    @CsvSource({"5000, 999", "3000, 2500", "20000, 333"})
    void manySessionsOneAfterTheOtherLeaveNoHoles(int rows, int commit) {
        Path file = directory.resolve("sessions.h5");
        for (int session = 0; session < SESSIONS; session++) {
            readings(SESSIONS * rows)
                    .skip((long) session * rows)
                    .take(rows)
                    .as(writer(file, Layout.COLUMNS, 0).commitEvery(commit).build()::write)
                    .block(Await.LIMIT);
        }
        Path once = directory.resolve("once.h5");
        readings(SESSIONS * rows)
                .as(writer(once, Layout.COLUMNS, 0).build()::write)
                .block(Await.LIMIT);

        same(file, once);
        assertThat(size(file)).isLessThanOrEqualTo(size(once) * 11 / 10);
        assertThat(Arrays.asList(directory.toFile().list())).containsExactlyInAnyOrder("sessions.h5", "once.h5");
    }
}
