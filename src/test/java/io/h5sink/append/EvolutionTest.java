package io.h5sink.append;

import static io.h5sink.jhdf5.Foreign.Padding.NULLPAD;
import static io.h5sink.jhdf5.Foreign.Padding.NULLTERM;
import static org.assertj.core.api.Assertions.assertThat;

import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.Evolution;
import io.h5sink.H5Field;
import io.h5sink.H5Record;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.Layout;
import io.h5sink.WriteSummary;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.jhdf5.ForeignDataset;
import io.h5sink.judge.H5py;
import io.h5sink.judge.Python;
import io.h5sink.judge.Tool;
import io.h5sink.testing.Run;
import io.jhdf.HdfFile;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** A record type that changed since the file was written goes on as declared, or is refused before anything is written. */
class EvolutionTest {

    private static final String INTEGER = "DATATYPE H5T_STD_I32LE DATASPACE SIMPLE { ( 2 ) / ( H5S_UNLIMITED ) }";
    private static final String DOUBLE = "DATATYPE H5T_IEEE_F64LE DATASPACE SIMPLE { ( 2 ) / ( H5S_UNLIMITED ) }";

    record One(int a) {}

    record Two(int a, double b) {}

    record TwoFilled(int a, @H5Field(fill = "-1.5") double b) {}

    record Reversed(@H5Field(fill = "-7") int b, int a) {}

    record Much(
            int a,
            @H5Field(fill = "none") @Nullable String text,
            @H5Field(fill = "-1") int[] vector,
            @H5Field(fill = "NaN") float f,
            @H5Field(fill = "x", length = 3) @Nullable String fixed) {}

    record Position(@H5Field(fill = "0.5") double x, double y) {}

    record OnlyY(double y) {}

    record Placed(int a, Position position) {}

    record PlacedY(int a, OnlyY position) {}

    record Station(String name, int a) {}

    record StationFilled(
            String name, int a, @H5Field(fill = "-9") long b) {}

    record Timed(Instant time) {}

    private static final Foreign.Type INT32 = Foreign.integer(4, true, false);
    private static final Foreign.Type INT64 = Foreign.integer(8, true, false);

    @TempDir
    Path directory;

    @Test
    void aNewComponentIsRefused() {
        Run.write(file(), new One(1), new One(2));

        Run.fail(file(), new TwoFilled(3, 0.5))
                .isAboutTheObject(
                        file(),
                        "/b",
                        "GROUP \"/\" { DATASET \"a\" { " + INTEGER + " } DATASET \"b\" { " + DOUBLE + " } }",
                        "GROUP \"/\" { DATASET \"a\" { " + INTEGER + " } }",
                        0);

        assertThat(H5py.read(file()).datasets()).containsOnlyKeys("/a");
        assertThat(H5py.read(file()).values("/a")).containsExactly(1, 2);
    }

    @Test
    void aNewFirstComponentIsRefusedInTheSameWords() {
        Run.write(file(), new One(1), new One(2));

        assertThat(Run.fail(file(), new Reversed(3, 4)).error())
                .hasMessageContaining("/b: expected GROUP \"/\" { DATASET \"b\" { ")
                .hasMessageContaining("the component is new, and evolve(BACKFILL) would give the 2 rows before it");
    }

    @Test
    void aMissingComponentIsRefused() {
        Run.write(file(), new Two(1, 0.5), new Two(2, 1.5));

        Run.fail(file(), new One(3))
                .isAboutTheObject(
                        file(),
                        "/b",
                        "GROUP \"/\" { DATASET \"a\" { " + INTEGER + " } }",
                        "GROUP \"/\" { DATASET \"a\" { " + INTEGER + " } DATASET \"b\" { " + DOUBLE + " } }",
                        0);

        assertThat(H5py.read(file()).values("/a")).containsExactly(1, 2);
    }

    @Test
    void aNewComponentWithoutAFillValueCannotBeFilled() {
        Run.write(file(), new One(1), new One(2));

        Run.fail(evolving(), new Two(3, 0.5))
                .isAboutTheObject(file(), "/b", "a declared fill value for the 2 rows before it", "none", 0);

        assertThat(H5py.read(file()).datasets()).containsOnlyKeys("/a");
    }

