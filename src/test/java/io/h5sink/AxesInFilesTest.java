package io.h5sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
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
        assertThat(Xarray.show(file, "/", "ds.time.dt.second.values[-1], ds.value.values.sum(), ds.position.dims"))
                .isEqualTo("%d\n%s\n('time', 'dim_2')\n".formatted(rows - 1, rows * (rows - 1) / 2.0));
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

        assertThat(Xarray.show(file, "/", "ds.a.dims, *ds.coords, ds.when.dtype, str(ds.when.values[0])[:10]"))
                .isEqualTo("('when',)\nwhen\ndatetime64[ns]\n2026-05-01\n");
    }

    @Test
    void aTimeAloneIsAcoordinate() {
        record Tick(Instant time) {}
        Run.write(file, new Tick(START), new Tick(START.plusSeconds(1)));

        assertThat(Xarray.show(file, "/", "*ds.coords, *ds.dims, ds.time.dt.second.values"))
                .isEqualTo("time\ntime\n[0 1]\n");
    }

    @Test
    void aNumberCanLabelTheRowsAndAtextToo() {
        record Step(int step, String name, double loss) {}
        Path byName = directory.resolve("by-name.h5");
        Step[] steps = {new Step(10, "a", 0.5), new Step(20, "b", 0.25)};

        Run.write(H5Writer.<Step>to(file).axis("step"), Flux.just(steps));
        Run.write(H5Writer.<Step>to(byName).axis("name"), Flux.just(steps));

        assertThat(Xarray.show(file, "/", "ds.sel(step=20).loss.item()")).isEqualTo("0.25\n");
        assertThat(Xarray.show(byName, "/", "ds.sel(name='a').loss.item()")).isEqualTo("0.5\n");
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

        String words = "ds.value.values, ds.position.dims, ds.time.dt.second.values";
        assertThat(Xarray.show(file, "/run/even", words))
                .isEqualTo("[0. 2. 4. 6. 8.]\n('time', 'dim_2')\n[0 2 4 6 8]\n");
        assertThat(Xarray.show(file, "/run/odd", words))
                .isEqualTo("[ 1.  3.  5.  7.  9. 12.]\n('time', 'dim_2')\n[ 1  3  5  7  9 12]\n");
        assertThat(Xarray.show(file, "/run/new", words)).isEqualTo("[10. 11.]\n('time', 'dim_2')\n[10 11]\n");
        assertThat(Xarray.scales(file))
                .isEqualTo(Stream.of("even", "new", "odd")
                        .map(route -> LABELLED.replaceAll("/(?=\\w)", "/run/" + route + "/"))
                        .reduce("", String::concat));
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
    void aFileThatH5pyMadeWithoutLabelsGetsThem() {
        make("");
        Run.write(H5Writer.<Row>to(file), rows(3, 3));

        assertLabelled(6);
    }

    @Test
    void aFileThatH5pyLabelledInTheSameWayStaysAsItIs() {
        make("""
                f['time'].make_scale('moment')
                f['dim_2'] = [0.0, 0.0]
                f['dim_2'].make_scale('plane')
                f['value'].dims[0].attach_scale(f['time'])
                f['position'].dims[0].attach_scale(f['time'])
                f['position'].dims[1].attach_scale(f['dim_2'])
                """);
        Run.write(H5Writer.<Row>to(file), rows(3, 3));

        assertLabelled(6);
        assertThat(Tool.h5dump("-a", "/time/NAME", "-a", "/dim_2/NAME", file)).contains("\"moment\"", "\"plane\"");
    }

    @Test
    void aDatasetThatIsAsLongAsAnAxisBecomesItsCoordinate() {
        make("f['dim_2'] = [7.5, 8.5]");
        Run.write(H5Writer.<Row>to(file), rows(3, 3));

        assertLabelled(6);
        assertThat(Xarray.show(file, "/", "*ds.coords, ds.position.sel(dim_2=8.5).values"))
                .isEqualTo("dim_2\ntime\n[ 0 -1 -2 -3 -4 -5]\n");
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

        assertThat(Python.run("""
                import h5py, sys
                with h5py.File(sys.argv[1], 'r') as f:
                    for name in sorted(f):
                        value = f[name].attrs.get('_FillValue')
                        print(name, value, value is not None and (value.dtype == f[name].dtype, value.shape))
                """, file)).isEqualTo("""
                array nan (True, ())
                dim_1 None False
                list 7 (True, ())
                number -1 (True, ())
                text None False
                time 0 (True, ())
                truth None False
                """);
    }

    @Test
    void valuesAndOffsetsStayBesideTheDataSet() {
        record Event(Instant time, double energy, int[] hits) {}
        H5Writer.Builder<Event> writer = H5Writer.<Event>to(file).column("hits", c -> c.ragged(Ragged.OFFSETS));
        Run.write(writer, Flux.just(new Event(START, 1.5, new int[] {7, 8, 9}), new Event(START, 2.5, new int[0])));

        assertThat(Xarray.scales(file)).isEqualTo("/energy: /time\n/time is a scale of /energy 0\n");
        assertThat(Xarray.show(file, "/", "*ds.variables, ds.energy.values")).isEqualTo("energy\ntime\n[1.5 2.5]\n");
        assertThat(H5py.read(file).values("/hits/values")).containsExactly(7, 8, 9);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "np.array([b'DIMENSION_SCALE'] * 1000)",
                "'DIMENSION_SCALE'",
                "np.bytes_('TABLE')",
                "np.bytes_('D')",
                "h5py.Empty('S16')",
                "7"
            })
    void whatIsOfAnotherClassLabelsNothing(String value) {
        make("f['time'].attrs['CLASS'] = " + value);
        Run.write(H5Writer.<Row>to(file), rows(3, 3));

        assertThat(Xarray.scales(file)).isEmpty();
        assertThat(H5py.read(file).values("/value")).hasSize(6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'junk'", "np.arange(5)", "np.zeros(2, [('a', 'i4')])", "h5py.Empty('f8')"})
    void aListOfUsesThatIsNoneIsReplaced(String value) {
        make("f['time'].attrs['REFERENCE_LIST'] = " + value);
        Run.write(H5Writer.<Row>to(file), rows(3, 3));

        assertLabelled(6);
    }

    @Test
    void aNewComponentIsLabelledWithItsFillValuesBefore() {
        record Short(Instant time, double value) {}
        Run.write(H5Writer.<Short>to(file), rows(0, 3).map(row -> new Short(row.time(), row.value())));
        Run.write(H5Writer.<Row>to(file).evolve(Evolution.BACKFILL).column("position", c -> c.fill(-7)), rows(3, 3));

        assertLabelled(6);
        assertThat(Xarray.show(file, "/", "ds.position.values[:, 0]")).isEqualTo("[nan nan nan  3.  4.  5.]\n");
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
    void whatH5pyLabelledInAnotherWayStaysAndTheRestIsLabelled() {
        make("""
                f['row'] = [7, 8, 9]
                f['row'].make_scale()
                f['value'].dims[0].attach_scale(f['row'])
                """);
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
    void aTimeThatH5pyLabelledItselfLabelsNothing() {
        make("""
                f['row'] = [7, 8, 9]
                f['row'].make_scale()
                f['time'].dims[0].attach_scale(f['row'])
                """);
        Run.write(H5Writer.<Row>to(file), rows(3, 3));

        assertThat(Xarray.scales(file)).isEqualTo("""
                /row is a scale of /time 0
                /time: /row
                """);
    }

    /** Three rows of h5py's, and what a script does with them. */
    private void make(String script) {
        Python.run("""
                import h5py, numpy as np, sys
                with h5py.File(sys.argv[1], 'w') as f:
                    start = np.datetime64('2026-01-01', 'ns').astype('i8')
                    time = start + np.arange(3) * 10**9
                    time = f.create_dataset('time', data=time, maxshape=(None,), chunks=(2,))
                    time.attrs['units'] = 'nanoseconds since 1970-01-01'
                    f.create_dataset('value', data=np.arange(3.0), maxshape=(None,), chunks=(2,))
                    position = np.array([[i, -i] for i in range(3)], 'i4')
                    f.create_dataset('position', data=position, maxshape=(None, 2), chunks=(2, 2))
                    exec(sys.argv[2])
                """, file, script);
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
        assertThat(Xarray.show(file, "/", "(ds.spectrum - ds.dark).sel(wavelength=5).values"))
                .isEqualTo("[-2. -2.]\n");
    }

    static Stream<Map.Entry<Object, String>> valuesOfAnAxis() {
        return Stream.of(
                Map.entry(new long[] {1L << 53, -1, 0}, "int64 [9007199254740992               -1                0]"),
                Map.entry(new int[] {3, 1, 2}, "int32 [3 1 2]"),
                Map.entry(new short[] {3, 1, 2}, "int16 [3 1 2]"),
                Map.entry(new byte[] {3, 1, -2}, "int8 [ 3  1 -2]"),
                Map.entry(new float[] {0.5f, 1, 2}, "float32 [0.5 1.  2. ]"),
                Map.entry(new double[] {0.1, 1, 2}, "float64 [0.1 1.  2. ]"),
                Map.entry(List.of("red", "grün", "€"), "object ['red' 'grün' '€']"));
    }

    @ParameterizedTest
    @MethodSource("valuesOfAnAxis")
    void theValuesOfAnAxisAreNumbersOrStrings(Map.Entry<Object, String> values) {
        H5Writer.Builder<Spectrum> writer =
                H5Writer.<Spectrum>to(file).column("spectrum", c -> c.axis(1, "größe", values.getKey()));
        Run.write(writer, Flux.just(Spectrum.of(0)));
        Run.write(writer, Flux.just(Spectrum.of(1)));

        assertThat(Xarray.show(file, "/", "f'{ds.größe.dtype} {ds.größe.values}', ds.spectrum.dims, ds.dark.dims"))
                .isEqualTo(values.getValue() + "\n('time', 'größe')\n('time', 'dim_3')\n");
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
