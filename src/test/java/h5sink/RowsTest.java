package h5sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.Await;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowsTest {

    @Test
    void aLineWhoseValuesDoNotFitIntoMemoryIsABadOne() throws IOException {
        Lines lines = new Lines(new Input(new ByteArrayInputStream("1\n2\n3\n".getBytes(UTF_8))));
        Fields fields = new Fields(List.of(Field.of("n", "int64")));
        StringWriter told = new StringWriter();
        Format format = new Format() {
            @Override
            public void look(Lines line, Look look) {
                look.see("n", line.number());
            }

            @Override
            public void read(Lines line, Fields values, Look unknown) {
                if (line.number() == 2) {
                    throw new OutOfMemoryError("a test's");
                }
                values.set(0, line.number());
            }
        };
        try (BadLines bad = new BadLines(new PrintWriter(told), null)) {
            Rows rows = new Rows(lines, format, fields, bad);

            assertThat(rows.records().map(Object::toString).collectList().block(Await.LIMIT))
                    .hasSize(2);
            assertThat(told.toString().strip()).isEqualTo("h5sink: line 2: its values do not fit into memory");
        }
    }
}
