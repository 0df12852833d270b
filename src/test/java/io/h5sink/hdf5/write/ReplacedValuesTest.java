package io.h5sink.hdf5.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.engine.WritableFile;
import io.h5sink.hdf5.write.JavaSession.Change;
import io.h5sink.judge.Python;
import io.h5sink.judge.Tool;
import io.h5sink.schema.ColumnType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values that sessions replace again and again, in files of this library and of h5py. */
class ReplacedValuesTest {

    private static final ColumnType TEXT = ColumnType.scalar(ColumnType.Kind.STRING);
    private static final ColumnType NUMBERS =
            ColumnType.scalar(ColumnType.Kind.INT32).shaped(List.of(10_000));

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("data.h5");
    }

    private void session(Change... commits) {
        JavaSession.write(file, commits);
    }

    private static ByteBuffer text(String... texts) {
        byte[] utf8 = (String.join("\0", texts) + '\0').getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocateDirect(utf8.length).put(utf8).flip();
    }

    private static ByteBuffer numbers(int count, int first) {
        ByteBuffer data = ByteBuffer.allocateDirect(Integer.BYTES * count).order(ByteOrder.LITTLE_ENDIAN);
        while (data.hasRemaining()) {
            data.putInt(first + data.position() / Integer.BYTES);
        }
        return data.flip();
    }

    private static void put(WritableFile file, String value) {
        file.text("/note", text(value));
        file.latest("/last", TEXT).writeVariable(text(value));
        file.latest("/list", ColumnType.scalar(ColumnType.Kind.INT32).anyNumber())
                .writeVariable(numbers(value.length(), 7));
        file.attribute("/last", "words", TEXT.shaped(List.of(2)), text(value, "é"));
        file.latest("/large", NUMBERS).write(numbers(10_000, value.length()));
    }

    @Test
    void theFileDoesNotGrow() throws IOException {
        Set<Long> sizes = new HashSet<>();
        for (int i = 0; i < 12; i++) {
            String value = "value " + i;
            session(commit -> put(commit, value + " before"), commit -> put(commit, value));
            if (i >= 2) {
                sizes.add(Files.size(file));
            }
        }

        assertThat(sizes).hasSize(1);
        if (Python.isPresent()) {
            assertThat(Python.run("""
                    import h5py, sys
                    with h5py.File(sys.argv[1], 'r') as f:
                        print(f['note'].asstr()[()], f['last'].asstr()[()], f['list'][()], list(f['last'].attrs['words']))
                        print(f['large'][0], f['large'][9999], f['large'].id.get_create_plist().get_layout())
                    """, file))
                    .isEqualTo("value 11 value 11 [ 7  8  9 10 11 12 13 14] ['value 11', 'é']\n8 10007 1\n");
        }
        if (Tool.isPresent("h5dump")) {
            assertThat(Tool.h5dump("-d", "/note", file)).contains("DATASPACE  SCALAR", "(0): \"value 11\"");
        }
    }

    @Test
    void longerTextsAndEmptyOnesTakeTurns() {
        for (int length : new int[] {0, 10, 10_000, 0, 100_000, 1}) {
            session(commit -> put(commit, "x".repeat(length)));
            if (Python.isPresent()) {
                assertThat(Python.run("""
                        import h5py, sys
                        with h5py.File(sys.argv[1], 'r') as f:
                            print(len(f['note'][()]), len(f['last'][()]), len(f['list'][()]), len(f['last'].attrs['words'][0]))
                        """, file).trim())
                        .isEqualTo(String.join(" ", List.of("" + length, "" + length, "" + length, "" + length)));
            }
        }
    }

    @Test
    void datasetsOfH5pyKeepTheirLayout() {
        Python.require();
        Python.run("""
                import h5py, sys, numpy
                with h5py.File(sys.argv[1], 'w', libver=('v110', 'v110')) as f:
                    f['note'] = 'of fixed length'.encode()
                    f['large'] = numpy.zeros(10000, 'i4')
                    f.create_dataset('chunks', data=numpy.arange(35, dtype='i4').reshape(5, 7), chunks=(2, 3))
                    f.attrs['text'] = numpy.bytes_('x ')
                """, file);
        session(commit -> {
            put(commit, "seven12");
            commit.latest("/chunks", ColumnType.scalar(ColumnType.Kind.INT32).shaped(List.of(5, 7)))
                    .write(numbers(35, 100));
            assertThat(commit.attributeText("/", "text")).isEqualTo("x ");
            assertThat(commit.attributeText("/last", "words")).isNull();
            assertThat(commit.attributeText("/nothing", "words")).isNull();
        });

        assertThat(Python.run("""
                import h5py, sys, numpy
                with h5py.File(sys.argv[1], 'r') as f:
                    print(f['note'].asstr()[()], f['large'][0], f['chunks'].chunks)
                    print((f['chunks'][()] == numpy.arange(100, 135).reshape(5, 7)).all())
                """, file)).isEqualTo("seven12 7 (2, 3)\nTrue\n");
    }
}
