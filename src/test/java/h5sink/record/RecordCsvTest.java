package h5sink.record;

import static h5sink.record.Recording.attribute;
import static h5sink.record.Recording.rows;
import static h5sink.record.Recording.types;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import h5sink.console.ExitCode;
import h5sink.input.Lines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CSV as all kinds of programs write it. */
class RecordCsvTest {

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    @ParameterizedTest
    @ValueSource(strings = {",", ";", "\t", "|"})
    void theSeparatorIsRecognised(String separator) {
        String text = "a,\"b\",c\n1,x,2.5\n\"2\",\"y\",3\n".replace(",", separator);

        assertThat(Recording.of(file, text).reported()).containsExactly("2 records");
        assertThat(rows(file, "/")).containsExactly("{a=1, b=x, c=2.5}", "{a=2, b=y, c=3.0}");
    }

    @Test
    void theSeparatorCanBeSaid() {
        Recording.of(file, "a b\n1 2\n", "--separator= ");
        Recording.of(file, "a,b\tb\n1\t2\n", "--separator=tab", "--group=/tab");
        Recording.of(file, "sep=:\r\na:b\r\n1:2\r\n", "--group=/excel");

        assertThat(rows(file, "/").get(0)).startsWith("{a=1, b=2");
        assertThat(rows(file, "/tab")).containsExactly("{a,b=1, b=2}");
        assertThat(rows(file, "/excel")).containsExactly("{a=1, b=2}");
        assertThat(Recording.of(file, "a b\n1 2\n", "--separator=ab").reported())
                .containsExactly("--separator 'ab' must be one character, or tab");
    }

    @Test
    void quotesMayGoOverLinesAndHaveAnythingInThem() {
        String text = "a,\"the\nname\"\r\n1,\"x\r\n\r\n\"\"y\"\", z\"\n2,\"\"\n3,\"a\rb\"\n4, 5\"\n";

        assertThat(Recording.of(file, text).reported()).containsExactly("4 records");
        assertThat(rows(file, "/"))
                .containsExactly(
                        "{a=1, the_name=x\r\n\r\n\"y\", z}",
                        "{a=2, the_name=}",
                        "{a=3, the_name=a\rb}",
                        "{a=4, the_name= 5\"}");
        assertThat(attribute(file, "/the_name", "field")).isEqualTo("the\nname");
    }

    @Test
    void badRowsAreReportedByTheirLinesAndCostNoOther() throws IOException {
        Path bad = directory.resolve("bad");
        String text = "a,b\n1,x\n2,\"x\"y\n3,\"over\nlines\"\n4,x,5\n6\n7,\"no end\n8,x\n9,\"over\nlines\",10\n11,x";
        Recording recording = Recording.of(file, text, "--bad", bad);

        assertThat(recording.status()).isEqualTo(ExitCode.FINDINGS);
        assertThat(recording.reported())
                .containsExactly(
                        "line 3: Unexpected character after closing quote: 'y' (0x79)",
                        "line 6: 3 values, not 2",
                        "line 7: 1 values, not 2",
                        "line 8: Unexpected character after closing quote: 'o' (0x6f)",
                        "line 10: 3 values, not 2",
                        "line 11: 2 values, not 2"
                                .replace("line 11: 2 values, not 2", "line 11: a is \"lines\"\", not of type int64"),
                        "4 records; left out 6 bad lines");
        assertThat(rows(file, "/")).containsExactly("{a=1, b=x}", "{a=3, b=over\nlines}", "{a=8, b=x}", "{a=11, b=x}");
        assertThat(Files.readAllLines(bad))
                .containsExactly("2,\"x\"y", "4,x,5", "6", "7,\"no end", "9,\"over", "lines\",10");
    }

    @Test
    void aQuoteWithoutAnEndCostsItsLine() {
        assertThat(Recording.of(file, "a,b\n1,x\n2,\"y\n3,z\n").reported())
                .containsExactly("line 3: a quote without an end", "2 records; left out 1 bad line");
    }

    @Test
    void namesAreNeeded() {
        assertThat(Recording.of(file, "1,2\n3,4\n").reported())
                .containsExactly(
                        "line 1 should have the names of the columns, but is 1,2; --names NAME,NAME gives them where"
                                + " no line has them");
        assertThat(Recording.of(file, "a,b,a\n1,2,3\n").reported())
                .containsExactly("line 1 should have a name for each column, each once, but is a,b,a");
        assertThat(file).doesNotExist();

        Recording.of(file, "1,2\n3,4\n", "--names=x,y");
        assertThat(rows(file, "/")).containsExactly("{x=1, y=2}", "{x=3, y=4}");
    }

    @Test
    void namesThatComeAgainAreNoRow() {
        assertThat(Recording.of(file, "a,b\n1,x\na,b\n2,y\n").reported()).containsExactly("2 records");
        assertThat(types(file)).containsExactly("a int64", "b variable-length UTF-8 string");
    }

    @Test
    void anIndexWithoutANameIsAColumn() {
        assertThat(Recording.of(file, ",a\n0,1.5\n1,2.5\n").status()).isZero();
        assertThat(rows(file, "/")).containsExactly("{_=0, a=1.5}", "{_=1, a=2.5}");
    }

    @Test
    void bytesThatAreNotUtf8AreReported() {
        Recording recording = Recording.of(file, "city\nBern\nZ\u00fcrich\n".getBytes(ISO_8859_1));

        assertThat(recording.status()).isEqualTo(ExitCode.FINDINGS);
        assertThat(recording.reported())
                .containsExactly(
                        "line 3: not UTF-8, as everything should be; iconv converts it",
                        "1 record; left out 1 bad line");
    }

    @Test
    void nulIsKeptOrReported() {
        Recording recording = Recording.of(file, "name\0b,c\n1,x\0y\n2,z\n");

        assertThat(recording.status()).isEqualTo(ExitCode.FINDINGS);
        assertThat(recording.reported()).hasSize(2).element(0).asString().startsWith("line 2: /c: expected ");
        assertThat(rows(file, "/")).containsExactly("{c=z, name_b=2}");
    }

    @Test
    void linesThatEndWithACarriageReturnAloneAreReported() {
        assertThat(Recording.of(file, "a,b\r1,2\r3,4\r").reported())
                .containsExactly(
                        "line 1, which should have the names: a carriage return within the line; tr '\\r' '\\n' makes"
                                + " lines of it");
    }

    @Test
    void aLineThatIsTooLongIsABadOne() {
        assertThat(Recording.of(file, "a,b\n1," + "x".repeat(2 * Lines.LONGEST) + "\n2,y\n")
                        .reported())
                .containsExactly("line 2: longer than 16.0 MiB", "1 record; left out 1 bad line");
    }
}
