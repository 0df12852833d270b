package h5sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
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
}
