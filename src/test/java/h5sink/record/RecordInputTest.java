package h5sink.record;

import static h5sink.record.Recording.rows;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import h5sink.console.ExitCode;
import h5sink.input.Lines;
import io.h5sink.H5Source;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records are found in whatever the input is, and exit code 0 says that all of them are in the file. */
class RecordInputTest {

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(text.getBytes(UTF_8));
        }
        return packed.toByteArray();
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{\"a\":1},{\"a\":2},{\"a\":3}]",
                "[\n{\"a\":1},\n{\"a\":2},\n{\"a\":3}\n]\n",
                "[\r\n  {\r\n    \"a\": 1\r\n  },\r\n  {\r\n    \"a\": 2\r\n  }, {\"a\":3}\r\n]\r\n",
                "{\"a\":1}{\"a\":2} {\n\"a\"\n:\n3}",
                "{\"a\":1},\n{\"a\":2},\n{\"a\":3},\n",
                "\u001e{\"a\":1}\n\u001e{\"a\":2}\n\u001e{\"a\":3}\n",
                "\ufeff{\"a\":1}\n\n  \n{\"a\":2}\n{\"a\":3}",
                "\ufeffa\r\n1\r\n2\r\n3\r\n",
                "[{\"a\":1},{\"a\":2}]\n[{\"a\":3}]\n[]\n"
            })
    void recordsMayLieOnLinesInAnyWay(String input) {
        Recording recording = Recording.of(file, input);

        assertThat(recording.reported()).containsExactly("3 records");
        assertThat(recording.status()).isZero();
        assertThat(rows(file, "/")).containsExactly("{a=1}", "{a=2}", "{a=3}");
    }

    @Test
    void anArrayOnOneLineIsReadElementByElement() {
        int elements = 200_000; // longer than a line may be, and than what is looked at first
        StringBuilder array = new StringBuilder(elements * 200).append('[');
        for (int i = 0; i < elements; i++) {
            array.append(i == 0 ? "" : ",")
                    .append("{\"n\":")
                    .append(i)
                    .append(",\"pad\":[")
                    .append("0,".repeat(80))
                    .append("0]}");
        }
        Recording recording = Recording.of(file, array.append(']').toString(), "--type=pad=int8[]");

        assertThat(array.length()).isGreaterThan(2 * Lines.LONGEST);
        assertThat(recording.reported()).containsExactly("200,000 records");
        try (H5Source h5 = H5Source.open(file)) {
            long[] numbers = (long[]) h5.dataset("/n").read();
            assertThat(numbers).hasSize(elements).isSorted().startsWith(0).endsWith(elements - 1L);
        }
    }

    @Test
    void gzipAndZstdAreUnpacked() throws IOException {
        String first = "{\"a\":1}\n{\"a\":2}\n";
        String second = "{\"a\":3}\n";
        Recording.of(file, join(gzip(first), gzip(second)));
        Recording.of(file, join(Zstd.compress(first.getBytes(UTF_8)), Zstd.compress(second.getBytes(UTF_8))));
        Recording.of(file, gzip("\ufeffa\r\n1\r\n2\r\n3"));
        Recording recording = Recording.of(file, gzip("[{\"a\":1},{\"a\":2},{\"a\":3}]"));

        assertThat(recording.status()).isZero();
        assertThat(rows(file, "/")).hasSize(12).containsOnly("{a=1}", "{a=2}", "{a=3}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "gzip:6", "zstd:3", "lzf", "lz4", "auto", "none"})
    void everyCompressionTakesTextAndNumbersAndTimes(String compression) {
        Recording recording = Recording.of(
                file,
                "t,a,n,b\n2026-05-01T00:00:00Z,x,1,true\n2026-05-01T00:00:01Z,,2,false\n",
                "--compress=" + compression);

        assertThat(recording.status()).as("%s", recording.reported()).isZero();
        assertThat(rows(file, "/"))
                .containsExactly(
                        "{a=x, b=true, n=1, t=1777593600000000000}", "{a=, b=false, n=2, t=1777593601000000000}");
    }

    @Test
    void whatIsNoTextIsReportedInWords() throws IOException {
        byte[] cut = gzip("{\"a\":1}\n".repeat(100_000));
        Path other = directory.resolve("other.h5");
        Recording.of(other, "{\"a\":1}\n");

        assertThat(Recording.of(file, "a,b\n1,2\n".getBytes(UTF_16)).reported())
                .containsExactly("the input is UTF-16, not UTF-8; iconv -f UTF-16 -t UTF-8 converts it");
        assertThat(Recording.of(file, "{\"a\":1}\n".getBytes(UTF_16LE)).reported())
                .containsExactly("the input is UTF-16, not UTF-8; iconv -f UTF-16 -t UTF-8 converts it");
        assertThat(Recording.of(file, new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z', 0, 0})
                        .reported())
                .containsExactly("the input is packed by xz, which is not unpacked here, as gzip and zstd are;"
                        + " unpack it and give the lines");
        assertThat(Recording.of(file, Files.readAllBytes(other)).reported())
                .containsExactly("the input is an HDF5 file, not lines; see h5sink ls");
        assertThat(file).doesNotExist();
        Recording broken = Recording.of(file, Arrays.copyOf(cut, cut.length - 20));
        assertThat(broken.status()).isEqualTo(ExitCode.ERROR);
        assertThat(broken.reported())
                .singleElement()
                .asString()
                .contains("the input cannot be read: Unexpected end of ZLIB");
    }

    @Test
    void anArrayThatIsCutOffIsReported() {
        Recording recording = Recording.of(file, "[{\"a\":1},\n{\"a\":2},\n");

        assertThat(recording.status()).isEqualTo(ExitCode.FINDINGS);
        assertThat(recording.reported())
                .containsExactly("the array has no end: maybe some of it is missing", "2 records");
    }

    @Test
    void aBrokenObjectIsOneBadLineAndTheNextOneIsRead() throws IOException {
        Path bad = directory.resolve("bad");
        String pretty = "  {\n    \"a\": tru,\n    \"l\": [\n      {\n        \"a\": 7\n      }\n    ]\n  }";
        Recording recording = Recording.of(
                file, "[\n  {\n    \"a\": 1\n  },\n" + pretty + ",\n  {\n    \"a\": 3\n  }\n]\n", "--bad", bad);

        assertThat(recording.status()).isEqualTo(ExitCode.FINDINGS);
        assertThat(recording.reported())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("line 5: not JSON at line 6, column 10: Unrecognized token 'tru'"),
                        line -> assertThat(line).isEqualTo("2 records; left out 1 bad line"));
        assertThat(rows(file, "/")).containsExactly("{a=1}", "{a=3}");
        assertThat(Files.readString(bad)).isEqualTo(pretty.strip() + ",\n");
    }

    @Test
    void aLineThatIsCutOffCostsNoOther() {
        Recording recording = Recording.of(
                file, "{\"a\":1}\n{\"a\":\n{\"a\":2}\n{\"a\":[1,\n{\"a\":3}\n{\"a\":\"x\n{\"a\":4}\n{\"a\":5");

        assertThat(recording.reported()).hasSize(5).element(4).isEqualTo("4 records; left out 4 bad lines");
        assertThat(recording.reported().stream()
                        .map(line -> line.substring(0, 7))
                        .limit(4))
                .isEqualTo(List.of("line 2:", "line 4:", "line 6:", "line 8:"));
        assertThat(rows(file, "/")).containsExactly("{a=1}", "{a=2}", "{a=3}", "{a=4}");
    }

    @Test
    void nothingIsRecordedOfAnEmptyInputAndThatIsReported() {
        for (String empty : List.of("", "\n \n", "[]", "\ufeff", "a,b\n")) {
            Recording recording = Recording.of(file, empty);
            assertThat(recording.reported()).containsExactly("there was no line to record, and nothing was written");
            assertThat(recording.status()).isZero();
        }
        assertThat(file).doesNotExist();
    }
}
