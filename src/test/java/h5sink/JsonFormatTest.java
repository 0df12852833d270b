package h5sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JsonFormatTest {

    @Test
    void namesThatNeverEndAreNotKept() throws BadLineException {
        String text = IntStream.range(0, 3 * JsonFormat.MOST_NAMES)
                .mapToObj(n -> "{\"x." + n + "\":1,\"a.b\":" + n + "}\n")
                .collect(Collectors.joining());
        Lines lines = new Lines(new Input(new ByteArrayInputStream(text.getBytes(UTF_8))));
        Fields fields = new Fields(List.of(Field.of("a_b", "int64")));
        JsonFormat format = new JsonFormat();

        long sum = 0;
        while (lines.next()) {
            format.read(lines, fields, (name, value) -> assertThat(name).startsWith("x_"));
            sum += (Long) fields.values()[0];
        }

        assertThat(sum)
                .isEqualTo(IntStream.range(0, 3 * JsonFormat.MOST_NAMES)
                        .asLongStream()
                        .sum());
        assertThat(format.names()).isEqualTo(JsonFormat.MOST_NAMES);
    }
}
