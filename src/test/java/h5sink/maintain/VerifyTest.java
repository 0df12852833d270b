package h5sink.maintain;

import static org.assertj.core.api.Assertions.assertThat;

import h5sink.CliTest;
import h5sink.Running;
import h5sink.Running.Answer;
import h5sink.Underway;
import h5sink.console.ExitCode;
import hdf.hdf5lib.H5;
import io.h5sink.foreign.Hdf5Calls;
import io.h5sink.judge.Python;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyTest {

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    @Test
    void verifySaysWhatIsDamaged() {
        CliTest.make(file, 2000);
        assertThat(Running.succeed("verify", file)).singleElement().asString().endsWith("no damage found");
        Python.run("""
                import h5py, sys
                with h5py.File(sys.argv[1], 'r') as f:
                    chunk = f['run/value'].id.get_chunk_info(0)
                with open(sys.argv[1], 'r+b') as f:
                    f.seek(chunk.byte_offset + chunk.size // 2)
                    f.write(b'\\xff' * 20)
                """, file);

        Answer answer = Running.run("", "verify", file);

        assertThat(answer.status()).isEqualTo(ExitCode.FINDINGS);
        assertThat(answer.out()).hasSize(2);
        assertThat(answer.out().get(0)).startsWith("/run/value[0:");
        assertThat(answer.out().get(1)).endsWith("1 finding");
    }

    @Test
    void verifySaysWhatTwoDatasetsShare() throws IOException {
        long[] addresses = new long[2];
        Hdf5Calls.make(file, f -> {
            for (String name : new String[] {"a", "b"}) {
                Hdf5Calls.ints(f, name, new int[10]);
                long dataset = H5.H5Dopen(f, name, Hdf5Calls.DEFAULT);
                addresses[name.charAt(0) - 'a'] = H5.H5Dget_offset(dataset);
                H5.H5Dclose(dataset);
            }
        });
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at + Long.BYTES <= bytes.limit(); at++) {
            if (bytes.getLong(at) == addresses[1]) {
                bytes.putLong(at, addresses[0]);
            }
        }
        Files.write(file, bytes.array());

        Answer answer = Running.run("", "verify", file);

        assertThat(answer.status()).isEqualTo(ExitCode.FINDINGS);
        assertThat(answer.out()).hasSize(2);
        assertThat(answer.out().get(0))
                .matches("/(a|b): it shares 40 bytes at address " + addresses[0] + " with /(a|b), .*");
    }

    @Test
    void whatTakesFarMoreInMemoryThanInTheFileIsHealthy() {
        Python.run("""
                import h5py, sys
                with h5py.File(sys.argv[1], 'w', libver=('v110', 'v110')) as f:
                    f.create_dataset('nothing', (10_000_000, 1024), 'f8', chunks=(1024, 128))
                    f.create_dataset('long', (300_000, 1024), 'f8', chunks=(1024, 128))[0, 0] = 1
                    f.create_dataset('wide', (1, 2**31 + 3), 'u1', chunks=(1, 2**20))[0, -1] = 1
                    f.create_dataset('contiguous', (1000, 1000), 'f8')[()] = 1
                    f['empty'] = h5py.Empty('f8')
                """, file);

        assertThat(Running.succeed("verify", file))
                .singleElement()
                .asString()
                .startsWith(file + ": 1 group, 5 datasets, ")
                .endsWith("no damage found");
    }

    @Test
    void tellsThatAFileIsWrittenToWhicheverWayLeadsToIt() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link.h5"), file);
        Underway stream = new Underway(file);

        Answer answer = Running.run("", "verify", link);
        stream.complete();

        assertThat(answer.status()).isEqualTo(ExitCode.FINDINGS);
        assertThat(answer.out())
                .first()
                .asString()
                .startsWith("there is a journal, " + file.toRealPath() + ".journal: ");
        assertThat(Running.succeed("verify", link)).singleElement().asString().endsWith("no damage found");
    }
}
