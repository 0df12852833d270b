package h5sink.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import h5sink.field.Field;
import h5sink.field.Fields;
import h5sink.input.BadLineException;
import h5sink.input.Input;
import h5sink.input.Lines;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JsonFormatTest {

    /** Names may be values, such as times, and never end. */
    @Test
    void namesThatAreNoFieldsAreNotKept() throws BadLineException {
        int records = 3000;
        String text = IntStream.range(0, records)
                .mapToObj(n -> "{\"x." + n + "\":1,\"a.b\":" + n + ",\"o\":{\"y" + n + "\":{\"z\":0}}}\n")
                .collect(Collectors.joining());
        Lines lines = new Lines(new Input(new ByteArrayInputStream(text.getBytes(UTF_8))));
        Fields fields = new Fields(List.of(Field.of("a.b", "int64")));
        JsonFormat format = new JsonFormat(lines);
        List<String> unknown = new ArrayList<>();

        long sum = 0;
        while (format.read(fields, unknown::add)) {
            sum += (Long) fields.values()[0];
        }

        assertThat(sum).isEqualTo(records * (records - 1L) / 2);
        assertThat(unknown).hasSize(2 * records).startsWith("x.0", "/o/y0/z").endsWith("/o/y2999/z");
    }

    @Test
    void anObjectOverLinesMayComeLineByLine() throws BadLineException {
        InputStream bytes = new ByteArrayInputStream("{\n\"a\":\n1\n}\n{\n\"a\"\n:2}\n".getBytes(UTF_8));
        InputStream slow = new FilterInputStream(bytes) {
            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int count = 0;
                while (count < length && (count == 0 || into[offset + count - 1] != '\n')) {
                    int next = in.read();
                    if (next < 0) {
                        return count == 0 ? -1 : count;
                    }
                    into[offset + count++] = (byte) next;
                }
                return count;
            }
        };
        Fields fields = new Fields(List.of(Field.of("a", "int64")));
        JsonFormat format = new JsonFormat(new Lines(new Input(slow)));

        assertThat(format.read(fields, key -> {})).isTrue();
        assertThat(fields.values()).containsExactly(1L);
        assertThat(format.read(fields, key -> {})).isTrue();
        assertThat(fields.values()).containsExactly(2L);
        assertThat(format.read(fields, key -> {})).isFalse();
    }
}