    @Test
    void aMissingComponentWithoutAFillValueCannotBeFilled() {
        Run.write(file(), new Two(1, 0.5), new Two(2, 1.5));

        Run.fail(evolving(), new One(3))
                .isAboutTheObject(
                        file(),
                        "/b",
                        "a fill value of its own, for no component has it any more",
                        "FILLVALUE { FILL_TIME H5D_FILL_TIME_NEVER VALUE H5D_FILL_VALUE_DEFAULT }",
                        0);

        assertThat(H5py.read(file()).values("/a")).containsExactly(1, 2);
        if (Tool.isPresent("h5dump")) {
            assertThat(Tool.run("h5dump", "-pH", file().toString()).output())
                    .contains("FILL_TIME H5D_FILL_TIME_NEVER")
                    .contains("H5D_FILL_VALUE_DEFAULT");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 1000})
    void newComponentsBeginWithTheirFillValues(int chunkRows) {
        Run.write(file(), IntStream.range(0, 10).mapToObj(One::new).toArray());

        WriteSummary summary = Run.write(
                this.<Much>evolving().chunkRows(chunkRows).commitEvery(2),
                Flux.range(10, 5).map(i -> new Much(i, "t" + i, new int[] {i, -i}, i, "f" + i % 10)));

        assertThat(summary.rows()).containsEntry("/a", 15L).containsEntry("/vector", 15L);
        H5py seen = H5py.read(file());
        assertThat(seen.values("/a")).containsExactlyElementsOf(list(0, 15, i -> i));
        assertThat(seen.values("/text")).containsExactlyElementsOf(list(0, 15, i -> i < 10 ? "none" : "t" + i));
        assertThat(seen.values("/fixed")).containsExactlyElementsOf(list(0, 15, i -> i < 10 ? "x" : "f" + i % 10));
        assertThat(seen.values("/f")).containsExactlyElementsOf(list(0, 15, i -> i < 10 ? Float.NaN : (float) i));
        assertThat(seen.values("/vector"))
                .containsExactlyElementsOf(list(0, 30, i -> i < 20 ? -1 : i % 2 == 0 ? i / 2 : -(i / 2)));
        try (HdfFile hdf = new HdfFile(file())) {
            assertThat((float[]) hdf.getDatasetByPath("f").getData())
                    .hasSize(15)
                    .startsWith(Float.NaN)
                    .endsWith(14f);
            assertThat(((int[][]) hdf.getDatasetByPath("vector").getData())[9]).containsExactly(-1, -1);
            assertThat(((int[][]) hdf.getDatasetByPath("vector").getData())[14]).containsExactly(14, -14);
        }
        if (Tool.isPresent("h5dump")) {
            assertThat(Tool.run("h5dump", "-d", "/vector", file().toString()).output())
                    .contains("(9,0): -1, -1", "(10,0): 10, -10");
        }
    }

