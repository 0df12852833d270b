package io.h5sink.append;

import static org.assertj.core.api.Assertions.assertThat;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import io.h5sink.FaceInternals;
import io.h5sink.H5Record;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.OpenMode;
import io.h5sink.Sharing;
import io.h5sink.engine.OpenRequest;
import io.h5sink.foreign.Hdf5Calls;
import io.h5sink.format.FormatOutput;
import io.h5sink.format.Superblock;
import io.h5sink.format.message.HeaderEditor;
import io.h5sink.hdf5.FileVerifier;
import io.h5sink.hdf5.Groups;
import io.h5sink.hdf5.write.Hdf5File;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.judge.H5py;
import io.h5sink.judge.Python;
import io.h5sink.judge.Tool;
import io.h5sink.storage.driver.PosixDriver;
import io.h5sink.storage.driver.StoredFile;
import io.h5sink.testing.CommitKit;
import io.h5sink.testing.Run;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;

/** Java and h5py write to h5py's files in turn. */
class OldFilesTest {

    private static final String MAKE = """
            import h5py, sys
            path, low, high, order, block = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4] == 'true', int(sys.argv[5])
            with h5py.File(path, 'w', libver=(low, high), track_order=order, userblock_size=block) as f:
                f.attrs['title'] = 'mine'
                f.create_group('a/b', track_order=order).attrs['unit'] = 'm'
                f['kept'] = [1.5, 2.5]
                f['a/soft'] = h5py.SoftLink('/a/b')
                f['a/b/back'] = f['a']
            """;

    /** Adds to every group a link, to every object an attribute, and a row to each column; removes some. */
    private static final String ADD = """
            import h5py, sys
            path, turn = sys.argv[1], int(sys.argv[2])
            with h5py.File(path, 'r+') as f:
                every = [f]
                f.visititems(lambda name, item: every.append(item))
                for item in every:
                    item.attrs['turn %d' % turn] = 'h5py ' * turn
                    if isinstance(item, h5py.Group):
                        item.create_group('py%d' % turn)
                        if 'py%d' % (turn - 1) in item:
                            del item['py%d' % (turn - 1)]
                if turn > 1:
                    del f.attrs['turn %d' % (turn - 1)]
                g = f['a/b']
                rows = len(g['number'])
                for name in 'number', 'text', 'vector':
                    g[name].resize(rows + 1, axis=0)
                g['number'][rows], g['text'][rows], g['vector'][rows] = rows, 'row %d' % rows, (rows, -rows)
            """;

    private static final String SHOW = """
            import h5py, sys
            with h5py.File(sys.argv[1], 'r') as f:
                print(f.attrs['title'], f.attrs['operator'], f['a/b'].attrs['unit'], f['kept'][:], f.userblock_size)
                print(len(f['a/routes']), sorted({len(g['x']) for g in f['a/routes'].values() if 'x' in g}))
                print(f['a/b/meta'][()].decode(), f['/a/b/back/soft/number'].shape)
            """;

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("h5py.h5");
    }

    @ParameterizedTest
    @CsvSource({
        "earliest, latest, false, 0",
        "earliest, v108, true, 0",
        "earliest, v110, false, 512",
        "v108, v108, false, 0",
        "v108, latest, true, 1024",
        "v110, v110, true, 0"
    })
    void javaAndH5pyWriteInTurn(String low, String high, boolean order, int block) throws IOException {
        Python.require();
        Python.run(MAKE, file, low, high, order, block);
        long rows = 0;
        for (int turn = 1; turn <= 3; turn++) {
            Run.write(
                    writer().group("a/b")
                            .attribute("/", "operator", "Ada".repeat(turn))
                            .metadata("meta", Map.of("turn", turn)),
                    rows(rows, 20));
            int now = turn;
            Run.write(
                    writer().route(record ->
                            "/a/routes/r" + ((H5Record) record).toString().hashCode()),
                    Flux.fromStream(IntStream.range(0, 150).mapToObj(i -> H5Record.of("x", now * 1000 + i))));
            Python.run(ADD, file, turn);
            rows += 21;
            mustBeRight(rows);
        }
        String shown = Python.run(SHOW, file);
        assertThat(shown.lines().toList().get(0)).isEqualTo("mine AdaAdaAda m [1.5 2.5] " + block);
        assertThat(shown.lines().toList().get(1)).startsWith("451 ").endsWith("[1]");
        assertThat(shown.lines().toList().get(2)).isEqualTo("{\"turn\":3} (63,)");
    }

    /** A writer that has no other engine than Java. */
    private H5Writer.Builder<Object> writer() {
        OpenRequest request =
                new OpenRequest(new StoredFile(file, new PosixDriver(false)), OpenMode.APPEND, Sharing.RELEASE, false);
        return FaceInternals.wrap(H5Writer.to(file), chosen -> new Hdf5File(request));
    }

    private static Flux<Object> rows(long first, long count) {
        return Flux.fromStream(LongStream.range(first, first + count)
                .mapToObj(i -> H5Record.of("number", i).and("text", "row " + i).and("vector", new long[] {i, -i})));
    }

    private void mustBeRight(long rows) throws IOException {
        FileVerifier.check(
                Map.of(0L, file), Objects.requireNonNull(Superblock.read(file)).start());
        H5py seen = H5py.read(file);
        assertThat(seen.values("/a/b/number"))
                .isEqualTo(LongStream.range(0, rows).<Object>mapToObj(i -> i).toList());
        assertThat(seen.values("/a/b/text"))
                .isEqualTo(LongStream.range(0, rows)
                        .<Object>mapToObj(i -> "row " + i)
                        .toList());
        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.overlaps()).isEmpty();
        }
        if (Tool.isPresent("h5stat")) {
            assertThat(Tool.run("h5stat", file).toString())
                    .contains("File information")
                    .doesNotContain("rror");
        }
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).as("what lies beside the file").containsExactly(file);
        }
    }

    @Test
    void aFileThatKeepsItsFreeSpaceIsRefused() throws IOException {
        Foreign.make(
                file,
                Foreign.Format.OLDEST,
                creation ->
                        H5.H5Pset_file_space_strategy(creation, HDF5Constants.H5F_FSPACE_STRATEGY_FSM_AGGR, true, 1),
                made -> Hdf5Calls.ints(made, "kept", 1, 2));
        mustBeRefused("h5repack");
    }

    @Test
    void aFileWithAnImageOfTheMetadataCacheIsRefused() throws IOException {
        try (CommitKit kit = CommitKit.create(file)) {
            long root = HeaderEditor.make(kit.file(), Groups.messages(kit.file().sizes()), 0);
            ByteBuffer image =
                    new FormatOutput().int8(0).int8(0).address(48).length(100).toBuffer();
            long extension = HeaderEditor.make(kit.file(), List.of(new HeaderEditor.NewMessage(0x18, 0, image)), 0);
            kit.commit();
            byte[] bytes = Files.readAllBytes(file);
            FormatOutput superblock = new FormatOutput()
                    .bytes(ByteBuffer.wrap(bytes, 0, 20))
                    .address(extension)
                    .address(bytes.length)
                    .address(root)
                    .seal();
            System.arraycopy(superblock.toBuffer().array(), 0, bytes, 0, 48);
            Files.write(file, bytes);
        }
        mustBeRefused("metadata cache");
    }

    private void mustBeRefused(String why) throws IOException {
        byte[] before = Files.readAllBytes(file);

        Run.fail(file, H5Record.of("x", 1)).isAboutTheFile(file, why);

        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }
}
