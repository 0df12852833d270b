package io.h5sink.axes;

import static io.h5sink.jhdf5.Foreign.Padding.NULLPAD;
import static io.h5sink.jhdf5.Foreign.Padding.NULLTERM;
import static org.assertj.core.api.Assertions.assertThat;

import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.Driver;
import io.h5sink.Evolution;
import io.h5sink.H5Record;
import io.h5sink.H5Writer;
import io.h5sink.Layout;
import io.h5sink.Ragged;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.jhdf5.ForeignDataset;
import io.h5sink.jhdf5.ForeignScales;
import io.h5sink.judge.Contents;
import io.h5sink.judge.H5py;
import io.h5sink.judge.Inside;
import io.h5sink.judge.Listing;
import io.h5sink.judge.NumPy;
import io.h5sink.judge.Python;
import io.h5sink.judge.PythonText;
import io.h5sink.judge.Tool;
import io.h5sink.judge.Xarray;
import io.h5sink.testing.Run;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;

/** Which files are labelled: by what records are, and by what is there. */
class AxesInFilesTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final String LABELLED = """
            /dim_2 is a scale of /position 1
            /position: /time /dim_2
            /time is a scale of /position 0, /value 0
            /value: /time
            """;

    record Row(Instant time, double value, int[] position) {
        static Row of(int i) {
            return new Row(START.plusSeconds(i), i, new int[] {i, -i});
        }

        H5Record named() {
            return H5Record.of("time", time).and("value", value).and("position", position);
        }
    }

    record Spectrum(Instant time, double[] spectrum, double[] dark) {
        static Spectrum of(int i) {
            return new Spectrum(START.plusSeconds(i), new double[] {i, 1, 2}, new double[] {i, 3, 4});
        }
    }

    private static final Foreign.Type FLOAT64 = Foreign.real(8, false);
    private static final Foreign.Type INT64 = Foreign.integer(8, true, false);
    private static final Foreign.Type TEXT = Foreign.string(0, NULLTERM, true);

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    private static Flux<Row> rows(int first, int count) {
        return Flux.range(first, count).map(Row::of);
    }

    private void assertLabelled(int rows) {
        assertThat(Xarray.scales(file)).isEqualTo(LABELLED);
        assertThat(Xarray.variables(file, "/"))
                .contains("* time(time) datetime64[ns] " + seconds(IntStream.range(0, rows)) + "\n")
                .contains("value(time) float64 " + numbers(IntStream.range(0, rows)) + "\n")
                .contains("position(time, dim_2) ");
    }

    private static String seconds(IntStream seconds) {
        return seconds.mapToObj("'2026-01-01T00:00:%02d.000000000'"::formatted)
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static String numbers(IntStream numbers) {
        return numbers.asDoubleStream().boxed().toList().toString();
    }

    static Stream<Record> recordsWithOneDateTime() {
        record OfInstant(int a, Instant when) {}
        record OfLocal(int a, LocalDateTime when) {}
        record OfZoned(int a, ZonedDateTime when) {}
        record OfOffset(int a, OffsetDateTime when) {}
        record OfDate(int a, LocalDate when, java.time.LocalTime at, java.time.Duration took) {}
        LocalDateTime noon = LocalDateTime.of(2026, 5, 1, 12, 0);
        return Stream.of(
                new OfInstant(1, noon.toInstant(ZoneOffset.UTC)),
                new OfLocal(1, noon),
                new OfZoned(1, noon.atZone(ZoneOffset.UTC)),
                new OfOffset(1, noon.atOffset(ZoneOffset.UTC)),
                new OfDate(1, noon.toLocalDate(), noon.toLocalTime(), java.time.Duration.ofSeconds(1)));
    }

    @ParameterizedTest
    @MethodSource("recordsWithOneDateTime")
    void theOnlyDateTimeLabelsTheOthers(Record record) {
        Run.write(file, record);

        assertThat(Xarray.variables(file, "/"))
                .startsWith("a(when) int32 [1]\n")
                .contains("* when(when) datetime64[ns] ['2026-05-01T")
                .containsOnlyOnce("*");
    }

    @Test
    void aTimeAloneIsAcoordinate() {
        record Tick(Instant time) {}
        Run.write(file, new Tick(START), new Tick(START.plusSeconds(1)));

        assertThat(Xarray.variables(file, "/"))
                .isEqualTo("* time(time) datetime64[ns] " + seconds(IntStream.of(0, 1)) + "\n");
    }

    @Test
    void aNumberCanLabelTheRowsAndAtextToo() {
        record Step(int step, String name, double loss) {}
        Path byName = directory.resolve("by-name.h5");
        Step[] steps = {new Step(10, "a", 0.5), new Step(20, "b", 0.25)};

        Run.write(H5Writer.<Step>to(file).axis("step"), Flux.just(steps));
        Run.write(H5Writer.<Step>to(byName).axis("name"), Flux.just(steps));

        assertThat(Xarray.variables(file, "/")).isEqualTo("""
                loss(step) float64 [0.5, 0.25]
                name(step) object ['a', 'b']
                * step(step) int32 [10, 20]
                """);
        assertThat(Xarray.variables(byName, "/")).isEqualTo("""
                loss(name) float64 [0.5, 0.25]
                * name(name) object ['a', 'b']
                step(name) int32 [10, 20]
                """);
        Xarray.mustShow(file, "/", "ds.sel(step=20).loss.item()", "0.25\n");
        Xarray.mustShow(byName, "/", "ds.sel(name='a').loss.item()", "0.5\n");
    }

    static Stream<Object> whatHasNoAxis() {
        record Timeless(double value, int[] position) {}
        record Two(Instant begin, Instant end, double value) {}
        record Many(Instant[] times, double value) {}
        record Inner(Instant time) {}
        record Outer(Inner inner, double value) {}
        return Stream.of(
                new Timeless(1, new int[] {1}),
                new Two(START, START, 1),
                new Many(new Instant[] {START}, 1),
                new Outer(new Inner(START), 1),
                Row.of(0).named(),
                Row.of(0).named().toMap());
    }

    @ParameterizedTest
    @MethodSource("whatHasNoAxis")
    void withoutAtimeNothingIsLabelledAndNothingAdded(Object record) {
        Run.write(file, record);

        assertThat(Xarray.scales(file)).isEmpty();
    }

    @Test
    void theValuesOfAnAxisAreLeftOutWhereRowsHaveNone() {
        record Timeless(double value, int[] position) {}
        H5Writer.Builder<Object> writer =
                H5Writer.to(file).column("position", c -> c.axis(1, "place", List.of("x", "y")));
        Run.write(writer, Flux.just(new Timeless(1, new int[2])));

        assertThat(Xarray.scales(file)).isEmpty();
        assertThat(H5py.read(file).datasets()).containsOnlyKeys("/value", "/position");
    }

    @Test
    void aTableIsNotLabelled() {
        Run.write(H5Writer.<Row>to(file).layout(Layout.TABLE).axis("time"), rows(0, 2));

        assertThat(Xarray.scales(file)).isEmpty();
        assertThat(H5py.read(file).datasets()).containsOnlyKeys("/table/time", "/table/value", "/table/position");
    }

    @Test
    void everyRouteIsAdataSetOfItsOwn() {
        Run.write(
                H5Writer.<Row>to(file).group("/run").route(row -> row.value() % 2 == 0 ? "even" : "odd"), rows(0, 10));
        Run.write(H5Writer.<Row>to(file).group("/run").route(row -> row.value() % 3 == 0 ? "odd" : "new"), rows(10, 3));

        assertVariables("/run/even", 0, 2, 4, 6, 8);
        assertVariables("/run/odd", 1, 3, 5, 7, 9, 12);
        assertVariables("/run/new", 10, 11);
        assertThat(Xarray.scales(file))
                .isEqualTo(Stream.of("even", "new", "odd")
                        .map(route -> LABELLED.replaceAll("/(?=\\w)", "/run/" + route + "/"))
                        .reduce("", String::concat));
    }

    private void assertVariables(String route, int... rows) {
        String positions =
                IntStream.of(rows).mapToObj(i -> List.of(i, -i)).toList().toString();
        assertThat(Xarray.variables(file, route))
                .isEqualTo("position(time, dim_2) int32 " + positions
                        + "\n* time(time) datetime64[ns] " + seconds(IntStream.of(rows))
                        + "\nvalue(time) float64 " + numbers(IntStream.of(rows)) + "\n");
    }

    @Test
    void laterRunsAndCommitsLeaveTheLabelsAsTheyAre() {
        for (int run = 0; run < 4; run++) {
            Run.write(H5Writer.<Row>to(file).commitEvery(1), rows(5 * run, 5));
        }

        assertLabelled(20);
    }

    @Test
    void filesInMemoryAreLabelledToo() {
        Run.write(H5Writer.<Row>to(file).driver(Driver.core()).commitEvery(2), rows(0, 10));

        assertLabelled(10);
    }

    @Test
    void aFileThatWasWrittenByNamesIsLabelledByRecords() {
        Run.write(H5Writer.to(file), rows(0, 3).map(Row::named));
        Run.write(H5Writer.<Row>to(file), rows(3, 3));

        assertLabelled(6);
    }

    @Test
    void aFileThatOthersMadeWithoutLabelsGetsThem() {
        make(f -> {});
        Run.write(H5Writer.<Row>to(file), rows(3, 3));

        assertLabelled(6);
    }

    @Test
    void aFileThatOthersLabelledInTheSameWayStaysAsItIs() {
        make(f -> {
            ForeignScales.scale(f, "time", "moment");
            ForeignDataset.of(f, "dim_2", FLOAT64, new double[2]);
            ForeignScales.scale(f, "dim_2", "plane");
            ForeignScales.label(f, Map.of("value", List.of("time"), "position", List.of("time", "dim_2")));
        });
        Run.write(H5Writer.<Row>to(file), rows(3, 3));

        assertLabelled(6);
        assertThat(Stream.of("/time", "/dim_2"))
                .extracting(scale -> Contents.of(
                        file,
                        false,
                        contents -> contents.value(contents.at(scale).getAttribute("NAME"))))
                .containsExactly("moment", "plane");
        if (Tool.isPresent("h5dump")) {
            assertThat(Tool.h5dump("-a", "/time/NAME", "-a", "/dim_2/NAME", file))
                    .contains("\"moment\"", "\"plane\"");
        }
    }

    @Test
    void aDatasetThatIsAsLongAsAnAxisBecomesItsCoordinate() {
        make(f -> ForeignDataset.of(f, "dim_2", FLOAT64, new double[] {7.5, 8.5}));
        Run.write(H5Writer.<Row>to(file), rows(3, 3));

        assertLabelled(6);
        assertThat(Xarray.variables(file, "/")).startsWith("""
                        * dim_2(dim_2) float64 [7.5, 8.5]
                        position(time, dim_2) int32 [[0, 0], [1, -1], [2, -2], [3, -3], [4, -4], [5, -5]]
                        """);
        Xarray.mustShow(
                file, "/", "*ds.coords, ds.position.sel(dim_2=8.5).values", "dim_2\ntime\n[ 0 -1 -2 -3 -4 -5]\n");
    }

    @Test
    void aColumnThatCameLaterIsLabelledWithTheNextRun() {
        record Short(Instant time, double value) {}
        Run.write(H5Writer.<Short>to(file), rows(0, 3).map(row -> new Short(row.time(), row.value())));
        assertThat(Xarray.scales(file)).isEqualTo("/time is a scale of /value 0\n/value: /time\n");
        Run.write(H5Writer.to(file), rows(0, 3).map(row -> H5Record.of("position", row.position())));
        Run.write(H5Writer.<Row>to(file), rows(3, 3));

        assertLabelled(6);
    }

    @Test
    void fillValuesAreAttributesOfNumbersAndTimesOfTheSameType() {
        record Gaps(Short number, Instant time, Boolean truth, String text, float[] array, List<Integer> list) {}
        Run.write(
                H5Writer.<Gaps>to(file)
                        .column("number", c -> c.fill(-1))
                        .column("time", c -> c.fill(0))
                        .column("truth", c -> c.fill(false))
                        .column("text", c -> c.fill("?"))
                        .column("array", c -> c.fill(Float.NaN))
                        .column("list", c -> c.fill(7)),
                Flux.just(new Gaps((short) 1, START, true, "", new float[] {1}, List.of(1))));

        assertThat(fillValues()).isEqualTo("""
                array nan (True, ())
                dim_1 None False
                list 7 (True, ())
                number -1 (True, ())
                text None False
                time 0 (True, ())
                truth None False
                """);
    }

    /** The attributes of all datasets, and whether each has the type of its dataset and is a scalar. */
    private String fillValues() {
        return Inside.judged(
                file, () -> Contents.of(file, false, AxesInFilesTest::fillValues), () -> Python.run("""
                        import h5py, sys
                        with h5py.File(sys.argv[1], 'r') as f:
                            for name in sorted(f):
                                value = f[name].attrs.get('_FillValue')
                                print(name, value, value is not None and (value.dtype == f[name].dtype, value.shape))
                        """, file));
    }

    private static String fillValues(Contents contents) {
        StringBuilder lines = new StringBuilder();
        contents.objects().forEach((path, node) -> {
            lines.append(path, 1, path.length());
            Attribute fill = node.getAttribute("_FillValue");
            if (fill == null) {
                lines.append(" None False\n");
            } else {
                boolean same = NumPy.str(fill.getDataType()).equals(NumPy.str(((Dataset) node).getDataType()));
                lines.append(" " + PythonText.str(contents.value(fill)))
                        .append(same ? " (True, " : " (False, ")
                        .append(fill.getDimensions().length == 0 ? "())\n" : "?)\n");
            }
        });
        return lines.toString();
    }

    @Test
    void valuesAndOffsetsStayBesideTheDataSet() {
        record Event(Instant time, double energy, int[] hits) {}
        H5Writer.Builder<Event> writer = H5Writer.<Event>to(file).column("hits", c -> c.ragged(Ragged.OFFSETS));
        Run.write(writer, Flux.just(new Event(START, 1.5, new int[] {7, 8, 9}), new Event(START, 2.5, new int[0])));

        assertThat(Xarray.scales(file)).isEqualTo("/energy: /time\n/time is a scale of /energy 0\n");
        assertThat(Xarray.variables(file, "/")).isEqualTo("""
                energy(time) float64 [1.5, 2.5]
                * time(time) datetime64[ns] ['2026-01-01T00:00:00.000000000', '2026-01-01T00:00:00.000000000']
                """);
        assertThat(H5py.read(file).values("/hits/values")).containsExactly(7, 8, 9);
    }

    static Stream<Named<Foreign.Content>> otherClasses() {
        Foreign.Type scale = Foreign.string(15, NULLPAD, false);
        return Stream.of(
                attribute("CLASS", scale, new long[] {1000}, Collections.nCopies(1000, "DIMENSION_SCALE")),
                attribute("CLASS", TEXT, new long[0], List.of("DIMENSION_SCALE")),
                attribute("CLASS", Foreign.string(5, NULLPAD, false), new long[0], List.of("TABLE")),
                attribute("CLASS", Foreign.string(1, NULLPAD, false), new long[0], List.of("D")),
                attribute("CLASS", Foreign.string(16, NULLPAD, false), null, List.of()),
                attribute("CLASS", INT64, new long[0], List.of(7)));
    }

    /** An attribute of the times. */
    private static Named<Foreign.Content> attribute(
            String name, Foreign.Type type, long @Nullable [] shape, List<?> elements) {
        String words = elements.stream().distinct().toList() + " of the shape " + Arrays.toString(shape);
        return Named.of(words, f -> ForeignDataset.attribute(f, "time", name, type, shape, elements));
    }

    @ParameterizedTest
    @MethodSource("otherClasses")
    void whatIsOfAnotherClassLabelsNothing(Foreign.Content content) {
        make(content);
        Run.write(H5Writer.<Row>to(file), rows(3, 3));

        assertThat(Xarray.scales(file)).isEmpty();
        assertThat(Listing.of(file)).contains("/value: float64 [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]\n");
    }

    static Stream<Named<Foreign.Content>> otherLists() {
        Foreign.Type pair = Foreign.compound(4, new Foreign.Member("a", 0, Foreign.integer(4, true, false)));
        return Stream.of(
                attribute("REFERENCE_LIST", TEXT, new long[0], List.of("junk")),
                attribute("REFERENCE_LIST", INT64, new long[] {5}, List.of(0, 1, 2, 3, 4)),
                attribute("REFERENCE_LIST", pair, new long[] {2}, List.of(List.of(0), List.of(0))),
                attribute("REFERENCE_LIST", FLOAT64, null, List.of()));
    }

    @ParameterizedTest
    @MethodSource("otherLists")
    void aListOfUsesThatIsNoneIsReplaced(Foreign.Content content) {
        make(content);
        Run.write(H5Writer.<Row>to(file), rows(3, 3));

        assertLabelled(6);
    }

    @Test
    void aNewComponentIsLabelledWithItsFillValuesBefore() {
        record Short(Instant time, double value) {}
        Run.write(H5Writer.<Short>to(file), rows(0, 3).map(row -> new Short(row.time(), row.value())));
        Run.write(H5Writer.<Row>to(file).evolve(Evolution.BACKFILL).column("position", c -> c.fill(-7)), rows(3, 3));

        assertLabelled(6);
        assertThat(Xarray.variables(file, "/"))
                .startsWith("position(time, dim_2) float64 [[nan, nan], [nan, nan], [nan, nan],"
                        + " [3.0, -3.0], [4.0, -4.0], [5.0, -5.0]]\n");
    }

    @Test
    void pyTablesReadsTheValues() {
        Python.require("tables");
        Run.write(file, Row.of(0), Row.of(1));

        assertThat(Python.run("""
                import sys, tables, warnings
                warnings.simplefilter('ignore', tables.DataTypeWarning)  # it leaves the attribute DIMENSION_LIST alone
                with tables.open_file(sys.argv[1]) as f:
                    print(*f.root.time[:], *f.root.value[:], *f.root.position[1])
                """, file)).isEqualTo("1767225600000000000 1767225601000000000 0.0 1.0 1 -1\n");
    }

    @Test
    void whatOthersLabelledInAnotherWayStaysAndTheRestIsLabelled() {
        make(f -> labelByNumbers(f, "value"));
        Run.write(H5Writer.<Row>to(file), rows(3, 3));

        assertThat(Xarray.scales(file)).isEqualTo("""
                /dim_2 is a scale of /position 1
                /position: /time /dim_2
                /row is a scale of /value 0
                /time is a scale of /position 0
                /value: /row
                """);
    }

    @Test
    void aTimeThatOthersLabelledItselfLabelsNothing() {
        make(f -> labelByNumbers(f, "time"));
        Run.write(H5Writer.<Row>to(file), rows(3, 3));

        assertThat(Xarray.scales(file)).isEqualTo("""
                /row is a scale of /time 0
                /time: /row
                """);
    }

    private static void labelByNumbers(long file, String dataset) throws HDF5Exception {
        ForeignDataset.of(file, "row", INT64, new long[] {7, 8, 9});
        ForeignScales.scale(file, "row", "");
        ForeignScales.label(file, Map.of(dataset, List.of("row")));
    }

    /** Three rows of another program's, and what else it makes. */
    private void make(Foreign.Content content) {
        long start = START.getEpochSecond() * 1_000_000_000L;
        Foreign.make(file, false, f -> {
            growing(f, "time", INT64, 3).with(List.of(start, start + 1_000_000_000L, start + 2_000_000_000L));
            ForeignDataset.attribute(f, "time", "units", TEXT, "nanoseconds since 1970-01-01");
            growing(f, "value", FLOAT64, 3).with(new double[] {0, 1, 2});
            growing(f, "position", Foreign.integer(4, true, false), 3, 2).with(new int[] {0, 0, 1, -1, 2, -2});
            content.into(f);
        });
    }

    private static ForeignDataset growing(long file, String name, Foreign.Type type, long... shape) {
        long[] maximum = shape.clone();
        maximum[0] = ForeignDataset.UNLIMITED;
        long[] chunk = shape.clone();
        chunk[0] = 2;
        return new ForeignDataset(file, name, type)
                .shape(shape)
                .maximum(maximum)
                .chunk(chunk);
    }

    @Test
    void columnsShareTheValuesOfAnAxis() {
        H5Writer.Builder<Spectrum> writer = H5Writer.<Spectrum>to(file)
                .column("spectrum", c -> c.axis(1, "wavelength", new double[] {4, 5, 6}, "nm"))
                .column("dark", c -> c.axis(1, "wavelength", List.of(4.0, 5.0, 6.0), "nm"));
        Run.write(writer, Flux.just(Spectrum.of(0)));
        Run.write(writer, Flux.just(Spectrum.of(1)));

        assertThat(Xarray.scales(file)).isEqualTo("""
                /dark: /time /wavelength
                /spectrum: /time /wavelength
                /time is a scale of /dark 0, /spectrum 0
                /wavelength is a scale of /dark 1, /spectrum 1
                """);
        assertThat(Xarray.variables(file, "/"))
                .startsWith("""
                        dark(time, wavelength) float64 [[0.0, 3.0, 4.0], [1.0, 3.0, 4.0]]
                        spectrum(time, wavelength) float64 [[0.0, 1.0, 2.0], [1.0, 1.0, 2.0]]
                        """)
                .endsWith("* wavelength(wavelength) float64 [4.0, 5.0, 6.0]\n");
        Xarray.mustShow(file, "/", "(ds.spectrum - ds.dark).sel(wavelength=5).values", "[-2. -2.]\n");
    }

    static Stream<Map.Entry<Object, String>> valuesOfAnAxis() {
        return Stream.of(
                Map.entry(new long[] {1L << 53, -1, 0}, "int64 [9007199254740992, -1, 0]"),
                Map.entry(new int[] {3, 1, 2}, "int32 [3, 1, 2]"),
                Map.entry(new short[] {3, 1, 2}, "int16 [3, 1, 2]"),
                Map.entry(new byte[] {3, 1, -2}, "int8 [3, 1, -2]"),
                Map.entry(new float[] {0.5f, 1, 2}, "float32 [0.5, 1.0, 2.0]"),
                Map.entry(new double[] {0.1, 1, 2}, "float64 [0.1, 1.0, 2.0]"),
                Map.entry(List.of("red", "grün", "€"), "object ['red', 'grün', '€']"));
    }

    @ParameterizedTest
    @MethodSource("valuesOfAnAxis")
    void theValuesOfAnAxisAreNumbersOrStrings(Map.Entry<Object, String> values) {
        H5Writer.Builder<Spectrum> writer =
                H5Writer.<Spectrum>to(file).column("spectrum", c -> c.axis(1, "größe", values.getKey()));
        Run.write(writer, Flux.just(Spectrum.of(0)));
        Run.write(writer, Flux.just(Spectrum.of(1)));

        assertThat(Xarray.variables(file, "/"))
                .contains(
                        "dark(time, dim_3) ",
                        "\n* größe(größe) " + values.getValue() + "\n",
                        "\nspectrum(time, größe) ");
    }

    @Test
    void aDimensionMakesWayForComponents() {
        record Dim(int dim_3, double[] vector) {}
        record Row3(Instant time, Dim dim_2, double[] pair, double[] dim_4) {}
        Run.write(file, new Row3(START, new Dim(7, new double[3]), new double[2], new double[4]));

        assertThat(Xarray.scales(file)).isEqualTo("""
                /dim_2/dim_3: /time
                /dim_2/dim_3_ is a scale of /dim_2/vector 1
                /dim_2/vector: /time /dim_2/dim_3_
                /dim_2_ is a scale of /pair 1
                /dim_4: /time /dim_4_
                /dim_4_ is a scale of /dim_4 1
                /pair: /time /dim_2_
                /time is a scale of /dim_2/dim_3 0, /dim_2/vector 0, /dim_4 0, /pair 0
                """);
    }
}
