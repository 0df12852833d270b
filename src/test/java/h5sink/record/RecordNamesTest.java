package h5sink.record;

import static h5sink.record.Recording.attribute;
import static h5sink.record.Recording.rows;
import static h5sink.record.Recording.types;
import static org.assertj.core.api.Assertions.assertThat;

import h5sink.console.ExitCode;
import io.h5sink.H5Record;
import io.h5sink.H5Sink;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** Each field has a column of its own, whatever its name is, and the same one in the next run. */
class RecordNamesTest {

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    @Test
    void fieldsWhoseNamesBecomeTheSameAreBothKept() {
        assertThat(Recording.of(file, "{\"m/s\":1,\"m.s\":2,\"m_s\":3,\"wind\":{\"speed\":4},\"wind_speed\":5}\n")
                        .status())
                .isZero();

        assertThat(rows(file, "/")).containsExactly("{m_s=3, m_s_2=2, m_s_3=1, wind_speed=5, wind_speed_2=4}");
        assertThat(attribute(file, "/m_s_3", "field")).isEqualTo("m/s");
        assertThat(attribute(file, "/wind_speed_2", "field")).isEqualTo("/wind/speed");
        assertThat(attribute(file, "/wind_speed", "field")).isNull();
    }

    @Test
    void aFieldKeepsItsColumnWhateverComesInTheNextRun() {
        Recording.of(file, "{\"m/s\":1,\"only\":0}\n{\"m/s\":2}\n");
        Recording.of(file, "{\"m_s\":10,\"m/s\":3}\n");
        Recording.of(file, "{\"m.s\":100,\"m_s\":20}\n", "--type=m/s=int64");

        assertThat(rows(file, "/"))
                .extracting(row -> row.replace(String.valueOf(Long.MIN_VALUE), "-"))
                .containsExactly(
                        "{m_s=1, m_s_2=-, m_s_3=-, only=0}",
                        "{m_s=2, m_s_2=-, m_s_3=-, only=-}",
                        "{m_s=3, m_s_2=10, m_s_3=-, only=-}",
                        "{m_s=-, m_s_2=20, m_s_3=100, only=-}");
    }

    @Test
    void aColumnOfAnotherProgramTakesTheFieldThatHasItsName() {
        H5Sink<H5Record> sink = H5Sink.to(file);
        Flux.just(H5Record.of("wind_speed", 1.5)).subscribe(sink);
        sink.result().block();

        Recording.of(file, "{\"wind\":{\"speed\":2.5}}\n");

        assertThat(rows(file, "/")).containsExactly("{wind_speed=1.5}", "{wind_speed=2.5}");
    }

    @Test
    void namesThatHdf5OrJavaCannotHaveGetOthers() {
        String names =
                "{\"\":1,\".\":2,\"..\":3,\"/\":4,\"a\\u0000b\":5,\"a\\nb\":6,\"x[1]\":7,\"toString\":\"t\",\"hashCode\":8,"
                        + "\"wait\":9,\"" + "n".repeat(70_000 / 2) + "\":10}\n";
        Recording recording = Recording.of(file, names);

        assertThat(recording.reported()).containsExactly("1 record");
        assertThat(rows(file, "/"))
                .containsExactly("{_=1, __=3, __2=2, __3=4, a_b=5, a_b_2=6, hashCode=8, " + "n".repeat(250)
                        + "=10, toString=t, wait=9, x_1]=7}");
    }

    @Test
    void tablesAndRoutesKeepThemApartToo() {
        assertThat(Recording.of(file, "{\"m/s\":1,\"m_s\":2}\n", "--layout=table")
                        .status())
                .isZero();
        assertThat(types(file)).containsExactly("table compound{m_s_2: int64, m_s: int64}");

        Path routed = directory.resolve("routed.h5");
        assertThat(Recording.of(routed, "{\"m/s\":1,\"m_s\":2,\"to\":18446744073709551615}\n", "--route=to")
                        .status())
                .isZero();
        assertThat(rows(routed, "/18446744073709551615")).containsExactly("{m_s=2, m_s_2=1, to=18446744073709551615}");
    }

    @Test
    void aKeyThatIsThereTwiceMakesABadLine() {
        Recording recording = Recording.of(
                file, "{\"a\":1,\"o\":{\"x\":1}}\n{\"a\":1,\"a\":2}\n{\"o\":{\"x\":1},\"a\":3,\"o\":{\"x\":2}}\n");

        assertThat(recording.status()).isEqualTo(ExitCode.FINDINGS);
        assertThat(recording.reported())
                .containsExactly(
                        "line 2: the field a is there twice",
                        "line 3: the field /o/x is there twice",
                        "1 record; left out 2 bad lines");
    }
}
