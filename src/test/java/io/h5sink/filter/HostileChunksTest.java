package io.h5sink.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.filter.Samples.Content;
import io.h5sink.filter.codec.DamagedChunkException;
import io.h5sink.filter.codec.Method;
import io.h5sink.filter.codec.Scratch;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes that no filter made: an error or some bytes, but never a crash, an endless loop or another exception. */
class HostileChunksTest {

    private static final int BYTES = 3000;

    static Stream<Filtering> chains() {
        return Samples.chains().stream();
    }

    @ParameterizedTest
    @MethodSource("chains")
    void damageIsReportedOrHarmless(Filtering chain) {
        FilterPipeline pipeline = FilterPipeline.of(chain, 8, BYTES);
        Random random = new Random(5);
        Assertions.assertTimeout(Duration.ofMinutes(1), () -> {
            try (Scratch scratch = new Scratch()) {
                ByteBuffer stored = ByteBuffer.allocateDirect(pipeline.bound());
                int mask = pipeline.encode(Samples.chunk(Content.WALK, BYTES), stored, scratch);
                byte[] good = Samples.bytes(stored.flip());
                for (int i = 0; i < 2000; i++) {
                    byte[] bad = good.clone();
                    for (int k = random.nextInt(4); k >= 0; k--) {
                        bad[random.nextInt(random.nextBoolean() ? Math.min(20, bad.length) : bad.length)] =
                                (byte) random.nextInt();
                    }
                    int length = random.nextInt(3) == 0 ? random.nextInt(bad.length + 1) : bad.length;
                    decodeOrReport(
                            pipeline,
                            ByteBuffer.allocateDirect(length)
                                    .put(bad, 0, length)
                                    .flip(),
                            mask,
                            scratch);
                    random.nextBytes(bad);
                    decodeOrReport(
                            pipeline,
                            ByteBuffer.allocateDirect(length)
                                    .put(bad, 0, length)
                                    .flip(),
                            mask,
                            scratch);
                }
                // the scratch is as good as before
                ByteBuffer raw = ByteBuffer.allocateDirect(BYTES);
                pipeline.decode(stored.rewind(), mask, raw, scratch);
                assertThat(raw.flip()).isEqualTo(Samples.chunk(Content.WALK, BYTES));
            }
        });
    }

    private static void decodeOrReport(FilterPipeline pipeline, ByteBuffer stored, int mask, Scratch scratch) {
        ByteBuffer raw = ByteBuffer.allocateDirect(BYTES);
        try {
            pipeline.decode(stored, mask, raw, scratch);
            assertThat(raw.hasRemaining()).isFalse();
        } catch (DamagedChunkException e) {
            assertThat(e).hasMessageMatching("(?s).*(expected|zlib).*");
        }
    }

    @ParameterizedTest
    @MethodSource("chains")
    void aChunkOfAnotherSizeIsRefused(Filtering chain) {
        FilterPipeline pipeline = FilterPipeline.of(chain, 8, BYTES);
        try (Scratch scratch = new Scratch()) {
            ByteBuffer stored = ByteBuffer.allocateDirect(pipeline.bound());
            int mask = pipeline.encode(Samples.chunk(Content.RAMP, BYTES), stored, scratch);
            stored.flip();
            for (int bytes : new int[] {0, BYTES - 1, BYTES + 1, 2 * BYTES}) {
                assertThatThrownBy(() ->
                                pipeline.decode(stored.duplicate(), mask, ByteBuffer.allocateDirect(bytes), scratch))
                        .as("%d", bytes)
                        .isInstanceOf(DamagedChunkException.class);
            }
        }
    }

    @Test
    void aChecksumFindsEachFlippedBit() {
        FilterPipeline pipeline = FilterPipeline.of(new Filtering(Method.NONE, 0, false, true), 1, 101);
        try (Scratch scratch = new Scratch()) {
            ByteBuffer stored = ByteBuffer.allocateDirect(pipeline.bound());
            int mask = pipeline.encode(Samples.chunk(Content.NOISE, 101), stored, scratch);
            for (int bit = 0; bit < 8 * stored.flip().limit(105).limit(); bit++) {
                ByteBuffer bad =
                        ByteBuffer.allocateDirect(105).put(stored.rewind()).flip();
                bad.put(bit / 8, (byte) (bad.get(bit / 8) ^ 1 << bit % 8));
                assertThatThrownBy(() -> pipeline.decode(bad, mask, ByteBuffer.allocateDirect(101), scratch))
                        .as("bit %d", bit)
                        .isInstanceOf(DamagedChunkException.class)
                        .hasMessageContaining("Fletcher-32: ");
            }
        }
    }
}
