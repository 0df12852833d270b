package io.h5sink.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What Linux says of this process's memory. */
public final class Resident {

    private static final Path STATUS = Path.of("/proc/self/status");

    /** For a process whose heap is all there from the start, and whose compiler takes little. */
    public static final List<String> SMALL_HEAP =
            List.of("-Xmx64m", "-Xms64m", "-XX:+AlwaysPreTouch", "-XX:TieredStopAtLevel=1");

    private Resident() {}

    /** Leaves the test out where there is no Linux. */
    public static void required() {
        Require.that(Files.exists(STATUS), "only Linux says how much memory is resident");
    }

    /** What is resident now, in KiB. */
    public static long now() throws IOException {
        return kib("VmRSS");
    }

    /** What was resident at most, in KiB; 0 where nobody says. */
    public static long most() throws IOException {
        return Files.exists(STATUS) ? kib("VmHWM") : 0;
    }

    private static long kib(String name) throws IOException {
        for (String line : Files.readAllLines(STATUS)) {
            if (line.startsWith(name + ":")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException(STATUS + " has no " + name);
    }
}
