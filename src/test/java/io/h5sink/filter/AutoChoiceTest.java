package io.h5sink.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.filter.Samples.Content;
import io.h5sink.filter.codec.Method;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class AutoChoiceTest {

    private static final Filtering SHUFFLED = new Filtering(Method.GZIP, 1, true, false);
    private static final Filtering UNSHUFFLED = new Filtering(Method.GZIP, 1, false, false);

    @Test
    void numbersAreShuffledTextIsNotAndNoiseStaysAsItIs() {
        for (int bytes : new int[] {400, 5000, 65_536, 1 << 20}) {
            assertThat(choice(Content.WALK, bytes, 8)).as("%d", bytes).isEqualTo(SHUFFLED);
            assertThat(choice(Content.RAMP, bytes, 4)).as("%d", bytes).isEqualTo(SHUFFLED);
            assertThat(choice(Content.NOISE, bytes, 8)).as("%d", bytes).isEqualTo(Filtering.PLAIN);
            assertThat(choice(Content.NOISE, bytes, 1)).as("%d", bytes).isEqualTo(Filtering.PLAIN);
            assertThat(choice(Content.ZEROS, bytes, 1)).as("%d", bytes).isEqualTo(UNSHUFFLED);
        }
        assertThat(choice(Content.TEXT, 1 << 20, 28)).isEqualTo(UNSHUFFLED);
    }

    @Test
    void aFewValuesAreTakenForCompressible() {
        assertThat(choice(Content.NOISE, 255, 8)).isEqualTo(SHUFFLED);
        assertThat(choice(Content.NOISE, 0, 1)).isEqualTo(UNSHUFFLED);
    }

    @Test
    void theEndOfTheSampleCounts() {
        ByteBuffer sample = Samples.chunk(Content.NOISE, 1 << 20);
        for (int i = 1 << 19; i < 1 << 20; i++) {
            sample.put(i, (byte) 0);
        }
        assertThat(AutoChoice.of(Method.GZIP, 1, sample, 1)).isEqualTo(UNSHUFFLED);
    }

    @Test
    void theSampleStaysWhereItIs() {
        ByteBuffer sample = Samples.chunk(Content.WALK, 1 << 20).position(16).limit(900_000);
        AutoChoice.of(Method.ZSTD, 3, sample, 8);
        assertThat(sample.position()).isEqualTo(16);
        assertThat(sample.limit()).isEqualTo(900_000);
    }

    @Test
    void elementsMayBeLargerThanSlices() {
        assertThat(choice(Content.ZEROS, 1 << 20, 1 << 18).method()).isEqualTo(Method.GZIP);
        assertThat(choice(Content.NOISE, 1 << 20, (1 << 20) + 1)).isEqualTo(Filtering.PLAIN);
    }

    private static Filtering choice(Content content, int bytes, int element) {
        return AutoChoice.of(Method.GZIP, 1, Samples.chunk(content, bytes), element);
    }
}
