package h5sink.record;

import static h5sink.record.Recording.attribute;
import static h5sink.record.Recording.rows;
import static org.assertj.core.api.Assertions.assertThat;

import h5sink.console.ExitCode;
import h5sink.field.Field;
import io.h5sink.H5Source;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the user says about columns is in the file. */
class RecordOptionsTest {

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("data.h5");
    }

    private List<Instant> times(String column) {
        try (H5Source h5 = H5Source.open(file)) {
            return LongStream.of((long[]) h5.dataset(column).read())
                    .mapToObj(nanos -> Instant.ofEpochSecond(nanos / 1_000_000_000, nanos % 1_000_000_000))
                    .toList();
        }
    }

    @Test
    void numbersSince1970AreTimes() {
        Recording recording = Recording.of(
                file,
                "s,ms,us,ns\n1700000000.25,1700000000250,1700000000250000,1700000000250000000\n"
                        + "1.7e9,1700000000000.5,\"1700000000000000\",1700000000000000001\n-1,,0,0\n1e300,1,1,1\n",
                "--type=s=time:s",
                "--type=ms=time:ms",
                "--type=us=time:us",
                "--type=ns=time:ns",
                "--axis=s");

        assertThat(recording.reported())
                .containsExactly("line 5: s is \"1e300\", not of type time:s", "3 records; left out 1 bad line");
        assertThat(times("/s"))
                .containsExactly(
                        Instant.parse("2023-11-14T22:13:20.25Z"),
                        Instant.parse("2023-11-14T22:13:20Z"),
                        Instant.parse("1969-12-31T23:59:59Z"));
        assertThat(times("/ms").subList(0, 2))
                .containsExactly(Instant.parse("2023-11-14T22:13:20.25Z"), Instant.parse("2023-11-14T22:13:20.0005Z"));
        assertThat(times("/us")).startsWith(Instant.parse("2023-11-14T22:13:20.25Z"));
        assertThat(times("/ns").get(1)).isEqualTo(Instant.parse("2023-11-14T22:13:20.000000001Z"));
        assertThat(attribute(file, "/s", "units")).isEqualTo("nanoseconds since 1970-01-01");
    }

    @Test
    void jsonNumbersSince1970AreTimesToo() {
        Recording.of(
                file, "{\"t\":1700000000.123456789}\n{\"t\":1700000001}\n{\"t\":\"1700000002\"}\n", "--type=t=time:s");

        assertThat(times("/t"))
                .containsExactly(
                        Instant.parse("2023-11-14T22:13:20.123456789Z"),
                        Instant.parse("2023-11-14T22:13:21Z"),
                        Instant.parse("2023-11-14T22:13:22Z"));
    }

    @Test
    void localTimesAreOfAZoneAndAnHourThatComesTwiceIsReported() {
        Recording recording = Recording.of(
                file,
                "t\n2026-10-25 01:59\n2026-10-25 02:30\n2026-10-25T02:30+01:00\n2026-03-29 02:30:00.5\n2026-07-01\n",
                "--timezone=Europe/Berlin",
                "--type=t=time");

        assertThat(recording.status()).isEqualTo(ExitCode.FINDINGS);
        assertThat(recording.reported())
                .containsExactly(
                        "line 3: t is \"2026-10-25 02:30\", which comes twice in Europe/Berlin",
                        "line 5: t is \"2026-03-29 02:30:00.5\", which never comes in Europe/Berlin",
                        "3 records; left out 2 bad lines");
        assertThat(times("/t"))
                .containsExactly(
                        Instant.parse("2026-10-24T23:59:00Z"),
                        Instant.parse("2026-10-25T01:30:00Z"),
                        Instant.parse("2026-06-30T22:00:00Z"));
    }

    @Test
    void unitsAndAttributesAreInTheFile() {
        String lines = "{\"temp\":1,\"wind\":{\"speed\":2}}\n";
        Recording.of(file, lines, "--group=/run", "--unit=temp=K");
        Recording recording = Recording.of(
                file,
                lines,
                "--group=/run",
                "--unit=temp=degC",
                "--unit=/wind/speed=m s-1",
                "--attribute=temp@sensor=PT100=A",
                "--attribute=@operator=Ada",
                "--attribute=/@n=3",
                "--attribute=/run@list=[1,2.5]",
                "--attribute=/run/temp@ok=true",
                "--attribute=/run/wind_speed@text=\"3\"");

        assertThat(recording.reported()).containsExactly("1 record");
        assertThat(attribute(file, "/run/temp", "units")).isEqualTo("degC");
        assertThat(attribute(file, "/run/wind_speed", "units")).isEqualTo("m s-1");
        assertThat(attribute(file, "/run/temp", "sensor")).isEqualTo("PT100=A");
        assertThat(attribute(file, "/run/temp", "ok")).isEqualTo(true);
        assertThat(attribute(file, "/run/wind_speed", "text")).isEqualTo("3");
        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.group("/").attributes())
                    .containsEntry("operator", "Ada")
                    .containsEntry("n", 3L);
            assertThat(h5.group("/run").attributes().get("list")).isEqualTo(new double[] {1, 2.5});
        }
        assertThat(rows(file, "/run")).hasSize(2);
    }

    @Test
    void whatIsNotThereIsReportedBeforeAnythingIsWritten() {
        String lines = "{\"a\":1,\"t\":\"2026-05-01T12:00:00Z\"}\n";

        assertThat(Recording.of(file, lines, "--unit=b=K").reported())
                .containsExactly("--unit b=K: there is no field b, but a, t");
        assertThat(Recording.of(file, lines, "--unit=t=s").reported())
                .containsExactly("--unit t=s: the column t has times, which have a unit");
        assertThat(Recording.of(file, lines, "--axis=b").reported())
                .containsExactly("--axis b: there is no field b, but a, t");
        assertThat(Recording.of(file, lines, "--attribute=b@x=1").reported())
                .containsExactly("--attribute b@x=1: there is no field b, but a, t");
        assertThat(Recording.of(file, lines, "--attribute=/b@x=1").reported())
                .containsExactly("--attribute /b@x=1: there is no object /b");
        assertThat(Recording.of(file, lines, "--attribute=x=1").reported())
                .containsExactly("--attribute x=1 is not like PATH@NAME=VALUE");
        assertThat(Recording.of(file, lines, "--timezone=Mars/Olympus").reported())
                .containsExactly(
                        "--timezone Mars/Olympus: there is no such zone; Europe/Berlin or +02:00 would be one");
        assertThat(Recording.of(file, lines, "--type=a=time:min").reported())
                .containsExactly("'time:min' is no type: " + Field.TYPES);
        assertThat(file).doesNotExist();
    }
}
