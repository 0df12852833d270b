package h5sink.input;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.testing.Await;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

class InputTest {

    @Test
    void whateverEndsTheReadingIsReportedAfterWhatWasReadBefore() {
        Input input = new Input(new InputStream() {
            private final InputStream lines = new ByteArrayInputStream("1,2\n1,".getBytes(UTF_8));

            @Override
            public int read() throws IOException {
                throw new IOException("not asked for");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                int count = lines.read(bytes, offset, length);
                if (count < 0) {
                    throw new OutOfMemoryError("a test's");
                }
                return count;
            }
        });
        long deadline = System.nanoTime() + Await.LIMIT.toNanos();

        assertThat(new String(input.next(deadline), UTF_8)).isEqualTo("1,2\n1,");
        assertThatThrownBy(() -> input.next(deadline))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("the input cannot be read: java.lang.OutOfMemoryError: a test's");
        assertThat(input.isAtEnd()).isTrue();
    }
}