    @Test
    void aNewComponentOfALongFile() {
        Run.write(H5Writer.<One>to(file()), Flux.range(0, 1_000_000).map(One::new));

        Run.write(this.<TwoFilled>evolving(), Flux.just(new TwoFilled(-1, 0.25)));

        try (H5Source h5 = H5Source.open(file())) {
            double[] values = h5.dataset("b").read(double[].class);
            assertThat(values).hasSize(1_000_001).endsWith(0.25);
            assertThat(DoubleStream.of(values).limit(1_000_000)).allMatch(value -> value == -1.5);
        }
        if (!Python.isPresent()) {
            return;
        }
        assertThat(Python.run(
                        "import h5py, sys\nb = h5py.File(sys.argv[1], 'r')['b'][:]\n"
                                + "print(b.shape, (b[:-1] == -1.5).all(), b[-1])",
                        file()))
                .isEqualToIgnoringWhitespace("(1000001,) True 0.25");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 1000})
    void missingComponentsGoOnWithTheirFillValues(int chunkRows) {
        Run.write(
                H5Writer.<Much>to(file()).chunkRows(chunkRows),
                Flux.range(0, 10).map(i -> new Much(i, "t" + i, new int[] {i, -i}, i, "f" + i)));

        WriteSummary summary =
                Run.write(this.<One>evolving().commitEvery(2), Flux.range(10, 5).map(One::new));

        assertThat(summary.rows()).containsEntry("/a", 15L).containsEntry("/text", 15L);
        H5py seen = H5py.read(file());
        assertThat(seen.values("/a")).containsExactlyElementsOf(list(0, 15, i -> i));
        assertThat(seen.values("/text")).containsExactlyElementsOf(list(0, 15, i -> i < 10 ? "t" + i : "none"));
        assertThat(seen.values("/fixed")).containsExactlyElementsOf(list(0, 15, i -> i < 10 ? "f" + i : "x"));
        assertThat(seen.values("/f")).containsExactlyElementsOf(list(0, 15, i -> i < 10 ? (float) i : Float.NaN));
        assertThat(seen.values("/vector"))
                .containsExactlyElementsOf(list(0, 30, i -> i >= 20 ? -1 : i % 2 == 0 ? i / 2 : -(i / 2)));
    }

    @Test
    void whatAnotherProgramWroteGoesOnWithItsFillValue() {
        Foreign.make(file(), false, f -> {
            new ForeignDataset(f, "a", INT32)
                    .shape(2)
                    .maximum(ForeignDataset.UNLIMITED)
                    .chunk(4)
                    .unwritten();
            new ForeignDataset(f, "gone", Foreign.real(4, true))
                    .shape(2, 3)
                    .maximum(ForeignDataset.UNLIMITED, 3)
                    .chunk(4, 2)
                    .fill(-0.5)
                    .gzip(4)
                    .unwritten();
            ForeignDataset.of(f, "other", INT64, new int[] {1, 2});
            Foreign.soft(f, "longer", "/nowhere");
            new ForeignDataset(f, "shorter", INT32)
                    .shape(1)
                    .maximum(ForeignDataset.UNLIMITED)
                    .chunk(1024)
                    .unwritten();
        });

        Run.write(evolving(), Flux.range(0, 1000).map(One::new));

        try (H5Source h5 = H5Source.open(file())) {
            assertThat(h5.dataset("a").shape()).containsExactly(1002L);
            assertThat(h5.dataset("gone").read())
                    .isEqualTo(IntStream.range(0, 1002)
                            .mapToObj(row -> new float[] {-0.5f, -0.5f, -0.5f})
                            .toArray(float[][]::new));
            assertThat(h5.dataset("other").shape()).containsExactly(2L);
            assertThat(h5.dataset("shorter").shape()).containsExactly(1L);
        }
        if (Python.isPresent()) {
            assertThat(Python.run("""
                    import h5py, sys
                    f = h5py.File(sys.argv[1], 'r')
                    print(f['a'].shape, f['gone'].shape, (f['gone'][:2] == -0.5).all(), (f['gone'][2:] == -0.5).all(),
                          f['other'].shape, f['shorter'].shape)
                    """, file())).isEqualToIgnoringWhitespace("(1002,) (1002, 3) True True (2,) (1,)");
        }
    }

    @Test
    void recordsWithinRecordsAreComparedInTheirGroups() {
        Run.write(file(), new Placed(1, new Position(1, 2)));

        assertThat(Run.fail(file(), new PlacedY(2, new OnlyY(3))).error().object())
                .isEqualTo("/position/x");
        Run.write(evolving(), Flux.just(new PlacedY(2, new OnlyY(3))));
        Run.write(evolving(), Flux.just(new Placed(3, new Position(4, 5))));

        H5py seen = H5py.read(file());
        assertThat(seen.values("/position/x")).containsExactly(1.0, 0.5, 4.0);
        assertThat(seen.values("/position/y")).containsExactly(2.0, 3.0, 5.0);
        assertThat(seen.values("/a")).containsExactly(1, 2, 3);
    }

    @Test
    void eachRouteIsOnItsOwn() {
        Run.write(
                H5Writer.<Station>to(file()).route(Station::name),
                Flux.just(new Station("s1", 1), new Station("s1", 2), new Station("s2", 3)));
        Supplier<Flux<StationFilled>> more = () -> Flux.just(
                new StationFilled("s3", 4, 40), new StationFilled("s1", 5, 50), new StationFilled("s3", 6, 60));

        assertThat(Run.fail(H5Writer.<StationFilled>to(file()).route(StationFilled::name), more.get())
                        .error()
                        .object())
                .isEqualTo("/s1/b");
        Run.write(this.<StationFilled>evolving().route(StationFilled::name), more.get());
        Run.write(
                this.<Station>evolving().route(Station::name).commitEvery(1),
                Flux.just(new Station("s1", 7), new Station("s2", 8), new Station("s1", 9)));

        H5py seen = H5py.read(file());
        assertThat(seen.values("/s1/a")).containsExactly(1, 2, 5, 7, 9);
        assertThat(seen.values("/s1/b")).containsExactly(-9L, -9L, 50L, -9L, -9L);
        assertThat(seen.values("/s2/a")).containsExactly(3, 8);
        assertThat(seen.values("/s3/b")).endsWith(60L);
        assertThat(seen.datasets()).doesNotContainKey("/s2/b");
    }

    @Test
    void namesAndOtherGroupsAreNobodysComponents() {
        Run.write(file(), H5Record.of("x", 1).and("y", 2));
        Run.write(file(), H5Record.of("x", 3).and("z", 4));
        Run.write(H5Writer.to(file()).group("g"), Flux.just(new Two(1, 2)));
        Run.write(file(), new One(1));

        assertThat(H5py.read(file()).datasets()).containsOnlyKeys("/x", "/y", "/z", "/g/a", "/g/b", "/a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"REFUSE", "BACKFILL"})
    void aTableWhoseComponentsChangedIsRefused(Evolution evolution) {
        Run.write(H5Writer.to(file()).layout(Layout.TABLE), Flux.just(new One(1), new One(2)));

        Run.fail(H5Writer.to(file()).layout(Layout.TABLE).evolve(evolution), new TwoFilled(3, 4))
                .isAboutTheObject(
                        file(),
                        "/table",
                        "DATATYPE H5T_COMPOUND { H5T_STD_I32LE \"a\"; H5T_IEEE_F64LE \"b\"; }"
                                + " DATASPACE SIMPLE { ( 2 ) / ( H5S_UNLIMITED ) }",
                        "DATATYPE H5T_COMPOUND { H5T_STD_I32LE \"a\"; }"
                                + " DATASPACE SIMPLE { ( 2 ) / ( H5S_UNLIMITED ) }",
                        0);
    }

    @ParameterizedTest
    @CsvSource({"false, seconds since 1970-01-01", "true, days since 2000-01-01"})
    void timesThatCountOtherwiseAreNotAppendedTo(boolean fixed, String units) {
        makeTimes(f -> units(f, fixed, units));

        Run.fail(file(), new Timed(Instant.EPOCH))
                .isAboutTheObject(
                        file(), "/time", "units \"nanoseconds since 1970-01-01\"", "units \"" + units + '"', 0);
        assertThat(H5py.read(file()).values("/time")).containsExactly(5L);
    }

    @Test
    void emptyUnitsAreNone() {
        makeTimes(
                f -> ForeignDataset.attribute(f, "time", "units", Foreign.string(3, NULLPAD, false), null, List.of()));

        Run.write(file(), new Timed(Instant.EPOCH));

        try (H5Source h5 = H5Source.open(file())) {
            assertThat(h5.dataset("time").read()).isEqualTo(new long[] {5, 0});
        }
        if (Python.isPresent()) {
            assertThat(H5py.read(file()).values("/time")).containsExactly(5L, 0L);
        }
    }

    @ParameterizedTest
    @CsvSource({",", "false, nanoseconds since 1970-01-01", "true, nanoseconds since 1970-01-01"})
    void timesThatCountTheSameAreAppendedTo(@Nullable Boolean fixed, @Nullable String units) {
        makeTimes(f -> {
            if (fixed != null && units != null) {
                units(f, fixed, units);
            }
        });

        Run.write(file(), new Timed(Instant.EPOCH), new Timed(Instant.EPOCH.plusNanos(7)));

        assertThat(H5py.read(file()).values("/time")).containsExactly(5L, 0L, 7L);
    }

    private void makeTimes(Foreign.Content units) {
        Foreign.make(file(), false, f -> {
            new ForeignDataset(f, "time", INT64)
                    .shape(1)
                    .maximum(ForeignDataset.UNLIMITED)
                    .chunk(4)
                    .with(new int[] {5});
            units.into(f);
        });
    }

    private static void units(long file, boolean fixed, String units) throws HDF5Exception {
        Foreign.Type type = fixed ? Foreign.string(units.length(), NULLPAD, false) : Foreign.string(0, NULLTERM, true);
        ForeignDataset.attribute(file, "time", "units", type, units);
    }

    private <T> H5Writer.Builder<T> evolving() {
        return H5Writer.<T>to(file()).evolve(Evolution.BACKFILL);
    }

    private Path file() {
        return directory.resolve("data.h5");
    }

    private static List<Object> list(int from, int to, java.util.function.IntFunction<Object> value) {
        return IntStream.range(from, to).mapToObj(value).toList();
    }
}
