package io.h5sink.attributes;

import static io.h5sink.jhdf5.Foreign.Padding.NULLPAD;
import static io.h5sink.jhdf5.Foreign.Padding.NULLTERM;
import static org.assertj.core.api.Assertions.assertThat;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import io.h5sink.H5WriteException;
import io.h5sink.H5Writer;
import io.h5sink.OpenMode;
import io.h5sink.foreign.Hdf5Calls;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.jhdf5.ForeignDataset;
import io.h5sink.judge.Attrs;
import io.h5sink.testing.Run;
import io.h5sink.testing.Run.Failure;
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

    private static final Foreign.Type TEXT = Foreign.string(0, NULLTERM, true);

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
    void anAttributeOfOthersIsReplacedAndTheOthersStay() {
        Foreign.Type int32 = Foreign.integer(4, true, false);
        Foreign.Type compound = Foreign.compound(4, new Foreign.Member("x", 0, int32));
        Foreign.make(file, false, f -> {
            new ForeignDataset(f, "number", int32)
                    .shape(1)
                    .maximum(ForeignDataset.UNLIMITED)
                    .chunk(8)
                    .with(new int[1]);
            for (String object : new String[] {"/", "number"}) {
                ForeignDataset.attribute(f, object, "fixed", Foreign.string(3, NULLPAD, false), "old");
                ForeignDataset.attribute(f, object, "empty", Foreign.real(8, false), null, List.of());
                ForeignDataset.attribute(
                        f, object, "big", Foreign.integer(4, true, true), new long[] {1}, new int[] {1});
                ForeignDataset.attribute(f, object, "compound", compound, new long[] {1}, List.of(List.of(0)));
                ForeignDataset.attribute(
                        f,
                        object,
                        "reference",
                        () -> H5.H5Tcopy(HDF5Constants.H5T_STD_REF_OBJ),
                        ForeignDataset.reference(f, "/"));
                ForeignDataset.attribute(f, object, "kept", TEXT, "kept");
            }
        });
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
        Foreign.make(file, false, f -> {
            Hdf5Calls.group(f, "old");
            ForeignDataset.attribute(f, "old", "a", TEXT, "kept");
        });
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
