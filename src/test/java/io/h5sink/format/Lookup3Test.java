package io.h5sink.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Lookup3Test {

    /** Values of the author's own program, lookup3.c, whose hashlittle has 0 for its seed. */
    @ParameterizedTest
    @CsvSource({"'',deadbeef", "Four score and seven years ago,17770551"})
    void hashesAsItsAuthorDoes(String text, String hash) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);

        assertThat(Integer.toHexString(Lookup3.of(ByteBuffer.wrap(bytes), 0, bytes.length)))
                .isEqualTo(hash);
    }
}
