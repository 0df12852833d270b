package telemetry;

import java.time.Instant;
import java.util.List;
import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;
import oshi.hardware.GlobalMemory;
import oshi.hardware.HWDiskStore;
import oshi.hardware.HardwareAbstractionLayer;
import oshi.hardware.NetworkIF;
import oshi.util.GlobalConfig;

/** This machine, read with OSHI. Reading takes some milliseconds and may block. One thread at a time. */
final class Machine {

    static {
        GlobalConfig.set(GlobalConfig.OSHI_UTIL_MEMOIZER_EXPIRATION, 0); // else values are up to 300 ms old
    }

    private final CentralProcessor processor;
    private final GlobalMemory memory;
    private final List<HWDiskStore> disks;
    private final List<NetworkIF> networks;
    private long[] ticksBefore;

    Machine() {
        HardwareAbstractionLayer hardware = new SystemInfo().getHardware();
        processor = hardware.getProcessor();
        memory = hardware.getMemory();
        disks = hardware.getDiskStores();
        networks = hardware.getNetworkIFs();
        ticksBefore = processor.getSystemCpuLoadTicks();
        read(); // the first time is slow
    }

    Reading read() {
        disks.forEach(HWDiskStore::updateAttributes);
        networks.forEach(NetworkIF::updateAttributes);
        long[] ticks = processor.getSystemCpuLoadTicks();
        double cpu = processor.getSystemCpuLoadBetweenTicks(ticksBefore, ticks);
        ticksBefore = ticks;
        long available = memory.getAvailable();
        return new Reading(
                Instant.now(),
                processor.getSystemLoadAverage(3),
                cpu,
                processor.getProcessorCpuLoadTicks(),
                memory.getTotal() - available,
                available,
                disks.stream().mapToLong(HWDiskStore::getReadBytes).sum(),
                disks.stream().mapToLong(HWDiskStore::getWriteBytes).sum(),
                networks.stream().mapToLong(NetworkIF::getBytesRecv).sum(),
                networks.stream().mapToLong(NetworkIF::getBytesSent).sum());
    }
}
