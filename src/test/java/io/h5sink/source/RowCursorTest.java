package io.h5sink.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.Driver;
import io.h5sink.FaceInternals;
import io.h5sink.H5Field;
import io.h5sink.H5Writer;
import io.h5sink.Ragged;
import io.h5sink.testing.Run;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** Rows are read in batches, each of no more bytes than are worth a read. */
class RowCursorTest {

    record Text(String text) {}

    record Many(@H5Field(ragged = Ragged.OFFSETS) double[] x) {}

    @TempDir
    Path directory;

    @Test
    void batchesOfLongRowsAreSmall() {
        Path texts = directory.resolve("texts.h5");
        Path offsets = directory.resolve("offsets.h5");
        Run.write(H5Writer.<Text>to(texts).chunkRows(1024), Flux.range(0, 1500).map(i -> new Text("x".repeat(10_000))));
        Run.write(
                H5Writer.<Many>to(offsets).chunkRows(1024), Flux.range(0, 1500).map(i -> new Many(new double[1250])));
        assertThat(largest(texts, Text.class)).isBetween(1L << 20, 9L << 19);
        assertThat(largest(offsets, Many.class)).isBetween(1L << 20, 9L << 19);
    }

    /** The bytes of the largest batch of 1500 rows. */
    private static long largest(Path file, Class<?> type) {
        SourceHandle reading = SourceHandle.open(FaceInternals.origin(Driver.sec2(), file), false);
        try {
            return reading.ask(open -> {
                RowCursor.Spec all = new RowCursor.Spec("/", 0, Long.MAX_VALUE, List.of(), false);
                long largest = 0;
                try (RowCursor<?> cursor = RowCursors.records(reading, open, all, type)) {
                    for (long before = 0; cursor.next() != null; before = cursor.taken()) {
                        largest = Math.max(largest, cursor.taken() - before);
                    }
                    assertThat(cursor.row()).isEqualTo(1500);
                }
                return largest;
            });
        } finally {
            reading.close();
        }
    }
}
