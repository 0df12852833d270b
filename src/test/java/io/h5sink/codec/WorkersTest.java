package io.h5sink.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.codec.Samples.Content;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chunks of many lines, coded by few threads. */
class WorkersTest {

    private static final int BYTES = 1 << 14;
    private static final ChunkCodec CODEC = ChunkCodec.of(new Filtering(Method.LZF, 0, true, false), 8, BYTES);

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void chunksComeBackInOrderAndWhole(int threads) {
        Workers.Line line = new Workers(threads).line(4L * BYTES);
        List<ByteBuffer> raw = new ArrayList<>();
        List<Workers.Task> tasks = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ByteBuffer chunk = Samples.chunk(Content.values()[i % Content.values().length], BYTES);
            chunk.putInt(0, i);
            raw.add(chunk);
            tasks.add(line.add(CODEC, chunk));
        }
        try (Scratch scratch = new Scratch()) {
            for (int i = 0; i < 100; i++) {
                line.finish(tasks.get(i));
                ByteBuffer decoded = ByteBuffer.allocateDirect(BYTES);
                CODEC.decode(tasks.get(i).stored(), tasks.get(i).mask(), decoded, scratch);
                assertThat(decoded.flip()).isEqualTo(raw.get(i).rewind());
                line.give(tasks.get(i));
            }
        }
        line.close();
    }

    @Test
    void noMoreIsKeptThanTheCeilingAllows() {
        Workers.Line line = new Workers(2).line(4L * BYTES);
        List<Workers.Task> tasks = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            tasks.add(line.add(CODEC, Samples.chunk(Content.WALK, BYTES)));
        }
        for (Workers.Task task : tasks) {
            line.finish(task);
            assertThat(line.bytes()).isLessThanOrEqualTo(4L * BYTES + 3L * BYTES + (1 << 18));
            line.give(task);
        }
        line.close();
    }

    @Test
    void aChunkThatCannotBeCodedFailsWhoAsksForIt() {
        Workers.Line line = new Workers(1).line(BYTES);
        Workers.Task bad = line.add(CODEC, ByteBuffer.allocate(BYTES));
        Workers.Task good = line.add(CODEC, Samples.chunk(Content.WALK, BYTES));

        assertThatThrownBy(() -> line.finish(bad)).hasMessageContaining("must be direct");
        line.give(bad);
        line.finish(good);
        assertThat(good.stored().remaining()).isPositive();
    }

    /** While all have chunks to code, each gets at least half of its share of what is coded. */
    @Test
    void linesTakeTurns() throws Exception {
        int lines = 64;
        int total = lines * 40;
        Workers workers = new Workers(2);
        AtomicIntegerArray done = new AtomicIntegerArray(lines);
        AtomicInteger all = new AtomicInteger();
        ExecutorService sinks = Executors.newFixedThreadPool(lines);
        try {
            ByteBuffer chunk = Samples.chunk(Content.WALK, BYTES);
            List<Future<?>> ends = new ArrayList<>();
            for (int i = 0; i < lines; i++) {
                int number = i;
                ends.add(sinks.submit(() -> {
                    try (Workers.Line line = workers.line(8L * BYTES)) {
                        while (all.get() < total) {
                            List<Workers.Task> tasks = new ArrayList<>();
                            for (int k = 0; k < 4; k++) {
                                tasks.add(line.add(CODEC, chunk.duplicate()));
                            }
                            for (Workers.Task task : tasks) {
                                line.finish(task);
                                line.give(task);
                                done.incrementAndGet(number);
                                all.incrementAndGet();
                            }
                        }
                    }
                }));
            }
            for (Future<?> end : ends) {
                end.get();
            }
        } finally {
            sinks.shutdownNow();
        }
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < lines; i++) {
            least = Math.min(least, done.get(i));
        }
        assertThat(least).isGreaterThanOrEqualTo(all.get() / lines / 2);
    }
}
