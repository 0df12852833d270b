package telemetry;

import java.time.Instant;

/**
 * What this machine says about itself at one moment. Each component becomes a dataset; {@code N} is the number of readings.
 *
 * @param time when it was read
 * @param load the load averages over 1, 5 and 15 minutes, shape {@code (N, 3)}; -1 where the system has none
 * @param cpu how busy all cores were since the reading before, from 0 to 1
 * @param ticks milliseconds since the start of the machine, for each core and each of OSHI's tick types: user, nice, system,
 *     idle, iowait, irq, softirq and steal; shape {@code (N, cores, 8)}
 * @param memoryUsed bytes
 * @param memoryAvailable bytes
 * @param diskRead bytes since the start of the machine, all disks
 * @param diskWritten bytes since the start of the machine, all disks
 * @param networkReceived bytes since the start of the machine, all interfaces
 * @param networkSent bytes since the start of the machine, all interfaces
 */
record Reading(
        Instant time,
        double[] load,
        double cpu,
        long[][] ticks,
        long memoryUsed,
        long memoryAvailable,
        long diskRead,
        long diskWritten,
        long networkReceived,
        long networkSent) {}
