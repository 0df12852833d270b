package io.h5sink.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.filter.codec.Scratch;
import io.h5sink.testing.Seeds;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The same for chunks that nobody thought of. */
class FilterPipelinePropertiesTest {

    @Test
    void anyChunkComesBack() {
        Seeds.each(1000, random -> {
            byte[] raw = chunk(random);
            FilterPipeline pipeline =
                    FilterPipeline.of(Seeds.of(random, Samples.chains()), Seeds.between(random, 1, 40), raw.length);
            try (Scratch scratch = new Scratch()) {
                ByteBuffer stored = ByteBuffer.allocateDirect(pipeline.bound());
                int mask = pipeline.encode(
                        ByteBuffer.allocateDirect(raw.length).put(raw).flip(), stored, scratch);
                ByteBuffer back = ByteBuffer.allocateDirect(raw.length);
                pipeline.decode(stored.flip(), mask, back, scratch);
                assertThat(Samples.bytes(back.flip())).isEqualTo(raw);
            }
        });
    }

    /** Of few or many different bytes. */
    private static byte[] chunk(Random random) {
        int most = random.nextInt(128);
        byte[] chunk = new byte[Seeds.between(random, 1, Seeds.of(random, 3, 40, 3000))];
        for (int i = 0; i < chunk.length; i++) {
            chunk[i] = (byte) random.nextInt(most + 1);
        }
        return chunk;
    }
}
