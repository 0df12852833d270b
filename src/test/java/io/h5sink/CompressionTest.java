package io.h5sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.filter.Filtering;
import io.h5sink.filter.Samples;
import io.h5sink.filter.Samples.Content;
import io.h5sink.filter.codec.Method;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompressionTest {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    @Test
    void levelsAreCheckedAtOnce() {
        for (int level : new int[] {-1, 0, 10}) {
            assertThatThrownBy(() -> Compression.gzip(level))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("level must be from 1 to 9, was " + level);
        }
        for (int level : new int[] {0, 23}) {
            assertThatThrownBy(() -> Compression.zstd(level))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("level must be from 1 to 22, was " + level);
        }
        assertThat(Compression.gzip(9)).hasToString("gzip(9)");
        assertThat(Compression.zstd(22)).hasToString("zstd(22)");
    }

    @Test
    void elementsOfSeveralBytesAreShuffledByDefault() {
        assertThat(Compression.lzf().rule().filtering(8, NOTHING)).isEqualTo(new Filtering(Method.LZF, 0, true, false));
        assertThat(Compression.lzf().rule().filtering(1, NOTHING))
                .isEqualTo(new Filtering(Method.LZF, 0, false, false));
        assertThat(Compression.lzf().shuffle(false).rule().filtering(8, NOTHING).shuffle())
                .isFalse();
        assertThat(Compression.lzf().shuffle(true).rule().filtering(1, NOTHING).shuffle())
                .isTrue();
        assertThat(Compression.none().shuffle(true).rule().filtering(8, NOTHING))
                .isEqualTo(Filtering.PLAIN);
    }

    @Test
    void aChecksumNeedsNoCompression() {
        assertThat(Compression.none().fletcher32(true).rule().filtering(8, NOTHING))
                .isEqualTo(new Filtering(Method.NONE, 0, false, true));
    }

    @Test
    void autoLooksAtTheSampleAndLeavesTheRestToTheUser() {
        ByteBuffer noise = Samples.chunk(Content.NOISE, 100_000);
        ByteBuffer walk = Samples.chunk(Content.WALK, 100_000);
        Compression auto = Compression.auto();

        assertThat(auto.rule().filtering(8, noise)).isEqualTo(Filtering.PLAIN);
        assertThat(auto.rule().filtering(8, walk)).isEqualTo(new Filtering(Method.GZIP, 1, true, false));
        assertThat(auto.shuffle(false).fletcher32(true).rule().filtering(8, walk))
                .isEqualTo(new Filtering(Method.GZIP, 1, false, true));
        assertThat(auto.shuffle(true).fletcher32(true).rule().filtering(8, noise))
                .isEqualTo(new Filtering(Method.NONE, 0, false, true));
        assertThat(auto.rule().auto()).isTrue();
        assertThat(Compression.gzip(1).rule().auto()).isFalse();
    }

    @Test
    void equalsWhatIsMadeByTheSameCallsAndSaysThem() {
        List<Compression> all = List.of(
                Compression.none(),
                Compression.gzip(1),
                Compression.gzip(2),
                Compression.lzf(),
                Compression.zstd(1),
                Compression.lz4(),
                Compression.auto(),
                Compression.gzip(1).shuffle(true),
                Compression.gzip(1).shuffle(false),
                Compression.gzip(1).fletcher32(true));

        assertThat(all)
                .doesNotHaveDuplicates()
                .extracting(Compression::toString)
                .doesNotHaveDuplicates();
        assertThat(Compression.gzip(3).shuffle(false).fletcher32(true))
                .isEqualTo(Compression.gzip(3).fletcher32(true).shuffle(false))
                .hasSameHashCodeAs(Compression.gzip(3).fletcher32(true).shuffle(false))
                .hasToString("gzip(3).shuffle(false).fletcher32(true)");
        assertThat(Compression.auto()).hasToString("auto()");
        assertThat(Compression.none()).hasToString("none()");
    }
}
