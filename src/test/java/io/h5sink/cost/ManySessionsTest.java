package io.h5sink.cost;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.testing.Jvm;
import io.h5sink.testing.Resident;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nothing is left of a session that is over. {@code -Dh5sink.sessions=10000} is for the night. */
@Timeout(300)
class ManySessionsTest {

    private static final int SESSIONS = Integer.getInteger("h5sink.sessions", 1_500);

    private static final Pattern LINE =
            Pattern.compile("(\\d+) sessions: (\\d+) KiB, (\\d+) threads, (\\d+) descriptors");

    /** What the compiler may still take. */
    private static final long SPARE_KIB = 12 << 10;

    /** Threads that emit results come and go with how many have something to emit at once. */
    private static final int SPARE_THREADS = 4;

    private record State(long kib, int threads, int descriptors) {}

    @Test
    void memoryThreadsAndDescriptorsAreThoseOfTheFirstSessions(@TempDir Path directory) throws Exception {
        Resident.required();
        Process process = new ProcessBuilder(Jvm.command(Resident.SMALL_HEAP, ManySessions.class, directory, SESSIONS))
                .redirectErrorStream(true)
                .start();
        try {
            List<String> output = process.inputReader().lines().toList();
            List<State> states = output.stream()
                    .map(LINE::matcher)
                    .filter(Matcher::matches)
                    .map(line -> new State(
                            Long.parseLong(line.group(2)),
                            Integer.parseInt(line.group(3)),
                            Integer.parseInt(line.group(4))))
                    .toList();
            assertThat(states).as(String.join("\n", output)).hasSize(3);
            State first = states.get(0);
            State last = states.get(2);
            assertThat(last.threads).as("threads").isLessThanOrEqualTo(first.threads + SPARE_THREADS);
            assertThat(last.descriptors)
                    .as("descriptors")
                    .isLessThanOrEqualTo(first.descriptors + 2); // of libraries loaded late
            assertThat(last.kib).as("resident KiB: " + states).isLessThanOrEqualTo(first.kib + SPARE_KIB);
        } finally {
            process.destroyForcibly();
        }
    }
}
