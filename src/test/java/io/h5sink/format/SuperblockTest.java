package io.h5sink.format;

import static org.assertj.core.api.Assertions.assertThat;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import io.h5sink.foreign.Hdf5Calls;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.judge.Python;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuperblockTest {

    private static final String OPEN = """
            import h5py, sys
            for mode in 'r', 'r+':
                try:
                    with h5py.File(sys.argv[1], mode) as f:
                        print(*f)
                except OSError as e:
                    print('refused')
            """;

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "0, 8, 0",
        "0, 4, 0",
        "0, 8, 512",
        "1, 8, 0",
        "1, 4, 1024",
        "2, 8, 0",
        "2, 4, 512",
        "3, 8, 0",
        "3, 8, 2048"
    })
    void aMarkKeepsHdf5AwayAndCanBeTakenAway(int version, int bytes, int block) throws IOException {
        Path file = make(version, bytes, block);
        Superblock found = read(file);
        assertThat(found.version()).isEqualTo(version);
        assertThat(found.start()).isEqualTo(block);
        assertThat(found.sizes()).isEqualTo(new FieldSizes(bytes, bytes));
        assertThat(found.endOfFile()).isEqualTo(Files.size(file));
        assertThat(found.leafEntries()).isEqualTo(version < 2 ? 5 : 4);
        assertThat(found.nodeEntries()).isEqualTo(version < 2 ? 17 : 16);
        byte[] before = Files.readAllBytes(file);
        assertThat(found.hasMark()).isEqualTo(bytes == 8);
        if (bytes < 8) {
            change(file, found, copy -> found.end(copy, found.endOfFile()));
            assertThat(Files.readAllBytes(file)).isEqualTo(before);
            return;
        }

        change(file, found, copy -> found.commit(copy));

        Superblock marked = read(file);
        assertThat(marked.marked()).isTrue();
        assertThat(marked.committing()).isTrue();
        assertThat(marked.endOfFile()).isEqualTo(found.endOfFile());
        assertThat(marked.root()).isEqualTo(found.root());
        if (Python.isPresent()) {
            assertThat(Python.run(OPEN, file)).isEqualTo("refused\nrefused\n");
        }
        change(file, marked, copy -> marked.end(copy, marked.endOfFile() + 100));
        Superblock longer = read(file);
        assertThat(longer.committing()).isTrue();
        assertThat(longer.endOfFile()).isEqualTo(found.endOfFile() + 100);
        change(file, longer, copy -> longer.end(copy, found.endOfFile()));
        change(file, marked, copy -> marked.mark(copy, false));
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        assertThat(read(file)).isEqualTo(found);
        if (Python.isPresent()) {
            assertThat(Python.run(OPEN, file)).isEqualTo("g\ng\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "3"})
    void aUserBlockMayHaveBeenPutBeforeTheFile(int version) throws IOException {
        Path file = make(version, 8, 0);
        byte[] content = Files.readAllBytes(file);
        Files.write(
                file,
                ByteBuffer.allocate(content.length + 512).put(512, content).array());

        Superblock found = read(file);

        assertThat(found.endOfFile()).as("HDF5 moves it with the superblock").isEqualTo(content.length + 512L);
        change(file, found, copy -> found.end(copy, found.endOfFile()));
        assertThat(read(file)).isEqualTo(found);
        if (Python.isPresent()) {
            assertThat(Python.run(OPEN, file)).isEqualTo("g\ng\n");
        }
    }

    private Path make(int version, int bytes, int block) {
        Path file = directory.resolve("file.h5");
        Foreign.Format format = version < 3 ? Foreign.Format.OLDEST : Foreign.Format.HDF5_1_10;
        Foreign.make(
                file,
                format,
                creation -> {
                    H5.H5Pset_sizes(creation, bytes, bytes);
                    H5.H5Pset_userblock(creation, block);
                    if (version < 2) {
                        H5.H5Pset_sym_k(creation, 17, 5);
                    }
                    if (version == 1) {
                        H5.H5Pset_istore_k(creation, 33);
                    }
                    if (version == 2) { // a strategy of its own is in an extension, which older superblocks do not have
                        H5.H5Pset_file_space_strategy(creation, HDF5Constants.H5F_FSPACE_STRATEGY_NONE, false, 1);
                    }
                },
                f -> Hdf5Calls.group(f, "g"));
        return file;
    }

    private interface Change {
        void make(ByteBuffer copy);
    }

    private static void change(Path file, Superblock superblock, Change change) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer copy = ByteBuffer.allocate(superblock.length());
            channel.read(copy, superblock.start());
            change.make(copy.rewind());
            channel.write(copy.rewind(), superblock.start());
        }
    }

    private static Superblock read(Path file) throws IOException {
        return Objects.requireNonNull(Superblock.read(file));
    }
}
