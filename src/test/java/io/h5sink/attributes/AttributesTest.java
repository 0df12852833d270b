package io.h5sink.attributes;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.FaceInternals;
import io.h5sink.H5Record;
import io.h5sink.H5Sink;
import io.h5sink.H5Writer;
import io.h5sink.filter.ChunkCoding;
import io.h5sink.judge.Attrs;
import io.h5sink.judge.Contents;
import io.h5sink.judge.H5py;
import io.h5sink.judge.Tool;
import io.h5sink.schema.AttributeValue;
import io.h5sink.schema.ColumnType;
import io.h5sink.testing.Await;
import io.h5sink.testing.Run;
import io.h5sink.testing.StoreProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** Objects have their attributes from the moment on that they are there. */
class AttributesTest {

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
    void aPathIsRelativeToTheGroupUnlessItIsAbsolute() {
        Run.write(
                writer().attribute("/", "at", "root")
                        .attribute("", "at", "the group")
                        .attribute("number", "at", "a dataset")
                        .attribute("/runs/1/value", "at", "another dataset")
                        .attribute("/runs", "at", "the group above")
                        .group("/runs/1"),
                rows(1));

        assertThat(show("/")).endsWith("'root'");
        assertThat(show("/runs/1")).endsWith("'the group'");
        assertThat(show("/runs/1/number")).endsWith("'a dataset'");
        assertThat(show("/runs/1/value")).endsWith("'another dataset'");
        assertThat(show("/runs")).endsWith("'the group above'");
    }

    @Test
    void theFileHasThemBeforeTheFirstRecord() {
        H5Sink<Row> sink = writer().attribute("/", "a", 1)
                .metadata("meta", Map.of("b", 2))
                .build()
                .sink();
        Flux.<Row>never().subscribe(sink);

        Await.until("the file is there and complete", () -> Files.exists(file) && readable());
        assertThat(show("/")).isEqualTo("'a' int32 <i4 scalar 1");
        sink.disposeGracefully().block(Await.LIMIT);
        assertThat(show("/")).isEqualTo("'a' int32 <i4 scalar 1");
    }

    private boolean readable() {
        return Tool.run("h5ls", file + "/meta").status() == 0;
    }

    @Test
    void aStreamWithoutRecordsLeavesThemToo() {
        Run.write(writer().attribute("/", "a", 1), Flux.empty());

        assertThat(show("/")).isEqualTo("'a' int32 <i4 scalar 1");
    }

    @Test
    void aDatasetGetsThemInTheCommitThatMakesIt() {
        List<String> seen = new ArrayList<>();
        H5Writer<H5Record> writer = H5Writer.<H5Record>to(file)
                .commitEvery(2)
                .attribute("late/loss", "unit", "nats")
                .attribute("late", "why", "later")
                .build();

        writer.append(Flux.range(0, 4)
                        .map(i -> i < 3
                                ? H5Record.of("a", i)
                                : H5Record.of("a", i).and("late/loss", 0.5)))
                .doOnNext(commit -> seen.add(commit.rows().keySet().toString()))
                .blockLast(Await.LIMIT);

        assertThat(seen).last().asString().contains("/late/loss");
        assertThat(show("/late/loss")).isEqualTo("'unit' str str utf-8 None scalar 'nats'");
        assertThat(show("/late")).isEqualTo("'why' str str utf-8 None scalar 'later'");
    }

    @Test
    void theFileIsNeverSeenWithoutTheAttributesOfItsDatasets() {
        List<String> seen = new ArrayList<>();
        Run.write(
                FaceInternals.wrap(
                        writer().commitEvery(1).attribute("number", "unit", "1"), store -> new StoreProbe(store) {
                            @Override
                            public void before(Call call) {}

                            @Override
                            public void close() {
                                super.close();
                                if (Files.exists(file)) {
                                    seen.add(Contents.torn(
                                            file,
                                            contents -> contents.objects().containsKey("/number")
                                                    ? contents.value(contents.at("/number")
                                                                    .getAttribute("unit"))
                                                            .toString()
                                                    : "True"));
                                }
                            }
                        }),
                rows(3));

        assertThat(seen).contains("1").isSubsetOf("1", "True");
    }

    @Test
    void aWriterKeepsItsOwnWhenTheBuilderGoesOn() {
        H5Writer.Builder<Row> builder = writer().attribute("/", "a", 1);
        H5Writer<Row> built = builder.build();
        builder.attribute("/", "a", 2).attribute("/", "b", 3);

        built.write(rows(1)).block(Await.LIMIT);

        assertThat(show("/")).isEqualTo("'a' int32 <i4 scalar 1");
    }

    @Test
    void aSessionDescribesADatasetThatIsYetToBeMade() {
        AttributeValue kelvin = AttributeValue.of("unit", "K");
        Run.write(
                FaceInternals.wrap(writer(), store -> new StoreProbe(store) {
                    @Override
                    public void before(Call call) {}

                    @Override
                    public Dataset dataset(String path, ColumnType type, long[] chunk, ChunkCoding coding) {
                        attribute(path, "unit", kelvin.type(), kelvin.data());
                        assertThat(awaited()).contains(path);
                        return super.dataset(path, type, chunk, coding);
                    }
                }),
                rows(1));

        assertThat(show("/number")).isEqualTo("'unit' str str utf-8 None scalar 'K'");
        assertThat(show("/value")).isEqualTo("'unit' str str utf-8 None scalar 'K'");
    }

    @Test
    void nothingIsAddedWhereNothingWasSaid() throws IOException {
        Run.write(writer(), rows(3));

        assertThat(show("/")).isEmpty();
        assertThat(show("/number")).isEmpty();
        assertThat(H5py.read(file).datasets()).containsOnlyKeys("/number", "/value");
    }

    @Test
    void anObjectBelowADatasetIsAnError() {
        Run.write(writer(), rows(3));
        String found =
                "DATASET \"/number\" { DATATYPE H5T_STD_I32LE" + " DATASPACE SIMPLE { ( 3 ) / ( H5S_UNLIMITED ) } }";

        Run.fail(writer().attribute("/number/below", "a", 1), rows(1))
                .isAboutTheObject(file, "/number", "GROUP \"/number\"", found, 0);
        assertThat(H5py.read(file).values("/number")).hasSize(3);
    }
}
