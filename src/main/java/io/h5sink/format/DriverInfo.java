package io.h5sink.format;

import io.h5sink.storage.SteadyChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The driver information of a file: HDF5 File Format Specification 3.0, sections II.B (a block, before version 2 of the superblock) and
 * IV.A.2.u (a message in the superblock extension).
 *
 * @param id the driver's identification of 8 characters
 * @param data the driver's own data
 */
public record DriverInfo(String id, ByteBuffer data) {

    public static final String FAMILY = "NCSAfami";
    public static final String MULTI = "NCSAmult";

    /** The length of a block's head before version 2 of the superblock: a version, the length of the data, and the identification. */
    public static final int BLOCK_HEAD = 16;

    /** The length of a message's head: a version, the identification, and the length of the data. */
    public static final int MESSAGE_HEAD = 11;

    private static final int REACH = 1024;

    /** Reads the driver information that the superblock points to; null if the file has none. */
    public static @Nullable DriverInfo read(Path file, Superblock superblock) throws IOException {
        if (superblock.driverInfo() < 0) {
            return null;
        }
        ByteBuffer block = ByteBuffer.allocate(REACH).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = SteadyChannel.of(file, StandardOpenOption.READ)) {
            channel.read(block, superblock.driverInfo());
        }
        String text = new String(block.array(), 0, block.position(), StandardCharsets.ISO_8859_1);
        for (String id : new String[] {FAMILY, MULTI}) {
            int at = text.indexOf(id);
            if (at >= 0) {
                // superblocks before version 2 have the length before the identification
                int length = superblock.version() >= 2 ? 2 : 0;
                int start = at + id.length() + length;
                return new DriverInfo(
                        id, block.flip().slice(start, block.limit() - start).order(ByteOrder.LITTLE_ENDIAN));
            }
        }
        return null;
    }

    /** Writes the content of a driver info message. */
    public void encode(FormatOutput out) {
        out.int8(0)
                .bytes(id.getBytes(StandardCharsets.ISO_8859_1))
                .int16(data.remaining())
                .bytes(data.duplicate());
    }

    /** An integer of 8 bytes; 0 if the data end before it. */
    public long number(int at) {
        return at + Long.BYTES <= data.limit() ? data.getLong(at) : 0;
    }

    /** The call of {@code Driver} that opens the file, for messages. */
    public String driver() {
        return id.equals(FAMILY) ? "family(" + number(0) + ")" : "split(…)";
    }
}
