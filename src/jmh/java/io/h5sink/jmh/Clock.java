package io.h5sink.jmh;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.HashMap;
import java.util.Map;

/** Time that passes, and the processor time that each kind of thread takes meanwhile. */
final class Clock {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private volatile Reading before = read();

    /** What all counts said at a moment, in nanoseconds. */
    private record Reading(long time, long process, Map<Role, Long> roles) {}

    /** Who takes processor time. The first request comes from the subscriber's thread, the others from {@code h5sink-io}. */
    private enum Role {
        PUBLISHER,
        CODEC,
        WRITER;

        static Role of(String thread) {
            if (thread.startsWith("h5sink-writer")) {
                return WRITER;
            }
            return thread.startsWith("h5sink-codec") ? CODEC : PUBLISHER;
        }

        static boolean works(String thread) {
            return thread.equals("main") || thread.startsWith("h5sink");
        }
    }

    /** Forgets what has passed. Any thread. */
    void start() {
        before = read();
    }

    /** What has passed since the start; the file is complete. */
    Turn stop(long fileBytes) {
        Reading after = read();
        Reading start = before;
        double wall = after.time - start.time;
        double publisher = share(Role.PUBLISHER, start, after);
        double codec = share(Role.CODEC, start, after);
        double writer = share(Role.WRITER, start, after);
        double rest = (after.process - start.process) / wall - publisher - codec - writer;
        return new Turn(wall / 1e9, fileBytes, new double[] {publisher, codec, writer, Math.max(0, rest)});
    }

    private static double share(Role role, Reading start, Reading after) {
        long used = after.roles.getOrDefault(role, 0L) - start.roles.getOrDefault(role, 0L);
        return used / (double) (after.time - start.time);
    }

    private static Reading read() {
        Map<Role, Long> roles = new HashMap<>();
        long[] ids = THREADS.getAllThreadIds();
        long[] times = THREADS.getThreadCpuTime(ids);
        ThreadInfo[] infos = THREADS.getThreadInfo(ids);
        for (int i = 0; i < ids.length; i++) {
            if (infos[i] != null && times[i] >= 0 && Role.works(infos[i].getThreadName())) {
                roles.merge(Role.of(infos[i].getThreadName()), times[i], Long::sum);
            }
        }
        return new Reading(System.nanoTime(), SYSTEM.getProcessCpuTime(), roles);
    }
}
