package io.h5sink.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Record;
import io.h5sink.H5Writer;
import io.h5sink.OpenMode;
import io.h5sink.judge.H5py;
import io.h5sink.testing.Run;
import io.h5sink.testing.Run.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;

/** The four modes do with a file that is there, and with one that is not, what h5py's a, w, x and r+ do. */
class OpenModeTest {

    @TempDir
    Path directory;

    private Path absent;
    private Path present;

    @BeforeEach
    void writeOneFile() {
        absent = directory.resolve("absent.h5");
        present = directory.resolve("present.h5");
        Run.write(present, H5Record.of("a", 1).and("kept", 1.5));
    }

    private static Flux<Object> two() {
        return Flux.just(H5Record.of("a", 2));
    }

    @ParameterizedTest
    @CsvSource({"APPEND", "TRUNCATE", "CREATE_NEW"})
    void makesTheFileThatIsNotThere(OpenMode mode) {
        Run.write(H5Writer.to(absent).open(mode), two());

        assertThat(H5py.read(absent).values("/a")).containsExactly(2);
    }

    @ParameterizedTest
    @CsvSource({"APPEND", "EXISTING"})
    void goesOnWithTheFileThatIsThere(OpenMode mode) {
        Run.write(H5Writer.to(present).open(mode), two());

        assertThat(H5py.read(present).values("/a")).containsExactly(1, 2);
        assertThat(H5py.read(present).values("/kept")).containsExactly(1.5);
    }

    @Test
    void truncateReplacesTheFileThatIsThere() {
        Run.write(H5Writer.to(present).open(OpenMode.TRUNCATE), two());

        H5py seen = H5py.read(present);
        assertThat(seen.datasets()).containsOnlyKeys("/a");
        assertThat(seen.values("/a")).containsExactly(2);
    }

    @Test
    void truncateReplacesAFileThatIsNotHdf5() throws IOException {
        Path text = Files.writeString(directory.resolve("text.h5"), "no HDF5 at all");

        Run.write(H5Writer.to(text).open(OpenMode.TRUNCATE), two());

        assertThat(H5py.read(text).values("/a")).containsExactly(2);
    }

    @Test
    void truncateReplacesTheFileOnceNotWithEachCommit() {
        Run.write(
                H5Writer.<Object>to(present).open(OpenMode.TRUNCATE).commitEvery(2),
                Flux.range(0, 9).map(i -> H5Record.of("a", i)));

        assertThat(H5py.read(present).values("/a")).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
    }

    @Test
    void truncateReplacesTheFileAlsoForAStreamWithoutRecords() {
        Run.write(H5Writer.to(present).open(OpenMode.TRUNCATE), Flux.empty());

        assertThat(H5py.read(present).datasets()).isEmpty();
    }

    @Test
    void createNewFailsIfTheFileIsThereAndLeavesIt() {
        Failure failure = Run.fail(H5Writer.to(present).open(OpenMode.CREATE_NEW), H5Record.of("a", 2));

        failure.isAboutTheFile(present, "it exists", "CREATE_NEW");
        assertThat(H5py.read(present).values("/a")).containsExactly(1);
    }

    @Test
    void existingFailsIfTheFileIsNotThereAndMakesNone() {
        Failure failure = Run.fail(H5Writer.to(absent).open(OpenMode.EXISTING), H5Record.of("a", 2));

        failure.isAboutTheFile(absent, "it does not exist", "EXISTING");
        assertThat(absent).doesNotExist();
    }
}
