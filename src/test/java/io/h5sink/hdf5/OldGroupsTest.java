package io.h5sink.hdf5;

import static org.assertj.core.api.Assertions.assertThat;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.foreign.Hdf5Calls;
import io.h5sink.format.Superblock;
import io.h5sink.jhdf5.Foreign;
import io.h5sink.judge.Python;
import io.h5sink.judge.Tool;
import io.h5sink.storage.StorageException;
import io.h5sink.testing.CommitKit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Groups with symbol tables that Java and HDF5 change in turn: h5py, or the C library in this process where there is no h5py. */
class OldGroupsTest {

    /** Adds as many links of each kind. */
    private static final String FIRST = """
            import h5py, sys
            with h5py.File(sys.argv[1], 'r+') as f:
                for i in range(int(sys.argv[2])):
                    f['g'].create_group('first %d' % i)
                    f['g']['soft %d' % i] = h5py.SoftLink('/g/first %d' % i)
            """;

    /** Prints the names in a group once each of them was found by its name. */
    private static final String LIST = """
            import h5py, sys
            with h5py.File(sys.argv[1], 'r') as f:
                g = f['g']
                names = list(g)
                for name in names:
                    assert name in g and 'not ' + name not in g, name
                    assert isinstance(g.get(name, getlink=True), h5py.SoftLink) or len(g[name]) == 0, name
                print(*names, sep='\\n')
            """;

    /** Removes some links, and adds some. */
    private static final String CHANGE = """
            import h5py, random, sys
            path, seed, adds = sys.argv[1], *map(int, sys.argv[2:4])
            random.seed(seed)
            with h5py.File(path, 'r+') as f:
                g = f['g']
                names = sorted(g)
                for name in random.sample(names, len(names) * seed // 10):
                    del g[name]
                for i in range(adds):
                    g.create_group('py %d %d' % (seed, random.randint(0, 1 << 40)))
            """;

    @TempDir
    Path folder;

    private Path path;
    private final TreeSet<String> names = new TreeSet<>();
    private final Random random = new Random(7);

    @BeforeEach
    void name() {
        path = folder.resolve("old.h5");
    }

    @ParameterizedTest
    @CsvSource({
        "8, 16, 4, 0, 0, 300",
        "8, 16, 4, 512, 30, 300",
        "8, 1, 1, 0, 3, 60",
        "4, 2, 1, 0, 10, 60",
        "4, 16, 4, 1024, 0, 40"
    })
    void javaAndHdf5ChangeThemInTurn(int bytes, int node, int leaf, int block, int first, int adds) throws IOException {
        make(bytes, node, leaf, block, first);
        readNames();
        for (int round = 1; round <= 5; round++) {
            change(round, adds);
            mustBeRight();
            others(2 * round, adds / 2);
            readNames();
            mustBeRight();
        }
    }

    @Test
    void namesInAscendingOrderFillTheirNodes() throws IOException {
        make(8, 16, 4, 0, 0);
        List<String> fresh = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            fresh.add("name %05d".formatted(i));
        }

        change(fresh, List.of());

