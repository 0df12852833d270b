package io.h5sink.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Record;
import io.h5sink.H5Writer;
import io.h5sink.WriteSummary;
import io.h5sink.judge.H5py;
import io.h5sink.testing.Run;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** Names become datasets, and the slashes in them groups. */
class NamesTest {

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    @Test
    void namesHaveLengthsOfTheirOwn() {
        Run.write(H5Writer.to(file).chunkRows(4), Flux.range(1, 100).map(i -> {
            H5Record record = H5Record.of("all", i);
            record = i % 3 == 0 ? record.and("third", i) : record;
            return i % 50 == 0 ? record.and("fiftieth", "no. " + i) : record;
        }));

        H5py seen = H5py.read(file);
        assertThat(seen.values("/all")).hasSize(100).startsWith(1, 2).endsWith(99, 100);
        assertThat(seen.values("/third")).hasSize(33).startsWith(3, 6).endsWith(96, 99);
        assertThat(seen.values("/fiftieth")).containsExactly("no. 50", "no. 100");
    }

    @Test
    void aNameThatAppearsLateBecomesADatasetThen() {
        Run.write(
                H5Writer.to(file).commitEvery(10),
                Flux.range(0, 95).map(i -> i < 94 ? H5Record.of("early", i) : H5Record.of("late", i)));

        H5py seen = H5py.read(file);
        assertThat(seen.values("/early")).hasSize(94).endsWith(93);
        assertThat(seen.values("/late")).containsExactly(94);
    }

    @Test
    void slashesInANameMakeGroups() {
        Run.write(file, H5Record.of("a/b/c", 1).and("a/b/d", 2).and("a/e", 3).and("f", 4));

        H5py seen = H5py.read(file);
        assertThat(seen.groups()).containsExactlyInAnyOrder("/a", "/a/b");
        assertThat(seen.datasets()).containsOnlyKeys("/a/b/c", "/a/b/d", "/a/e", "/f");
    }

    @Test
    void aLeadingSlashMeansNothing() {
        Run.write(file, H5Record.of("/a/b", 1), H5Record.of("a/b", 2), Map.of("/a/b", 3));

        assertThat(H5py.read(file).values("/a/b")).containsExactly(1, 2, 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"run/1", "/run/1"})
    void aGroupHoldsTheColumns(String group) {
        record Row(int a, String b) {}

        WriteSummary summary = Run.write(H5Writer.to(file).group(group), Flux.just(new Row(1, "x"), new Row(2, "y")));

        assertThat(summary.rows()).isEqualTo(Map.of("/run/1/a", 2L, "/run/1/b", 2L));
        H5py seen = H5py.read(file);
        assertThat(seen.groups()).containsExactlyInAnyOrder("/run", "/run/1");
        assertThat(seen.values("/run/1/a")).containsExactly(1, 2);
        assertThat(seen.values("/run/1/b")).containsExactly("x", "y");
    }

    @Test
    void theRootIsAGroup() {
        Run.write(H5Writer.to(file).group("/"), Flux.just(H5Record.of("a", 1)));

        assertThat(H5py.read(file).values("/a")).containsExactly(1);
    }

    @Test
    void aNameInAGroupIsRelativeToItAlsoWithALeadingSlash() {
        Run.write(H5Writer.to(file).group("g"), Flux.just(H5Record.of("/a", 1)));

        assertThat(H5py.read(file).datasets()).containsOnlyKeys("/g/a");
    }

    @Test
    void severalGroupsInOneFile() {
        for (int run = 1; run <= 3; run++) {
            int number = run;
            Run.write(
                    H5Writer.to(file).group("run" + run),
                    Flux.range(0, run).map(i -> Map.of("number", number * 10 + i)));
        }

        H5py seen = H5py.read(file);
        assertThat(seen.values("/run1/number")).containsExactly(10);
        assertThat(seen.values("/run2/number")).containsExactly(20, 21);
        assertThat(seen.values("/run3/number")).containsExactly(30, 31, 32);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"with space", "ünï", "€", "温度", "a.b", "...", "..a", "tab\there", "\"quoted\"", "\\", "\uFFFD"})
    void anyOtherNameIsWhatH5pyShows(String name) {
        Run.write(file, H5Record.of(name, 1).and("group " + name + "/" + name, 2));

        H5py seen = H5py.read(file);
        assertThat(seen.groups()).containsExactly("/group " + name);
        assertThat(seen.datasets()).containsOnlyKeys("/" + name, "/group " + name + "/" + name);
    }

    @Test
    void componentsAndConstantsMayHaveAnyNameThatJavaAllows() {
        enum Size {
            KLEIN€,
            大
        }
        record Measured(int größe€, int 温度, Size art) {}

        Run.write(file, new Measured(1, 2, Size.KLEIN€), new Measured(3, 4, Size.大));

        H5py seen = H5py.read(file);
        assertThat(seen.datasets()).containsOnlyKeys("/größe€", "/温度", "/art");
        assertThat(seen.at("/art").dtype()).isEqualTo("enum int8 KLEIN€=0 大=1");
    }

    @Test
    void manyNamesAreManyDatasets() {
        Run.write(H5Writer.to(file), Flux.range(0, 3000).map(i -> H5Record.of("sensor" + i % 300, i)));

        H5py seen = H5py.read(file);
        assertThat(seen.datasets()).hasSize(300);
        assertThat(seen.values("/sensor7")).containsExactly(7, 307, 607, 907, 1207, 1507, 1807, 2107, 2407, 2707);
    }

    @Test
    void aFileMayHaveAnyName() {
        String umlauts = "ünï €";
        boolean encodable = Charset.forName(System.getProperty("sun.jnu.encoding"))
                .newEncoder()
                .canEncode(umlauts);
        Path odd = directory.resolve("with spaces, " + (encodable ? umlauts : "") + " and no extension");

        Run.write(odd, H5Record.of("a", 1));

        assertThat(H5py.read(odd).values("/a")).containsExactly(1);
    }
}
