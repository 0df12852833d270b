package io.h5sink.filter.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.filter.Samples;
import io.h5sink.filter.Samples.Content;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShuffleTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 16, 24, 28, 56, 64, 72, 100, 4096, 65_536, 65_537})
    void everyByteIsWhereItsPlaceInTheElementSays(int size) {
        try (Scratch scratch = new Scratch()) {
            for (int count : new int[] {0, 1, 2, 7, 8, 9, 16, 63, 64, 65, 100, 1024, 1032, 3000}) {
                for (int leftover : new int[] {0, 1, size - 1}) {
                    if ((long) count * size > 1 << 22) {
                        continue;
                    }
                    ByteBuffer chunk = Samples.chunk(Content.NOISE, count * size + leftover);
                    byte[] expected = expected(Samples.bytes(chunk), size);

                    ByteBuffer shuffled = ByteBuffer.allocateDirect(chunk.remaining());
                    Shuffle.encode(chunk, shuffled, size, scratch);
                    ByteBuffer back = ByteBuffer.allocate(chunk.limit());
                    Shuffle.decode(shuffled.flip(), back, size, scratch);

                    String what = count + " of " + size + " and " + leftover;
                    assertThat(Samples.bytes(shuffled.rewind())).as(what).isEqualTo(expected);
                    assertThat(back.array()).as(what).isEqualTo(Samples.bytes(chunk.rewind()));
                }
            }
        }
    }

    private static byte[] expected(byte[] chunk, int size) {
        byte[] shuffled = chunk.clone();
        int count = chunk.length / size;
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < size; j++) {
                shuffled[j * count + i] = chunk[i * size + j];
            }
        }
        return shuffled;
    }
}
