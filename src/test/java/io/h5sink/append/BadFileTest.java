package io.h5sink.append;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.H5Record;
import io.h5sink.H5Writer;
import io.h5sink.OpenMode;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.jhdf5.ForeignDataset;
import io.h5sink.judge.H5py;
import io.h5sink.testing.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that cannot be used are left as they are, and the error says why. */
class BadFileTest {

    private static final H5Record RECORD = H5Record.of("a", 1);

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    @ParameterizedTest
    @EnumSource
    void aDirectory(OpenMode mode) {
        Run.fail(H5Writer.to(directory).open(mode), RECORD).isAboutTheFile(directory, "it is a directory");

        assertThat(directory).isEmptyDirectory();
    }

    @ParameterizedTest
    @EnumSource(names = {"APPEND", "TRUNCATE", "CREATE_NEW"})
    void aDirectoryThatIsMissing(OpenMode mode) {
        Path missing = directory.resolve("missing");
        Path inMissing = missing.resolve("deeper").resolve("data.h5");

        Run.fail(H5Writer.to(inMissing).open(mode), RECORD)
                .isAboutTheFile(inMissing, "the directory " + inMissing.getParent() + " does not exist");

        assertThat(missing).doesNotExist();
    }

    @Test
    void aFileInPlaceOfADirectory() throws IOException {
        Files.writeString(file, "text");
        Path below = file.resolve("data.h5");

        Run.fail(below, RECORD).isAboutTheFile(below, "the directory " + file + " does not exist");

        assertThat(file).hasContent("text");
    }

    @ParameterizedTest
    @EnumSource(names = {"APPEND", "TRUNCATE", "CREATE_NEW"})
    void aDirectoryThatIsReadOnly(OpenMode mode) {
        Path readOnly = readOnlyDirectory();
        Path inReadOnly = readOnly.resolve("h5sink-test.h5");
        try {
            Run.fail(H5Writer.to(inReadOnly).open(mode), RECORD).isAboutTheFile(inReadOnly);
        } finally {
            allow(directory);
        }
        assertThat(inReadOnly).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource(names = {"APPEND", "TRUNCATE", "EXISTING"})
    void aFileThatIsReadOnly(OpenMode mode) throws IOException {
        Run.write(file, RECORD);
        Path readOnly = forbid(file) ? file : Path.of("/proc/version"); // which not even root can write
        byte[] before = Files.readAllBytes(readOnly);

        Run.fail(H5Writer.to(readOnly).open(mode), RECORD).isAboutTheFile(readOnly);

        assertThat(readOnly).hasBinaryContent(before);
    }

    /** A directory that this user cannot write to; for root, who can write to all, one of the kernel's. */
    private Path readOnlyDirectory() {
        return forbid(directory) ? directory : Path.of("/proc");
    }

    private static boolean forbid(Path path) {
        setPermissions(path, Files.isDirectory(path) ? "r-xr-xr-x" : "r--r--r--");
        return !Files.isWritable(path);
    }

    private static void allow(Path path) {
        setPermissions(path, "rwxr-xr-x");
    }

    private static void setPermissions(Path path, String permissions) {
        try {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a text that is no HDF5", "\211HDF\r\n", "HDF5"})
    void aFileThatIsNotHdf5(String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
        Files.write(file, bytes);

        Run.fail(file, RECORD)
                .isAboutTheFile(
                        file, "it is not an HDF5 file", content.isEmpty() ? "it is empty" : "no HDF5 signature");

        assertThat(file).hasBinaryContent(bytes);
    }

    @Test
    void aLargeFileThatIsNotHdf5() throws IOException {
        byte[] bytes = new byte[100_000];
        Arrays.fill(bytes, (byte) 'x');
        Files.write(file, bytes);

        Run.fail(H5Writer.to(file).open(OpenMode.EXISTING), RECORD).isAboutTheFile(file, "it is not an HDF5 file");

        assertThat(file).hasBinaryContent(bytes);
    }

    @Test
    void aFileOfOursThatIsCutAnywhere() throws IOException {
        Run.write(
                H5Writer.to(file).chunkRows(16),
                reactor.core.publisher.Flux.range(0, 100)
                        .map(i -> H5Record.of("a", i).and("b", "text " + i)));

        assertRefusedIfCut(Files.readAllBytes(file));
    }

    @ParameterizedTest
    @EnumSource
    void aFileOfAnotherProgramThatIsCutAnywhere(Foreign.Format format) throws IOException {
        Foreign.make(
                file,
                format,
                creation -> {},
                id -> new ForeignDataset(id, "a", Foreign.integer(4, true, false))
                        .shape(100)
                        .maximum(ForeignDataset.UNLIMITED)
                        .chunk(100)
                        .with(IntStream.range(0, 100).toArray()));

        assertRefusedIfCut(Files.readAllBytes(file));
    }

    /** Cuts in the superblock, around it, at the very end and at some places between. */
    private void assertRefusedIfCut(byte[] whole) throws IOException {
        int[] lengths = IntStream.concat(
                        IntStream.rangeClosed(8, 110),
                        IntStream.of(whole.length / 4, whole.length / 2, whole.length - 8, whole.length - 1))
                .toArray();
        for (int length : lengths) {
            Path cut = directory.resolve("cut" + length + ".h5");
            byte[] rest = Arrays.copyOf(whole, length);
            Files.write(cut, rest);

            Run.fail(cut, RECORD).isAboutTheFile(cut, "it is truncated: " + length + " bytes");

            assertThat(cut).hasBinaryContent(rest);
        }
    }

    @Test
    void aSecondRunAfterTheCauseIsGone() throws IOException {
        Path missing = directory.resolve("missing");
        Path late = missing.resolve("data.h5");
        Run.fail(late, RECORD);
        Files.createDirectory(missing);

        Run.write(late, RECORD);

        assertThat(H5py.read(late).values("/a")).containsExactly(1);
    }
}
