package io.h5sink.types;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Exception;
import io.h5sink.H5Field;
import io.h5sink.H5Record;
import io.h5sink.H5SchemaException;
import io.h5sink.H5Writer;
import io.h5sink.Layout;
import io.h5sink.OpenMode;
import io.h5sink.StoredType;
import io.h5sink.judge.Listing;
import io.h5sink.testing.Run;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** Records and maps within others, and what cannot be taken apart. */
class NestedTest {

    record Position(
            double x,

            @H5Field(as = StoredType.FLOAT32, fill = "NaN") @Nullable
            Double y) {}

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("data.h5");
    }

    @Test
    void mapsAndRecordsAsValuesOfNamesAreGroups() {
        Run.write(
                file(),
                Map.of("position", Map.of("x", 1.0)),
                Map.of("position", new Position(2, null)),
                H5Record.of("position", new Position(3, 0.5)).and("deep", Map.of("a", Map.of("b/c", 1))),
                H5Record.of("position/x", 4.0).and("deep/a", Map.of("b", Map.of("c", 2))),
                H5Record.of("/position", Optional.of(new Position(5, 1.5))));

        assertThat(Listing.of(file())).isEqualTo("""
                /deep/a/b/c: int32 [1, 2]
                /position/x: float64 [1.0, 2.0, 3.0, 4.0, 5.0]
                /position/y: float32 fill=nan [nan, 0.5, 1.5]
                """);
    }

    @Test
    void anEmptyMapAddsNothing() {
        Run.write(file(), Map.of("a", 1, "b", Map.of()), Map.of("b", Map.of("c", Map.of())), Map.of("b", 2));

        assertThat(Listing.of(file())).isEqualTo("""
                /a: int32 [1]
                /b: int32 [2]
                """);
    }

    @Test
    void aNameIsADatasetOrAGroup() {
        Run.fail(file(), Map.of("a", 1), Map.of("a", Map.of("b", 1)))
                .isAboutTheObject(file(), "/a/b", "a group at /a, to hold it", "a dataset", 1);
        Run.fail(H5Writer.<Object>to(file()).group("g"), Map.of("a", Map.of("b", 1)), Map.of("a", 1))
                .isAboutTheObject(file(), "/g/a", "a dataset", "a group, which holds /g/a/b", 1);
    }

    @Test
    void keysAreStrings() {
        Run.fail(file(), Map.of("a", Map.of("b", Map.of(1, 2))))
                .isAboutTheObject(file(), "/a/b", "a map with String keys", "a key of java.lang.Integer", 0);
        Run.fail(file(), Map.of("a", Collections.singletonMap(null, 2)))
                .isAboutTheObject(file(), "/a", "a map with String keys", "the key null", 0);
        Run.fail(file(), Map.of("a", Map.of("..", 2)))
                .isAboutTheObject(
                        file(),
                        "/a/..",
                        "a name of parts separated by \"/\", none of them empty, \".\" or \"..\", and without NUL",
                        "a name with the part \"..\"",
                        0);
    }

    @Test
    void aMapInItselfHasNoEnd() {
        Map<String, Object> self = new HashMap<>();
        self.put("self", self);

        Run.fail(file(), Map.of("a", self))
                .isAboutTheObject(file(), "/a", "values nested at most 64 deep", "deeper ones", 0);
    }

    record Node(int value, @Nullable Node next) {}

    record Tree(int value, List<Tree> children) {}

    record Chain(int value, Optional<Chain> next) {}

    record Ring(Link link) {}

    record Link(@Nullable Ring ring) {}

    record Grove(Tree[] trees) {}

    record Anything(@Nullable Object inner) {}

    @Test
    void aRecordTypeThatContainsItselfHasNoEnd() {
        for (Layout layout : Layout.values()) {
            String prefix = layout == Layout.TABLE ? "/table/" : "/";
            contains(layout, prefix + "next", Node.class, new Node(1, null));
            contains(layout, prefix + "next", Node.class, new Node(1, new Node(2, null)));
            contains(layout, prefix + "children", Tree.class, new Tree(1, List.of()));
            contains(layout, prefix + "children", Tree.class, new Tree(1, List.of(new Tree(2, List.of()))));
            contains(layout, prefix + "next", Chain.class, new Chain(1, Optional.empty()));
            contains(layout, prefix + "link/ring", Ring.class, new Ring(new Link(null)));
            contains(layout, prefix + "trees/children", Tree.class, new Grove(new Tree[] {new Tree(1, List.of())}));
        }
        contains(Layout.COLUMNS, "/a/children", Tree.class, Map.of("a", List.of(new Tree(1, List.of()))));
    }

    private void contains(Layout layout, String path, Class<?> type, Object record) {
        Run.fail(H5Writer.<Object>to(file()).open(OpenMode.TRUNCATE).layout(layout), record)
                .isAboutTheObject(
                        file(),
                        path,
                        "a record type that does not contain itself",
                        "a " + type.getTypeName() + " in another",
                        0);
    }

    @Test
    void recordsInObjectsEndSomewhere() {
        Object deep = 1;
        for (int i = 0; i < 3; i++) {
            deep = new Anything(deep);
        }
        Run.write(file(), deep);
        assertThat(Listing.of(file())).isEqualTo("/inner/inner/inner: int32 [1]\n");

        for (int i = 0; i < 100_000; i++) {
            deep = new Anything(deep);
        }
        Run.fail(file(), deep)
                .isAboutTheObject(
                        file(), "/inner" + "/inner".repeat(31), "records nested at most 32 deep", "deeper ones", 0);
    }

    @Test
    void anotherRecordThanTheFirstInAnObjectIsRefused() {
        record Other(int x) {}

        Run.fail(file(), new Anything(new Position(1, 2.0)), new Anything(new Other(1)))
                .isAboutTheObject(file(), "/inner", "a " + Position.class.getTypeName(), Other.class.getTypeName(), 1);
        Run.fail(
                        H5Writer.<Object>to(file()).open(OpenMode.TRUNCATE),
                        new Anything(new Object[] {new Position(1, 2.0)}),
                        new Anything(new Object[] {new Other(1)}))
                .isAboutTheObject(file(), "/inner", "a " + Position.class.getTypeName(), Other.class.getTypeName(), 1);
    }

    /** What one session has learnt of a type that says little is not what the next one needs. */
    @Test
    void anotherSessionMayHaveAnotherRecordInAnObject() {
        record Also(
                double x,

                @H5Field(as = StoredType.FLOAT32, fill = "NaN") @Nullable
                Double y) {}
        Path other = directory.resolve("other.h5");

        Run.write(file(), new Anything(new Position(1, 2.0)));
        Run.write(other, new Anything(new Also(3, 4.0)));
        assertThat(Listing.of(other)).isEqualTo("/inner/x: float64 [3.0]\n/inner/y: float32 fill=nan [4.0]\n");

        Run.write(
                H5Writer.<Object>to(file()).open(OpenMode.TRUNCATE),
                Flux.just(new Anything(new Position[] {new Position(1, 2.0)})));
        Run.write(
                H5Writer.<Object>to(other).open(OpenMode.TRUNCATE),
                Flux.just(new Anything(new Also[] {new Also(3, 4.0)})));
        assertThat(Listing.of(other)).isEqualTo("/inner: {x: float64, y: float32}[1] [[(3.0, 4.0)]]\n");
    }

    record Throwing(int value) {
        @Override
        public int value() {
            if (value == 3) {
                throw new IllegalStateException("three");
            }
            return value;
        }
    }

    record Around(Throwing throwing, int after) {}

    @Test
    void anAccessorThatThrowsEndsTheStreamBeforeItsRecord() {
        for (Layout layout : Layout.values()) {
            Run.Failure failure = Run.fail(
                    H5Writer.<Object>to(file()).open(OpenMode.TRUNCATE).layout(layout),
                    new Around(new Throwing(1), 1),
                    new Around(new Throwing(2), 2),
                    new Around(new Throwing(3), 3));

            failure.isAboutTheObject(file(), null, null, null, 2);
            assertThat(failure.error())
                    .hasMessageContaining("record 3 cannot be read: java.lang.IllegalStateException: three")
                    .hasRootCauseInstanceOf(IllegalStateException.class);
        }
        Run.fail(file(), new Around(new Throwing(3), 3)).isAboutTheObject(file(), null, null, null, 0);
        Run.fail(file(), Map.of("a", new Throwing(3))).isAboutTheObject(file(), null, null, null, 0);
    }

    @Test
    void aDeclarationAboutAColumnThatIsNotThereIsAnError() {
        record Reading(int station, Position at, Position[] track) {}
        Reading reading = new Reading(1, new Position(1, 1.0), new Position[] {new Position(2, 2.0)});
        String there = "one of the columns of " + Reading.class.getTypeName()
                + ": station, at/x, at/y, track, track/x, track/y";

        Run.fail(H5Writer.<Object>to(file()).column("at", c -> c.unit("m")), reading)
                .isAboutTheObject(
                        file(),
                        "/at",
                        "declarations about its components, because it holds records",
                        "one about itself",
                        0);
        Run.fail(H5Writer.<Object>to(file()).column("tempreature", c -> c.unit("degC")), reading)
                .isAboutTheObject(file(), "/tempreature", there, "column(\"tempreature\", …)", 0);
        Run.fail(
                        H5Writer.<Object>to(file())
                                .column("station", c -> c)
                                .column("att", c -> c)
                                .layout(Layout.TABLE),
                        reading)
                .isAboutTheObject(
                        file(),
                        "/att",
                        "one of the columns of " + Reading.class.getTypeName()
                                + ": station, at, at/x, at/y, track, track/x, track/y",
                        "column(\"att\", …)",
                        0);
    }

    @Test
    void aDeclarationAboutTheTypeOfARecordIsAnError() {
        record Wrong(@H5Field(as = StoredType.FLOAT32) Position at) {}
        record Array(@H5Field(fill = "0") Position[] at) {}
        String expected = "declarations about its components, because it holds records";

        Run.fail(file(), new Wrong(new Position(1, 1.0)))
                .isAboutTheObject(file(), "/at", expected, "one about itself", 0);
        Run.fail(file(), new Array(new Position[] {new Position(1, 1.0)}))
                .isAboutTheObject(file(), "/at", expected, "one about itself", 0);
    }

    enum Colour {
        RED,
        GREEN
    }

    enum Color {
        RED,
        GREEN,
        BLUE
    }

    @Test
    void anEnumThatHasGrownDoesNotFitTheOlderFile() {
        Run.write(file(), Map.of("colour", Colour.RED, "colours", new Colour[] {Colour.GREEN}));
        Map<String, Object> grown = new LinkedHashMap<>();
        grown.put("colour", Color.RED);

        H5Exception error = Run.fail(file(), grown).error();

        assertThat(error).isExactlyInstanceOf(H5SchemaException.class);
        assertThat(error.object()).isEqualTo("/colour");
        assertThat(error.expected()).contains("RED", "GREEN", "BLUE");
        assertThat(error.actual()).contains("RED", "GREEN").doesNotContain("BLUE");
        assertThat(Listing.of(file())).isEqualTo("""
                /colour: int8{RED GREEN} [0]
                /colours: int8{RED GREEN}[1] [[1]]
                """);
    }
}
