package h5sink.record;

import static h5sink.record.Recording.rows;
import static h5sink.record.Recording.types;
import static org.assertj.core.api.Assertions.assertThat;

import h5sink.Running;
import h5sink.console.ExitCode;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Numbers are stored as they are, or it is reported. */
class RecordNumbersTest {

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    @Test
    void integersBeyondInt64MakeTheirColumnUnsigned() {
        Recording recording = Recording.of(
                file,
                "{\"id\":9007199254740993,\"l\":[1,18446744073709551615]}\n{\"id\":18446744073709551615,\"l\":[0,9007199254740993]}\n"
                        + "{\"l\":[2,3]}\n");

        assertThat(recording.status()).as("%s", recording).isZero();
        assertThat(types(file)).containsExactly("id uint64", "l uint64");
        assertThat(Running.succeed("show", file, "/id"))
                .containsExactly("9007199254740993", "18446744073709551615", "");
        assertThat(Running.succeed("show", file, "/l"))
                .containsExactly("1\t18446744073709551615", "0\t9007199254740993", "2\t3");
        Recording more = Recording.of(file, "{\"id\":18446744073709551613,\"l\":[4,5]}\n{\"id\":-1,\"l\":[6,7]}\n");
        assertThat(more.status()).as("%s", more).isEqualTo(ExitCode.FINDINGS);
        assertThat(more.reported()).contains("line 2: id is -1, not of type uint64");
        assertThat(Running.succeed("show", file, "/id")).endsWith("18446744073709551613");
    }

    @Test
    void integersThatNoColumnHoldsAreReported() {
        Recording recording = Recording.of(
                file,
                "a,b,c\n-1,1.5,1\n9007199254740993,9007199254740993,18446744073709551616\n18446744073709551615,2,2\n3,9007199254740992,3\n");

        assertThat(recording.status()).isEqualTo(ExitCode.FINDINGS);
        assertThat(recording.reported())
                .containsExactly(
                        "line 3: b is 9007199254740993, which float64 does not hold exactly; --type b=float64 rounds it",
                        "line 4: a is \"18446744073709551615\", not of type int64",
                        "2 records; left out 2 bad lines");
        assertThat(rows(file, "/")).containsExactly("{a=-1, b=1.5, c=1}", "{a=3, b=9.007199254740992E15, c=3}");
    }

    @Test
    void aFloatThatSomebodyWantsRounds() {
        assertThat(Recording.of(
                                file,
                                "{\"b\":9007199254740993,\"l\":[9007199254740993]}\n",
                                "--type=b=float64",
                                "--type=l=float64[]")
                        .status())
                .isZero();

        assertThat(rows(file, "/")).singleElement().asString().startsWith("{b=9.007199254740992E15, l=");
    }

    @Test
    void infinitiesAndNaNHaveManySpellings() {
        String infinite = "inf\nInf\n+INF\ninfinity\nInfinity\n+Infinity\n1.#INF\n1.#INF00\n\u221e\n";
        Recording recording = Recording.of(
                file,
                "a\n1.5\n" + infinite + infinite.replaceAll("(?m)^\\+?", "-").replaceAll("-$", "")
                        + "nan\nNaN\nNAN\n-nan\n+nan\nnan(ind)\n-1.#IND\n1.#QNAN\n");

        assertThat(recording.reported()).containsExactly("27 records");
        assertThat(rows(file, "/").stream().map(row -> row.substring(3, row.length() - 1)))
                .containsSubsequence("1.5", "Infinity", "-Infinity", "NaN")
                .areExactly(9, new org.assertj.core.api.Condition<>("Infinity"::equals, "infinite"))
                .areExactly(9, new org.assertj.core.api.Condition<>("-Infinity"::equals, "minus infinite"));
    }

    @Test
    void aNumberThatNoDoubleComesNearIsReported() {
        assertThat(Recording.of(file, "{\"a\":1e999}\n{\"a\":1}\n{\"a\":-Infinity}\n")
                        .reported())
                .containsExactly("line 1: a is 1e999, not of type float64", "2 records; left out 1 bad line");
    }

    @Test
    void whatIsStoredAsJsonKeepsAllItsDigits() {
        Recording.of(file, "{\"a\":[1,\"x\",{\"b\":12345678901234567890123,\"c\":1.10}]}\n");

        assertThat(rows(file, "/")).containsExactly("{a=[1,\"x\",{\"b\":12345678901234567890123,\"c\":1.10}]}");
    }
}
