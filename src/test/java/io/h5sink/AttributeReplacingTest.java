package io.h5sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.Run.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** A later run replaces attributes, whoever wrote them, and leaves those alone that are the same. */
class AttributeReplacingTest {

    record Row(int number, double value) {}

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    private static Flux<Row> rows(int count) {
        return Flux.range(0, count).map(i -> new Row(i, 0.5 * i));
    }

    private H5Writer.Builder<Row> writer() {
        return H5Writer.to(file);
    }

    private String show(String object) {
        return Attrs.show(file, object);
    }

    @Test
    void anAttributeReplacesOneOfAnyTypeAndShape() {
        List<Object> values = List.of(
                1,
                2,
                "text",
                "longer text",
                new String[] {"a", "b"},
                new String[] {"a", "c"},
                2.5,
                new int[0],
                "",
                true,
                new double[][] {{1}},
                new double[] {1},
                new double[] {2},
                "x".repeat(100_000),
                "y");
        for (Object value : values) {
            Run.write(writer().attribute("/", "a", value).attribute("number", "a", value), rows(1));
            Path fresh = directory.resolve("fresh.h5");
            Run.write(H5Writer.<Row>to(fresh).open(OpenMode.TRUNCATE).attribute("/", "a", value), rows(1));

            String expected = Attrs.show(fresh, "/");
            assertThat(show("/")).isEqualTo(expected);
            assertThat(show("/number")).isEqualTo(expected);
        }
    }

    @Test
    void anAttributeOfH5pyIsReplacedAndTheOthersStay() {
        Python.run("""
                import h5py, numpy, sys
                with h5py.File(sys.argv[1], 'w') as f:
                    d = f.create_dataset('number', data=numpy.zeros(1, 'i4'), maxshape=(None,), chunks=(8,))
                    for a in f.attrs, d.attrs:
                        a['fixed'] = numpy.bytes_(b'old')
                        a['empty'] = h5py.Empty('f8')
                        a['big'] = numpy.array([1], '>i4')
                        a['compound'] = numpy.zeros(1, dtype=[('x', 'i4')])
                        a['reference'] = f.ref
                        a['kept'] = 'kept'
                """, file);
        H5Writer.Builder<Map<String, Integer>> writer = H5Writer.to(file);
        for (String object : new String[] {"/", "number"}) {
            for (String name : new String[] {"fixed", "empty", "big", "compound", "reference"}) {
                writer.attribute(object, name, 7);
            }
        }

        Run.write(writer, Flux.just(Map.of("number", 1)));

        for (String object : new String[] {"/", "/number"}) {
            assertThat(show(object).lines())
                    .hasSize(6)
                    .contains("'kept' str str utf-8 None scalar 'kept'")
                    .filteredOn(line -> line.endsWith(" int32 <i4 scalar 7"))
                    .hasSize(5);
        }
    }

    @Test
    void anAttributeThatIsTheSameIsNotWrittenAgain() throws IOException {
        for (Object value : new Object[] {"text", new String[] {"é", "", "😀"}, 1, new double[1000], List.of()}) {
            Path own = directory.resolve("same.h5");
            H5Writer.Builder<Object> writer = H5Writer.to(own)
                    .open(OpenMode.TRUNCATE)
                    .attribute("/", "a", value)
                    .metadata("meta", Map.of("text", "é"));
            Run.write(writer, Flux.empty());
            byte[] before = Files.readAllBytes(own);

            Run.write(writer.open(OpenMode.APPEND), Flux.empty());

            assertThat(Files.readAllBytes(own)).as("%s", value).isEqualTo(before);
        }
    }

    @Test
    void aValueOfMoreThan64KiBOnAnObjectInTheOldestFormatIsAClearError() {
        Python.run("""
                import h5py, sys
                with h5py.File(sys.argv[1], 'w', libver='earliest') as f:
                    f.create_group('old').attrs['a'] = 'kept'
                """, file);
        H5Writer.Builder<Row> writer = writer().attribute("/old", "a", new double[10_000]);

        Failure failure = Run.fail(writer, rows(1));

        assertThat(failure.error())
                .isInstanceOf(H5WriteException.class)
                .hasMessageContaining("/old: the attribute \"a\" cannot be written: ")
                .hasMessageContaining("header")
                .hasMessageContaining("0 records are safe");
        assertThat(failure.error().object()).isEqualTo("/old");
        assertThat(show("/old")).isEqualTo("'a' str str utf-8 None scalar 'kept'");
        Run.write(writer().attribute("/old", "a", "fits"), rows(1));
        assertThat(show("/old")).isEqualTo("'a' str str utf-8 None scalar 'fits'");
    }
}
