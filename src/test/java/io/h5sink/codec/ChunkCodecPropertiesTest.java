package io.h5sink.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** The same for chunks that nobody thought of; a class of its own, because another engine runs it. */
class ChunkCodecPropertiesTest {

    @Property(tries = 1000)
    void anyChunkComesBack(
            @ForAll("chains") Filtering chain,
            @ForAll @IntRange(min = 1, max = 40) int element,
            @ForAll("chunks") byte[] raw) {
        ChunkCodec codec = ChunkCodec.of(chain, element, raw.length);
        try (Scratch scratch = new Scratch()) {
            ByteBuffer stored = ByteBuffer.allocateDirect(codec.bound());
            int mask =
                    codec.encode(ByteBuffer.allocateDirect(raw.length).put(raw).flip(), stored, scratch);
            ByteBuffer back = ByteBuffer.allocateDirect(raw.length);
            codec.decode(stored.flip(), mask, back, scratch);
            assertThat(Samples.bytes(back.flip())).isEqualTo(raw);
        }
    }

    @Provide
    Arbitrary<Filtering> chains() {
        return Arbitraries.of(Samples.chains());
    }

    /** Of few or many different bytes. */
    @Provide
    Arbitrary<byte[]> chunks() {
        return Arbitraries.integers()
                .between(0, 127)
                .flatMap(most -> Arbitraries.bytes()
                        .between((byte) 0, (byte) (int) most)
                        .array(byte[].class)
                        .ofMinSize(1)
                        .ofMaxSize(3000));
    }
}
