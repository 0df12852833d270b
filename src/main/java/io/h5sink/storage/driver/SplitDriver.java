package io.h5sink.storage.driver;

import io.h5sink.format.DriverInfo;
import io.h5sink.format.FormatOutput;
import io.h5sink.format.Superblock;
import io.h5sink.storage.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code H5FD_MULTI} with two members: the metadata in one file, the raw data in another. */
public final class SplitDriver extends FileDriver {

    /** The longest path of a member, in bytes: the C library composes the paths in buffers of 1024 bytes. */
    private static final int LONGEST_NAME = 1023;

    /** The member of each kind of data, by the numbers of the kinds: raw data and the global heap are in the second file. */
    private static final byte[] MEMBERS = {1, 1, 3, 3, 1, 1, 0, 0};

    /** The offset of the end of the metadata in the driver information, behind the members and the start of the metadata. */
    public static final int META_END = 8 + Long.BYTES;

    /** The offset of the end of the raw data in the driver information, behind the end of the metadata and the start of the raw data. */
    public static final int RAW_END = META_END + 2 * Long.BYTES;

    /** The address of the first byte of raw data: half of HADDR_MAX. */
    private static final long RAW_START = Long.MAX_VALUE;

    private final String metaExtension;
    private final String rawExtension;

    /**
     * A driver for a file with the metadata and a file with the raw data.
     *
     * @param metaExtension the end of the metadata file's name
     * @param rawExtension the end of the raw data file's name
     */
    public SplitDriver(String metaExtension, String rawExtension) {
        super("split(\"" + metaExtension + "\", \"" + rawExtension + "\")");
        this.metaExtension = metaExtension;
        this.rawExtension = rawExtension;
    }

    /** The end of the metadata file's name. */
    public String metaExtension() {
        return metaExtension;
    }

    /** The end of the raw data file's name. */
    public String rawExtension() {
        return rawExtension;
    }

    @Override
    public @Nullable String refusal(Path file) {
        for (Path part : files(file)) {
            int length = part.toString().getBytes(StandardCharsets.UTF_8).length;
            if (length > LONGEST_NAME) {
                return "the path of a split file must not exceed " + LONGEST_NAME + " bytes, was " + length + ": "
                        + part;
            }
        }
        return null;
    }

    @Override
    public List<Path> files(Path file) {
        return List.of(with(file, metaExtension), with(file, rawExtension));
    }

    private static Path with(Path file, String extension) {
        return file.getFileSystem().getPath(file + extension);
    }

    @Override
    List<Path> others(Path file) {
        Path raw = with(file, rawExtension);
        return Files.exists(raw) ? List.of(raw) : List.of();
    }

    @Override
    Map<Long, Path> addresses(Path file) {
        Map<Long, Path> addresses = new LinkedHashMap<>();
        addresses.put(0L, with(file, metaExtension));
        addresses.put(RAW_START, with(file, rawExtension));
        return addresses;
    }

    @Override
    public FilePlace place(Path file, long position) {
        return isApart(position)
                ? new FilePlace(with(file, rawExtension), position - RAW_START, Long.MAX_VALUE)
                : new FilePlace(with(file, metaExtension), position, Long.MAX_VALUE);
    }

    @Override
    public boolean isApart(long position) {
        return Long.compareUnsigned(position, RAW_START) >= 0;
    }

    @Override
    public boolean keepsApart() {
        return true;
    }

    @Override
    public long rawStart() {
        return RAW_START;
    }

    @Override
    public List<Long> ends(Superblock superblock, @Nullable DriverInfo info) {
        return info == null
                ? List.of(superblock.endOfFile())
                : List.of(superblock.endOfFile(), RAW_START + info.number(RAW_END));
    }

    @Override
    public String mark() {
        return DriverInfo.MULTI;
    }

    @Override
    public DriverInfo made(long end) {
        return new DriverInfo(
                DriverInfo.MULTI,
                new FormatOutput()
                        .bytes(MEMBERS)
                        .int64(0)
                        .int64(end)
                        .int64(RAW_START)
                        .int64(0)
                        .bytes(template(metaExtension))
                        .bytes(template(rawExtension))
                        .toBuffer());
    }

    /** The form of a member's name, with zeros up to a multiple of eight bytes. */
    private static byte[] template(String extension) {
        byte[] name = ("%s" + extension).getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(name, (name.length / Long.BYTES + 1) * Long.BYTES);
    }

    @Override
    void check(Path file, Superblock superblock, @Nullable DriverInfo info) throws IOException {
        Path meta = with(file, metaExtension);
        Path raw = with(file, rawExtension);
        mustHave(meta, name(file, meta), superblock.endOfFile());
        if (!Files.exists(raw)) {
            throw StorageException.file(name(file, raw) + ", which holds the data, is missing", null);
        }
        if (info != null) {
            mustHave(raw, name(file, raw), info.number(RAW_END)); // HDF5 would read missing bytes as zeros
        }
    }
}
