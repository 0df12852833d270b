package io.h5sink.cost;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.testing.Jvm;
import io.h5sink.testing.Resident;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code memory(bytes)} is the ceiling on all that a sink has outside the heap, raw and compressed. */
@Timeout(120)
class MemoryTest {

    private static final Pattern LINE = Pattern.compile("direct (\\d+) KiB, resident (\\d+) KiB");

    /** What workers need to code, the channels' own buffers, and what the collector has not come to yet. */
    private static final long SPARE_KIB = 4 << 10;

    /** A young generation of its own size, so that buffers which are garbage do not stay for long. */
    private static final List<String> OPTIONS = List.of("-Xmn8m");

    private record Memory(long direct, long resident) {}

    @ParameterizedTest
    @CsvSource({
        "1, 16, none, readings",
        "1, 16, gzip, readings",
        "4, 8, lz4, readings",
        "1, 16, none, notes",
        "2, 8, gzip, notes"
    })
    void noMoreIsHeldThanAgreed(int sinks, int mebibytes, String compression, String kind, @TempDir Path directory)
            throws Exception {
        Memory found = measured(directory, sinks, mebibytes, compression, kind);
        assertThat(found.direct).as("KiB outside the heap").isBetween(1L, ((long) sinks * mebibytes << 10) + SPARE_KIB);
    }

    /** What the process has besides is the same for both, so that the difference is the sinks' own. */
    @Test
    void residentMemoryGrowsByNoMoreThanTheCeiling(@TempDir Path little, @TempDir Path much) throws Exception {
        Resident.required();
        Memory small = measured(little, 1, 8, "gzip", "readings");
        Memory large = measured(much, 1, 64, "gzip", "readings");
        assertThat(large.resident - small.resident).as("KiB").isLessThanOrEqualTo((64 - 8 << 10) + 4 * SPARE_KIB);
    }

    private static Memory measured(Path directory, Object... arguments) throws Exception {
        List<String> options = new ArrayList<>(Resident.SMALL_HEAP);
        options.addAll(OPTIONS);
        List<Object> all = new ArrayList<>(List.of(directory));
        all.addAll(List.of(arguments));
        Process process = new ProcessBuilder(Jvm.command(options, MemoryProbe.class, all.toArray()))
                .redirectErrorStream(true)
                .start();
        try {
            List<String> output = process.inputReader().lines().toList();
            Matcher line = output.stream()
                    .map(LINE::matcher)
                    .filter(Matcher::matches)
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(String.join("\n", output)));
            return new Memory(Long.parseLong(line.group(1)), Long.parseLong(line.group(2)));
        } finally {
            process.destroyForcibly();
        }
    }
}
