package io.h5sink.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.filter.Samples.Content;
import io.h5sink.filter.codec.Method;
import io.h5sink.filter.codec.Scratch;
import io.h5sink.testing.Await;
import io.h5sink.testing.Jvm;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chunks of many lines, coded by few threads. */
class FilterExecutorTest {

    private static final int BYTES = 1 << 14;
    private static final FilterPipeline CODEC = FilterPipeline.of(new Filtering(Method.LZF, 0, true, false), 8, BYTES);

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void chunksComeBackInOrderAndWhole(int threads) {
        FilterExecutor.Line line = new FilterExecutor(threads).line(4L * BYTES);
        List<ByteBuffer> raw = new ArrayList<>();
        List<FilterExecutor.Task> tasks = new ArrayList<>();
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

    /** What is wanted at once is made do without; a worker that died of want would leave its line waiting for ever. */
    @Test
    void wantOfMemoryIsReportedOnlyIfNotOneChunkCanBeCoded() throws Exception {
        Process process = new ProcessBuilder(
                        Jvm.command(List.of("-XX:MaxDirectMemorySize=4m", "-Xmx256m"), Starved.class))
                .redirectErrorStream(true)
                .start();
        try {
            assertThat(process.waitFor(Await.LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .as("it ends")
                    .isTrue();
            assertThat(process.inputReader().lines()).contains("0 large, 12 small, 1 alive");
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void noMoreIsKeptThanTheCeilingAllows() {
        FilterExecutor.Line line = new FilterExecutor(2).line(4L * BYTES);
        List<FilterExecutor.Task> tasks = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            tasks.add(line.add(CODEC, Samples.chunk(Content.WALK, BYTES)));
        }
        for (FilterExecutor.Task task : tasks) {
            line.finish(task);
            assertThat(line.bytes()).isLessThanOrEqualTo(4L * BYTES + 3L * BYTES + (1 << 18));
            line.give(task);
        }
        line.close();
    }

    @Test
    void aChunkThatCannotBeCodedFailsWhoAsksForIt() {
        FilterExecutor.Line line = new FilterExecutor(1).line(BYTES);
        FilterExecutor.Task bad = line.add(CODEC, ByteBuffer.allocate(BYTES));
        FilterExecutor.Task good = line.add(CODEC, Samples.chunk(Content.WALK, BYTES));

        assertThatThrownBy(() -> line.finish(bad)).hasMessageContaining("must be direct");
        line.give(bad);
        line.finish(good);
        assertThat(good.stored().remaining()).isPositive();
    }

    /**
     * Of lines that all have chunks waiting none gets less than half of what another gets. Nothing is given back, so that what a line
     * holds says how many of its chunks were begun.
     */
    @Test
    void linesThatHaveChunksTakeTurns() {
        int each = 40;
        FilterExecutor workers = new FilterExecutor(2);
        List<FilterExecutor.Line> lines = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            lines.add(workers.line(Long.MAX_VALUE));
        }
        ByteBuffer chunk = Samples.chunk(Content.WALK, BYTES);
        FilterExecutor.Task last = null;
        for (int k = 0; k < each; k++) {
            for (FilterExecutor.Line line : lines) {
                FilterExecutor.Task task = line.add(CODEC, chunk.duplicate());
                last = line == lines.get(0) ? task : last;
            }
        }
        lines.get(0).finish(Objects.requireNonNull(last));

        assertThat(lines)
                .allSatisfy(line -> assertThat(line.bytes() / CODEC.bound())
                        .as("chunks begun when the first line had all of its %s", each)
                        .isGreaterThanOrEqualTo(each / 2));
    }
}