        names.addAll(fresh);
        mustBeRight();
        assertThat(Files.size(path))
                .as("nodes of four links, and names of 16 bytes")
                .isLessThan(3000L * 320);
    }

    @Test
    void aGroupThatLosesAllOfItsLinksTakesNewOnes() throws IOException {
        make(8, 2, 1, 0, 40);
        readNames();

        change(List.of(), List.copyOf(names));

        names.clear();
        mustBeRight();
        change(List.of("one", "another"), List.of());
        names.addAll(List.of("one", "another"));
        mustBeRight();
        others(10, 30);
        readNames();
        assertThat(names).hasSize(30);
        mustBeRight();
    }

    /** Makes a file whose group has some links of each kind. */
    private void make(int bytes, int node, int leaf, int block, int first) {
        Foreign.make(
                path,
                Foreign.Format.OLDEST,
                creation -> {
                    H5.H5Pset_sizes(creation, bytes, bytes);
                    H5.H5Pset_sym_k(creation, node, leaf);
                    H5.H5Pset_userblock(creation, block);
                },
                f -> Hdf5Calls.group(f, "g"));
        if (Python.isPresent()) {
            Python.run(FIRST, path, first);
            return;
        }
        Foreign.make(path, false, f -> {
            for (int i = 0; i < first; i++) {
                Hdf5Calls.group(f, "g/first " + i);
                H5.H5Lcreate_soft(
                        "/g/first " + i, f, "g/soft " + i, HDF5Constants.H5P_DEFAULT, HDF5Constants.H5P_DEFAULT);
            }
        });
    }

    /** Has HDF5 remove so many tenths of the links, and add groups. */
    private void others(int tenths, int adds) {
        if (Python.isPresent()) {
            Python.run(CHANGE, path, tenths, adds);
            return;
        }
        List<String> gone = new ArrayList<>(listed());
        Collections.shuffle(gone, random);
        Foreign.make(path, false, f -> {
            for (String name : gone.subList(0, gone.size() * tenths / 10)) {
                H5.H5Ldelete(f, "g/" + name, HDF5Constants.H5P_DEFAULT);
            }
            for (int i = 0; i < adds; i++) {
                Hdf5Calls.group(f, "g/other " + tenths + " " + random.nextLong(1L << 40));
            }
        });
    }

    /** Removes a number of links, and adds more of them, in random order. */
    private void change(int round, int adds) throws IOException {
        List<String> gone = new ArrayList<>(names);
        Collections.shuffle(gone, random);
        gone.subList(gone.size() * round / 8, gone.size()).clear();
        List<String> fresh = new ArrayList<>();
        for (int i = 0; i < adds; i++) {
            fresh.add(round + "." + "x".repeat(random.nextInt(random.nextInt(9) == 0 ? 200 : 20)) + i);
        }
        Collections.shuffle(fresh, random);
        change(fresh, gone);
        gone.forEach(names::remove);
        names.addAll(fresh);
    }

    private void change(List<String> fresh, List<String> gone) throws IOException {
        try (CommitKit kit = CommitKit.open(path)) {
            ObjectTree tree = tree(kit);
            for (String name : fresh) {
                tree.group("/g/" + name, OldGroupsTest::wrong);
            }
            long group = tree.find("/g").header();
            for (String name : gone) {
                assertThat(tree.find("/g/" + name).kind()).as(name).isNotEqualTo(ObjectTree.Kind.NOTHING);
                tree.unlink(group, "/g/" + name);
                assertThat(tree.find("/g/" + name).kind()).as(name).isEqualTo(ObjectTree.Kind.NOTHING);
            }
            for (String name : fresh) {
                assertThat(tree.find("/g/" + name).isObject()).as(name).isTrue();
            }
            tree.save();
            kit.commit();
        }
    }

    private ObjectTree tree(CommitKit kit) throws IOException {
        return new ObjectTree(
                kit.file(), Objects.requireNonNull(Superblock.read(path)).root());
    }

    private static StorageException wrong(String path, ObjectTree.PathEnd found) {
        throw new AssertionError(path + ": " + found);
    }

    private void readNames() {
        names.clear();
        names.addAll(listed());
    }

    private List<String> listed() {
        if (!Python.isPresent()) {
            List<String> found = new ArrayList<>();
            Foreign.make(path, false, f -> list(f, found));
            return found;
        }
        String listed = Python.run(LIST, path);
        return listed.isBlank() ? List.of() : listed.lines().toList();
    }

    /** Lists the names in the group once each of them was found by its name. */
    private static void list(long file, List<String> found) throws HDF5Exception {
        long group = H5.H5Gopen(file, "g", HDF5Constants.H5P_DEFAULT);
        long links = H5.H5Gget_info(group).nlinks;
        for (long i = 0; i < links; i++) {
            String name = H5.H5Lget_name_by_idx(
                    group, ".", HDF5Constants.H5_INDEX_NAME, HDF5Constants.H5_ITER_INC, i, HDF5Constants.H5P_DEFAULT);
            assertThat(H5.H5Lexists(group, name, HDF5Constants.H5P_DEFAULT))
                    .as(name)
                    .isTrue();
            assertThat(H5.H5Lexists(group, "not " + name, HDF5Constants.H5P_DEFAULT))
                    .as(name)
                    .isFalse();
            if (H5.H5Lget_info(group, name, HDF5Constants.H5P_DEFAULT).type == HDF5Constants.H5L_TYPE_HARD) {
                long inner = H5.H5Gopen(group, name, HDF5Constants.H5P_DEFAULT);
                assertThat(H5.H5Gget_info(inner).nlinks).as(name).isZero();
                H5.H5Gclose(inner);
            }
            found.add(name);
        }
        H5.H5Gclose(group);
    }

    private void mustBeRight() throws IOException {
        assertThat(listed()).containsExactlyElementsOf(names);
        FileVerifier.check(
                Map.of(0L, path), Objects.requireNonNull(Superblock.read(path)).start());
        if (Tool.isPresent("h5ls")) {
            assertThat(Tool.h5ls(path + "/g")
                            .lines()
                            .map(line -> line.replaceAll("(?<!\\\\) +(Group|Soft Link).*", "")
                                    .replace("\\ ", " ")))
                    .containsExactlyElementsOf(names);
        }
    }
}
