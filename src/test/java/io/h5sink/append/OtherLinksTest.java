package io.h5sink.append;

import static org.assertj.core.api.Assertions.assertThat;

import hdf.hdf5lib.H5;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.foreign.Hdf5Calls;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.testing.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups and datasets that rows go to may be found by links of any kind, one after the other. */
class OtherLinksTest {

    record Row(int i) {}

    @TempDir
    Path directory;

    private Path file;
    private Path other;

    @BeforeEach
    void make() {
        file = directory.resolve("data.h5");
        other = directory.resolve("other.h5");
        Foreign.Type type = Foreign.integer(4, true, false);
        Foreign.make(other, true, f -> Foreign.dataset(f, "entry/i", type, List.of()));
        Foreign.make(file, true, f -> {
            Foreign.dataset(f, "entry/i", type, List.of());
            Foreign.dataset(f, "by dataset/other", type, List.of());
            Foreign.soft(f, "soft", "/entry");
            Foreign.soft(f, "chain", "soft");
            Foreign.soft(f, "by dataset/i", "/chain/i");
            Foreign.soft(f, "dangling", "/no/where");
            Foreign.soft(f, "loop", "/loop");
            Foreign.external(f, "external", other, "/entry");
            Foreign.external(f, "gone", directory.resolve("gone.h5"), "/entry");
            Foreign.external(f, "self", file, "/entry");
        });
    }

    @ParameterizedTest
    @CsvSource({"soft, data", "chain, data", "by dataset, data", "external, other"})
    void rowsGoWhereLinksLead(String group, String changed) throws IOException {
        Path unchanged = changed.equals("data") ? other : file;
        byte[] before = Files.readAllBytes(unchanged);

        Run.write(
                H5Writer.<Object>to(file).group("/" + group), reactor.core.publisher.Flux.just(new Row(1), new Row(2)));
        Run.write(H5Writer.<Object>to(file).group("/" + group), reactor.core.publisher.Flux.just(new Row(3)));

        try (H5Source source = H5Source.open(directory.resolve(changed + ".h5"))) {
            assertThat(source.dataset("entry/i").read()).isEqualTo(new int[] {1, 2, 3});
        }
        assertThat(unchanged).hasBinaryContent(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dangling", "dangling/below", "loop", "gone", "self"})
    void aLinkThatLeadsNowhereIsNamed(String group) throws IOException {
        byte[] before = Files.readAllBytes(file);

        Run.Failure failure = Run.fail(H5Writer.<Object>to(file).group("/" + group), new Row(1));

        assertThat(failure.error().object()).isEqualTo("/" + group.replace("/below", ""));
        assertThat(failure.error().actual())
                .matches("(a soft link to \"/.*\", which leads nowhere|an external link to .*)");
        assertThat(file).hasBinaryContent(before);
    }

    @Test
    void aRootThatHasBecomeANewerGroupIsLookedForWhereItIs() {
        Path old = directory.resolve("old.h5");
        Hdf5Calls.make(old, f -> {
            Hdf5Calls.group(f, "gone");
            Hdf5Calls.ints(f, "x", 1, 2);
            Foreign.dataset(
                    f, "ä", Foreign.integer(4, true, false), List.of()); // a name for which the root changes its kind
            H5.H5Ldelete(f, "gone", Hdf5Calls.DEFAULT);
        });

        Run.write(H5Writer.<Object>to(old), reactor.core.publisher.Flux.just(new Row(1)));

        try (H5Source source = H5Source.open(old)) {
            assertThat(source.dataset("x").read()).isEqualTo(new int[] {1, 2});
            assertThat(source.root().datasets()).containsExactlyInAnyOrder("x", "ä", "i");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"self/i", "soft/i", "by dataset/i", "external/i"})
    void andAreReadThroughThem(String path) {
        try (H5Source source = H5Source.open(file)) {
            assertThat(source.dataset(path).shape()).containsExactly(0L);
        }
    }
}
