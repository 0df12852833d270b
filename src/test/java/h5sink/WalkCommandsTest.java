package h5sink;

import static org.assertj.core.api.Assertions.assertThat;

import h5sink.console.ExitCode;
import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import io.h5sink.H5Source;
import io.h5sink.foreign.Hdf5Calls;
import io.h5sink.judge.Python;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the command line does with files that are large on paper, whose links go round, or that have what is not read. */
@Timeout(value = 4, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WalkCommandsTest {

    private record Answer(int status, List<String> out, String err) {}

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("data.h5");
    }

    private static Answer run(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] words = new String[arguments.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = arguments[i].toString();
        }
        int status = Cli.run(new PrintWriter(out), new PrintWriter(err), words);
        return new Answer(status, out.toString().lines().toList(), err.toString());
    }

    @Test
    void eachGroupIsGoneIntoOnce() {
        Hdf5Calls.make(file, id -> {
            Hdf5Calls.ints(id, "/data", 1, 2, 3);
            Hdf5Calls.group(id, "/g");
            long none = Hdf5Calls.DEFAULT;
            H5.H5Lcreate_hard(id, "/", id, "/a", none, none);
            H5.H5Lcreate_hard(id, "/", id, "/g/up", none, none);
            H5.H5Lcreate_soft("/g", id, "/h", none, none);
            H5.H5Lcreate_external("data.h5", "/", id, "/out", none, none);
        });

        Answer ls = run("ls", file);
        Answer verify = run("verify", file);
        Answer show = run("show", file, "/");

        assertThat(ls.status).isZero();
        assertThat(ls.out)
                .hasSizeLessThan(20)
                .contains("  a/  is /", "  g/", "    up/  is /", "  h/  is /g")
                .anyMatch(line -> line.strip().startsWith("data "));
        assertThat(verify.status).isZero();
        assertThat(verify.out).singleElement().asString().endsWith("no damage found");
        assertThat(show.out.get(1)).startsWith("1");
    }

    @Test
    void whatWasNeverWrittenIsNotRead() {
        Hdf5Calls.make(file, id -> {
            long far = 1_000_000_000_000L;
            Hdf5Calls.dataset(
                    id, "/sparse", HDF5Constants.H5T_IEEE_F64LE, new long[] {far}, null, new long[] {1024}, d -> {
                        Hdf5Calls.element(d, 1.5, 7);
                        Hdf5Calls.element(d, 2.5, far - 1);
                    });
            Hdf5Calls.dataset(
                    id,
                    "/plane",
                    HDF5Constants.H5T_IEEE_F64LE,
                    new long[] {1_000_000, 1_000_000},
                    null,
                    new long[] {10, 10},
                    d -> Hdf5Calls.element(d, 1.5, 500_000, 500_000));
            Hdf5Calls.dataset(id, "/contiguous", HDF5Constants.H5T_IEEE_F64LE, new long[] {far}, null, null, d -> {});
        });

        Answer verify = run("verify", file);

        assertThat(verify.status).isZero();
        assertThat(verify.out).singleElement().asString().contains("3 datasets").endsWith("no damage found");
        try (H5Source h5 = H5Source.open(file)) {
            List<Long> chunks = new ArrayList<>();
            h5.dataset("sparse").storedChunks(offset -> chunks.add(offset[0]));
            assertThat(chunks).containsExactlyInAnyOrder(0L, 999_999_998_976L);
        }
    }

    @Test
    void damageInTheOnlyChunkThatIsStoredIsFound() throws IOException {
        Hdf5Calls.make(file, id -> {
            long creation = H5.H5Pcreate(HDF5Constants.H5P_DATASET_CREATE);
            H5.H5Pset_chunk(creation, 1, new long[] {1024});
            H5.H5Pset_fletcher32(creation);
            long space = H5.H5Screate_simple(1, new long[] {10_000_000_000L}, null);
            long dataset = H5.H5Dcreate(
                    id, "/x", HDF5Constants.H5T_IEEE_F64LE, space, Hdf5Calls.DEFAULT, creation, Hdf5Calls.DEFAULT);
            Hdf5Calls.element(dataset, 1.234567, 5_000_000_000L);
        });
        byte[] bytes = Files.readAllBytes(file);
        byte[] value = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putDouble(1.234567)
                .array();
        int at = 0;
        while (!Arrays.equals(bytes, at, at + 8, value, 0, 8)) {
            at++;
        }
        bytes[at] ^= 1;
        Files.write(file, bytes);

        Answer verify = run("verify", file);

        assertThat(verify.status).isEqualTo(ExitCode.FINDINGS);
        assertThat(verify.out).first().asString().startsWith("/x[4999999488:5000000512]: ");
    }

    @Test
    void sourcesOfVirtualDatasetsThatAreMissingAreReported() {
        Hdf5Calls.makeLatest(file, id -> {
            Hdf5Calls.ints(id, "/here", 1, 2, 3);
            long creation = H5.H5Pcreate(HDF5Constants.H5P_DATASET_CREATE);
            long space = H5.H5Screate_simple(3, new long[] {3600, 4000, 4000}, null);
            H5.H5Pset_virtual(creation, space, "missing.h5", "data", space);
            H5.H5Dclose(H5.H5Dcreate(
                    id, "/data", HDF5Constants.H5T_STD_U16LE, space, Hdf5Calls.DEFAULT, creation, Hdf5Calls.DEFAULT));
        });

        Answer verify = run("verify", file);

        assertThat(verify.status).isZero();
        assertThat(verify.out)
                .anyMatch(line -> line.startsWith("/data: missing.h5, ") && line.contains("is not there"))
                .last()
                .asString()
                .endsWith("no damage found");
        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.dataset("data").sources()).containsOnly(Map.entry("missing.h5", false));
            assertThat(h5.dataset("here").sources()).isEmpty();
        }
    }

    @Test
    void aFarLimitStaysSmallWhenRepacked() throws IOException {
        Hdf5Calls.make(
                file,
                id -> Hdf5Calls.dataset(
                        id,
                        "/pixels",
                        HDF5Constants.H5T_IEEE_F64LE,
                        new long[] {10},
                        new long[] {100_000_000_000L},
                        new long[] {1},
                        d -> Hdf5Calls.element(d, 1.5, 3)));
        Path to = directory.resolve("new.h5");

        assertThat(run("repack", file, "--compress", "gzip", "--to", to).status).isZero();

        assertThat(Files.size(to)).isLessThan(1 << 20);
        try (H5Source h5 = H5Source.open(to)) {
            assertThat(h5.dataset("pixels").read(double[].class)).containsExactly(0, 0, 0, 1.5, 0, 0, 0, 0, 0, 0);
        }
    }

    @Test
    void aRowThatMemoryDoesNotHoldIsASentence() {
        Hdf5Calls.make(
                file,
                id -> Hdf5Calls.dataset(
                        id,
                        "/x",
                        HDF5Constants.H5T_STD_I32LE,
                        new long[] {1L << 33, Runtime.getRuntime().maxMemory() / 4 + 1},
                        null,
                        new long[] {1, 1024},
                        d -> {}));

        for (String path : new String[] {"/", "/x"}) {
            Answer show = run("show", file, path);

            assertThat(show.status).isEqualTo(ExitCode.ERROR);
            assertThat(show.err.lines()).singleElement().asString().contains("/x: there is no memory for");
        }
    }

    @Test
    void timesOfHdf5AreNotReadAndNoDamage() {
        Hdf5Calls.make(
                file,
                id -> Hdf5Calls.dataset(
                        id, "/t", HDF5Constants.H5T_UNIX_D64LE, new long[] {3}, null, new long[] {3}, d -> {
                            H5.H5Dwrite(
                                    d,
                                    HDF5Constants.H5T_UNIX_D64LE,
                                    HDF5Constants.H5S_ALL,
                                    HDF5Constants.H5S_ALL,
                                    Hdf5Calls.DEFAULT,
                                    new byte[24],
                                    false);
                        }));

        Answer verify = run("verify", file);

        assertThat(verify.status).isZero();
        assertThat(verify.out)
                .hasSize(2)
                .first()
                .asString()
                .startsWith("/t[0:3]: not read, ")
                .contains("H5T_TIME");
        assertThat(verify.out.get(1)).contains("1 dataset not read").endsWith("no damage found");
    }

    @Test
    void objectsThatShareMessagesAreReadableOnceRepacked() {
        Hdf5Calls.make(file, id -> {});
        Python.run("""
                import h5py, numpy as np, subprocess, sys
                with h5py.File(sys.argv[2], 'w') as f:
                    for i in range(2):
                        f.create_dataset(f'd{i}', data=np.arange(10.), chunks=(5,), maxshape=(None,), fillvalue=7., compression='gzip')
                        f[f'd{i}'].attrs['u'] = np.arange(4.)
                        for k, v in {'i': np.arange(3, dtype='>i2'), 's': np.array([b'abc', b'de']), 'v': ['x', 'yy'],
                                     'h': np.arange(3, dtype='f2'), 'b': np.array([True, False]), 'l': np.arange(3, dtype=np.longdouble),
                                     'c': np.array([(1, 2.)], dtype=[('a', 'i4'), ('b', 'f8')])}.items():
                            f[f'{k}{i}'] = v
                        f[f'r{i}'] = f['d0'].ref
                subprocess.run(['h5repack', '-L', '-s', '1', sys.argv[2], sys.argv[1]], check=True)
                """, file, directory.resolve("plain.h5"));
        Path to = directory.resolve("new.h5");

        assertThat(run("repack", file, "--compress", "gzip", "--to", to).status).isZero();

        assertThat(Python.run("""
                import h5py, sys
                with h5py.File(sys.argv[1], 'r') as a, h5py.File(sys.argv[2], 'r') as b:
                    assert list(a) == list(b) and len(b) == 18
                    for n in a:
                        assert a[n].dtype == b[n].dtype and (a[n].dtype.kind == 'O' or (a[n][()] == b[n][()]).all())
                    print(b['d1'].attrs['u'].tolist(), b['d0'].fillvalue)
                """, file, to)).isEqualToIgnoringWhitespace("[0.0, 1.0, 2.0, 3.0] 7.0");
    }
}
