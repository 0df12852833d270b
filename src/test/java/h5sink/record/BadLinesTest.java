package h5sink.record;

import static h5sink.record.RecordTest.numbers;
import static org.assertj.core.api.Assertions.assertThat;

import h5sink.Running;
import h5sink.Running.Answer;
import h5sink.console.ExitCode;
import h5sink.input.Lines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BadLinesTest {

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    @Test
    void badLinesAreReportedCountedAndKept() throws IOException {
        Path bad = directory.resolve("bad.ndjson");
        Answer answer = Running.run(
                numbers(1, 3)
                        + "nonsense\n{\"n\":1.5,\"half\":1}\n{\"half\":2}\n\n{\"n\":4,\"half\":2,\"more\":1}\n[1]\n"
                        + "{\"n\":5,\"half\":2.5} {\"n\":\n{\"n\":5,\"half\":\"wide\"}\n" + numbers(5, 2000),
                "record",
                file,
                "--type=n=int64",
                "--type=half=float64",
                "--bad",
                bad);

        assertThat(answer.status()).isEqualTo(ExitCode.FINDINGS);
        assertThat(answer.err().subList(0, 6))
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("h5sink: line 4: not a JSON object"),
                        line -> assertThat(line).isEqualTo("h5sink: line 5: n is 1.5, not of type int64"),
                        line -> assertThat(line).isEqualTo("h5sink: line 9: not a JSON object"),
                        line -> assertThat(line)
                                .startsWith(
                                        "h5sink: line 10: not JSON at line 12, column 1: Unexpected character ('{'"),
                        line -> assertThat(line).isEqualTo("h5sink: line 11: half is \"wide\", not of type float64"),
                        line -> assertThat(line).startsWith("h5sink: " + file + ": 2,002 records in "));
        assertThat(answer.err().get(5)).endsWith("; left out 5 bad lines");
        assertThat(Files.readAllLines(bad)).hasSize(5).startsWith("nonsense").endsWith("{\"n\":5,\"half\":\"wide\"}");
    }

    @Test
    void aFieldThatComesLateIsReportedAndLeftOut() {
        Answer answer =
                Running.run(numbers(1, 1500) + "{\"n\":1501,\"half\":750.5,\"late\":1}\n".repeat(2), "record", file);

        assertThat(answer.status()).isEqualTo(ExitCode.FINDINGS);
        assertThat(answer.err().get(0))
                .isEqualTo("h5sink: line 1501: the field late was not in the first lines and is left out;"
                        + " --type late=TYPE makes a column for it");
        assertThat(answer.err()).hasSize(2);
    }

    @Test
    void aLineThatIsTooLongIsABadOne() throws IOException {
        Path bad = directory.resolve("bad.ndjson");
        String tooLong = "{\"n\":2,\"half\":\"" + "1".repeat(2 * Lines.LONGEST) + "\"}\n";
        String blank = " ".repeat(Lines.LONGEST) + "{\"n\":3,\"half\":1.5}\n";
        String pretty = "{\"n\":3,\n\"half\":" + " ".repeat(2 * Lines.LONGEST) + "1}\n";
        String longest = "{\"n\":4," + " ".repeat(Lines.LONGEST - 20) + "\"half\":2}\n";
        Answer answer = Running.run(
                numbers(1, 1) + tooLong + blank + longest + pretty + numbers(5, 6), "record", file, "--bad", bad);

        assertThat(answer.status()).isEqualTo(ExitCode.FINDINGS);
        assertThat(answer.err().subList(0, 2))
                .containsExactly("h5sink: line 2: longer than 16.0 MiB", "h5sink: line 5: longer than 16.0 MiB");
        assertThat(answer.err().get(2)).endsWith("; left out 2 bad lines");
        assertThat(Running.succeed("show", file, "/n")).containsExactly("1", "3", "4", "5", "6");
        assertThat(Files.readString(bad))
                .isEqualTo(
                        tooLong.substring(0, Lines.KEPT_BYTES) + "\n" + pretty.substring(0, Lines.KEPT_BYTES) + "\n");
    }
}
