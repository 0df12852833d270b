package h5sink.file;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PiecesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "float64 | 8",
                "uint16 | 2",
                "bool | 1",
                "float32[3, 4] | 48",
                "UTF-8 string of 20 bytes | 20",
                "variable-length UTF-8 string | 256",
                "ragged int32 | 260",
                "enum{int8, B} | 8",
                "compound{a: int32, b: compound{c: float64[3], d: enum{X, Y}}[2], e: UTF-8 string of 5 bytes} | 73",
                "reference | 1"
            })
    void valuesTakeWhatTheirTypeSays(String type, long bytes) {
        assertThat(Pieces.bytes(type)).isEqualTo(bytes);
    }

    @Test
    void piecesAreWholeChunksAlongTheLastAxesFirst() {
        assertThat(block(new long[] {10_000_000, 1024}, new long[] {1000, 128})).containsExactly(1000, 1024);
        assertThat(block(new long[] {10_000_000, 2}, new long[] {1000, 2})).containsExactly(524_000, 2);
        assertThat(block(new long[] {3, 1L << 40}, new long[] {})).containsExactly(1, 1 << 20);
        assertThat(block(new long[] {100}, new long[] {1000})).containsExactly(100);
    }

    @Test
    void aChunkThatIsFarTooLargeIsCut() {
        assertThat(block(new long[] {1L << 40, 16}, new long[] {1 << 27, 16})).containsExactly(1 << 16, 16);
    }

    private static long[] block(long[] shape, long[] chunk) {
        return Pieces.block(shape, chunk, 8);
    }
}
