package io.h5sink.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.h5sink.Driver;
import io.h5sink.H5Record;
import io.h5sink.H5Writer;
import io.h5sink.OpenMode;
import io.h5sink.judge.H5py;
import io.h5sink.testing.Run;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** Drivers that do not suit a file, and files of which a part is missing, say so and change nothing. */
class BadDriverTest {

    private static final H5Record RECORD = H5Record.of("a", 1);

    @TempDir
    Path directory;

    private Path family;
    private Path split;

    private void writeFamily(long memberBytes) {
        family = directory.resolve("data-%d.h5");
        write(family, Driver.family(memberBytes));
    }

    private void writeSplit() {
        split = directory.resolve("data");
        write(split, Driver.split());
    }

    private static void write(Path file, Driver driver) {
        Run.write(
                H5Writer.to(file).driver(driver).chunkRows(512),
                Flux.range(0, 4000).map(i -> H5Record.of("a", i)));
    }

    private static Run.Failure fail(Path file, Driver driver) {
        return Run.fail(H5Writer.to(file).driver(driver), RECORD);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data.h5",
                "data-%d-%d.h5",
                "data-%s.h5",
                "data-%n%d.h5",
                "data-%%d.h5",
                "data-%",
                "%d/%d.h5",
                "%ld.h5",
                "%1$d.h5",
                "%-3d.h5",
                "%99999d.h5",
                "%00d.h5",
                "%*d.h5",
                "%x.h5",
                "100%/data-%d.h5"
            })
    void aNameThatIsNotOneForAFamily(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> H5Writer.to(name).driver(Driver.family(1 << 20)))
                .withMessageStartingWith("Driver.family(1048576): ")
                .withMessageContaining("%d")
                .withMessageEndingWith("was " + Path.of(name));
    }

    @Test
    void piecesThatAreTooSmall() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Driver.family(4095))
                .withMessage("memberBytes must be at least 4096, was 4095");
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, (1 << 30) + 1, Long.MAX_VALUE})
    void anIncrementThatIsOutOfRange(long increment) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Driver.core(increment, true))
                .withMessage("increment must be 1 to 1073741824, was " + increment);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a%s", "a/b", "a\\b", "a\0b", "\uD83D\uDE00"})
    void anExtensionThatCannotBe(String extension) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Driver.split(extension, ".raw"))
                .withMessageStartingWith("metaExtension must be 1 to 100 characters")
                .withMessageEndingWith("was " + extension);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Driver.split(".meta", extension))
                .withMessageStartingWith("rawExtension must be");
    }

    @Test
    void extensionsThatAreEqualOrTooLong() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Driver.split(".h5", ".h5"))
                .withMessage("metaExtension and rawExtension must differ, were .h5");
        assertThatIllegalArgumentException().isThrownBy(() -> Driver.split("-".repeat(101), ".h5"));
    }

    @Test
    void aSplitFileWhosePathIsLongerThanHdf5CanTake() {
        String path = "directory/".repeat(110) + "data";

        assertThatIllegalArgumentException()
                .isThrownBy(() -> H5Writer.to(path).driver(Driver.split()))
                .withMessageContaining("must not exceed 1023 bytes")
                .withMessageContaining(path);
    }

    @ParameterizedTest
    @CsvSource({"4096, 8192", "8192, 4096", "8192, 1000000"})
    void piecesOfAnotherSize(long written, long opened) {
        writeFamily(written);

        fail(family, Driver.family(opened))
                .isAboutTheFile(family, "it is in pieces of " + written + " bytes, not of " + opened);

        assertWhole(Driver.family(written), "driver='family', memb_size=" + written, family);
    }

    @Test
    void aPieceThatIsMissing() throws IOException {
        writeFamily(4096);
        for (int piece : new int[] {4, 1}) {
            Path missing = directory.resolve("data-" + piece + ".h5");
            Path elsewhere = Files.move(missing, directory.resolve("elsewhere"));

            fail(family, Driver.family(4096))
                    .isAboutTheFile(family, "its part " + missing.getFileName() + " is missing");

            Files.move(elsewhere, missing);
        }
        assertWhole(Driver.family(4096), "driver='family', memb_size=4096", family);
    }

    @ParameterizedTest
    @EnumSource(names = {"APPEND", "CREATE_NEW", "EXISTING"})
    void theFirstPieceThatIsMissing(OpenMode mode) throws IOException {
        writeFamily(4096);
        Files.delete(directory.resolve("data-0.h5"));

        Run.fail(H5Writer.to(family).driver(Driver.family(4096)).open(mode), RECORD)
                .isAboutTheFile(family, "its part data-0.h5 is missing, but data-1.h5 is there");

        assertThat(directory.resolve("data-0.h5")).doesNotExist();
    }

    @Test
    void aPieceThatIsCut() throws IOException {
        writeFamily(4096);
        cut(directory.resolve("data-2.h5"), 4095);

        fail(family, Driver.family(4096))
                .isAboutTheFile(family, "its part data-2.h5 is truncated: 4095 bytes, of at least 4096");
    }

    @Test
    void aSplitFileWithoutItsData() throws IOException {
        writeSplit();
        Files.delete(directory.resolve("data-r.h5"));

        fail(split, Driver.split()).isAboutTheFile(split, "its part data-r.h5, which holds the data, is missing");
    }

    @ParameterizedTest
    @EnumSource(names = {"APPEND", "CREATE_NEW", "EXISTING"})
    void aSplitFileWithoutItsStructure(OpenMode mode) throws IOException {
        writeSplit();
        Files.delete(directory.resolve("data-m.h5"));

        Run.fail(H5Writer.to(split).driver(Driver.split()).open(mode), RECORD)
                .isAboutTheFile(split, "its part data-m.h5 is missing, but data-r.h5 is there");
    }

    @ParameterizedTest
    @ValueSource(strings = {"data-m.h5", "data-r.h5"})
    void aSplitFileThatIsCut(String part) throws IOException {
        writeSplit();
        cut(directory.resolve(part), Files.size(directory.resolve(part)) - 1);

        fail(split, Driver.split()).isAboutTheFile(split, "its part " + part + " is truncated");
    }

    @Test
    void anotherDriverThanTheFileWasMadeWith() {
        writeFamily(4096);
        writeSplit();
        Path piece = directory.resolve("data-0.h5");
        Path meta = directory.resolve("data-m.h5");

        fail(piece, Driver.sec2()).isAboutTheFile(piece, "Driver.family(4096)", "Driver.sec2()");
        fail(meta, Driver.stdio()).isAboutTheFile(meta, "Driver.split(…)", "Driver.stdio()");
        fail(meta, Driver.core()).isAboutTheFile(meta, "Driver.split(…)", "Driver.core(65536, true)");

        assertWhole(Driver.family(4096), "driver='family', memb_size=4096", family);
        assertWhole(Driver.split(), "driver='split'", split);
    }

    @Test
    void aDirectoryInPlaceOfAPart() throws IOException {
        Files.createDirectory(directory.resolve("data-r.h5"));
        split = directory.resolve("data");

        fail(split, Driver.split()).isAboutTheFile(split, "its part data-r.h5 is a directory");

        assertThat(directory.resolve("data-m.h5")).doesNotExist();
    }

    private static void assertWhole(Driver driver, String h5py, Path file) {
        Run.write(H5Writer.to(file).driver(driver).open(OpenMode.EXISTING), Flux.just(H5Record.of("b", 1)));

        H5py seen = H5py.read(file, driver, "h5py.File(name, 'r', " + h5py + ")");
        assertThat(seen.values("/a")).hasSize(4000).endsWith(3999);
        assertThat(seen.values("/b")).containsExactly(1);
    }

    private static void cut(Path file, long size) throws IOException {
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            access.setLength(size);
        }
    }
}
