package h5sink.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import h5sink.field.Field;
import h5sink.field.Fields;
import h5sink.format.Format;
import h5sink.input.BadLineException;
import h5sink.input.Input;
import h5sink.input.Lines;
import io.h5sink.testing.Await;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class RowsTest {

    @Test
    void aLineWhoseValuesDoNotFitIntoMemoryIsABadOne() throws IOException {
        Lines lines = new Lines(new Input(new ByteArrayInputStream("1\n2\n3\n".getBytes(UTF_8))));
        Fields fields = new Fields(List.of(Field.of("n", "int64")));
        StringWriter reported = new StringWriter();
        Format format = new Format() {
            @Override
            public boolean look(Look look, long deadline) {
                throw new IllegalStateException("nobody looks");
            }

            @Override
            public boolean read(Fields values, Consumer<String> unknown) throws BadLineException {
                lines.begin();
                if (!lines.takeLine(Lines.forEver())) {
                    return false;
                }
                if (lines.number() == 2) {
                    throw new OutOfMemoryError("a test's");
                }
                values.clear();
                values.set(0, lines.number());
                return true;
            }
        };
        try (BadLines bad = new BadLines(new PrintWriter(reported), null)) {
            Rows rows = new Rows(lines, format, fields, bad);

            assertThat(rows.records().map(Object::toString).collectList().block(Await.LIMIT))
                    .hasSize(2);
            assertThat(reported.toString().strip()).isEqualTo("h5sink: line 2: its values do not fit into memory");
        }
    }
}
