package io.h5sink.format;

import io.h5sink.storage.SteadyChannel;
import io.h5sink.storage.StorageException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The bytes of a file at the addresses that its structure names. An address beyond the file's end counts as damage. */
public final class FormatInput implements Closeable {

    /** The position of the version in the superblock, behind the signature. */
    private static final int VERSION = 8;

    private static final int PAGE = 4096;
    private static final int MOST_PAGES = 1024;

    private record Segment(long start, FileChannel channel, long size) {}

    /** Blocks of a file, with the changes of a commit that is under way. */
    public interface BlockSource {

        /** The bytes at an address, in a buffer that starts at position 0. */
        ByteBuffer read(long address, int length) throws IOException;

        /** The end of the space in use, as an address. */
        long end();

        /** The number of bytes from an address on, of those in use. */
        default long available(long address) {
            return address < 0 ? 0 : end() - address;
        }
    }

    /** The source of all bytes; null if they are read from {@link #segments}. */
    private final @Nullable BlockSource source;

    private final List<Segment> segments = new ArrayList<>();
    private final Map<Long, ByteBuffer> pages = new HashMap<>();
    private final long base;

    /** Whether another {@link FormatInput} closes the channels. */
    private final boolean lent;

    private FieldSizes sizes = FieldSizes.WIDE;
    private int leafEntries;
    private int nodeEntries;

    /**
     * Opens a file's parts for reading.
     *
     * @param parts the parts by the address of their first byte
     * @param base the position of address 0 in the first part
     */
    public FormatInput(Map<Long, Path> parts, long base) throws IOException {
        this.base = base;
        this.lent = false;
        this.source = null;
        try {
            for (Map.Entry<Long, Path> part : parts.entrySet()) {
                FileChannel channel = SteadyChannel.of(part.getValue(), StandardOpenOption.READ);
                segments.add(new Segment(part.getKey(), channel, channel.size()));
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** A reader of a file as a commit has changed it, whose addresses and lengths have eight bytes. */
    public FormatInput(BlockSource source) {
        this.base = 0;
        this.lent = true;
        this.source = source;
    }

    private FormatInput(FormatInput open) throws IOException {
        this.base = open.base;
        this.source = open.source;
        this.lent = true;
        this.sizes = open.sizes;
        this.segments.addAll(open.segments);
        measure();
    }

    /**
     * A reader of the same file without cached content, for a file that has changed. The new reader shares the channels, and does not close
     * them.
     */
    public FormatInput anew() throws IOException {
        return new FormatInput(this);
    }

    /** Opens a file for reading at known addresses. */
    public static FormatInput open(Map<Long, Path> parts) throws IOException {
        Superblock superblock = Superblock.read(Objects.requireNonNull(parts.get(0L)));
        if (superblock == null) {
            throw new FormatException("its superblock is gone");
        }
        FormatInput bytes = new FormatInput(parts, superblock.start());
        try {
            bytes.superblock();
            return bytes;
        } catch (RuntimeException e) {
            bytes.close();
            throw e;
        }
    }

    /** Reads the sizes of addresses and lengths from the superblock; returns the superblock's version. */
    public int superblock() {
        int version = at(VERSION, 1).get();
        if (version < 0 || version > 3) {
            throw new FormatException("the superblock has version " + version);
        }
        ByteBuffer widths = at(version >= 2 ? VERSION + 1 : VERSION + 5, 2);
        int addresses = widths.get();
        int lengths = widths.get();
        if (!isWidth(addresses) || !isWidth(lengths)) {
            throw new FormatException("addresses have " + addresses + " bytes, and lengths " + lengths);
        }
        sizes = new FieldSizes(addresses, lengths);
        return version;
    }

    private static boolean isWidth(int bytes) {
        return bytes == 2 || bytes == 4 || bytes == 8;
    }

    /** Sets half of the most links of a leaf, and half of the most children of a node, in a group of the old format; 0 if unknown. */
    public void mostEntries(int leaf, int node) {
        leafEntries = leaf;
        nodeEntries = node;
    }

    /** Half of the most links that a leaf of a group of the old format can have; 0 if unknown. */
    public int leafEntries() {
        return leafEntries;
    }

    /** Half of the most children that a node of a group of the old format can have; 0 if unknown. */
    public int nodeEntries() {
        return nodeEntries;
    }

    /** The sizes of addresses and lengths. */
    public FieldSizes sizes() {
        return sizes;
    }

    public int addressBytes() {
        return sizes.addressBytes();
    }

    public int lengthBytes() {
        return sizes.lengthBytes();
    }

    /** The bytes at an address, in a buffer that starts at position 0. */
    public ByteBuffer at(long address, long length) {
        mustHave(address, length);
        if (length > Integer.MAX_VALUE - PAGE) {
            throw damaged(address, "a structure of " + length + " bytes is expected there");
        }
        BlockSource blocks = source;
        return asked(() -> blocks == null ? read(address + base, (int) length) : blocks.read(address, (int) length))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The bytes at an address whose checksum, which follows them, is right; in a buffer that starts at position 0. */
    public ByteBuffer sealed(long address, long length) {
        ByteBuffer found = at(address, length + Integer.BYTES);
        checksum(found, address, Math.toIntExact(length));
        return found;
    }

    /**
     * The bytes at an address, which begin with a signature, and whose checksum, which follows them, is right. The position is behind the
     * signature.
     */
    public ByteBuffer sealed(long address, long length, String signature) {
        ByteBuffer found = at(address, length + Integer.BYTES);
        expect(found, address, signature);
        checksum(found, address, Math.toIntExact(length));
        return found;
    }

    /** Reads bytes until the buffer is full. */
    public void read(long address, ByteBuffer into) {
        mustHave(address, into.remaining());
        BlockSource blocks = source;
        asked(() -> blocks == null ? fill(address + base, into) : into.put(blocks.read(address, into.remaining())));
        if (into.hasRemaining()) {
            throw damaged(address, into.remaining() + " more bytes are expected there, beyond its end");
        }
    }

    private void mustHave(long address, long length) {
        if (address == Superblock.UNDEFINED
                || length < 0
                || (length > available(address + base) && !isNow(address + base, length))) {
            throw damaged(address, length + " bytes are expected there, beyond its end");
        }
    }

    /** Whether the file has grown and now has this many bytes at a position. */
    private boolean isNow(long place, long length) {
        return asked(this::measure) && length <= available(place);
    }

    private interface Question<R> {
        R ask() throws IOException;
    }

    private static <R> R asked(Question<R> question) {
        try {
            return question.ask();
        } catch (IOException e) {
            throw StorageException.file("it cannot be read: " + e.getMessage(), e);
        }
    }

    /** Measures the file, and discards cached pages if the size has changed; true if it has. */
    private boolean measure() throws IOException {
        boolean changed = false;
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            long size = segment.channel.size();
            changed |= size != segment.size;
            segments.set(i, new Segment(segment.start, segment.channel, size));
        }
        if (changed) {
            pages.clear();
        }
        return changed;
    }

    /** The number of bytes from a position on, in one part or in parts that follow without a gap. */
    private long available(long place) {
        if (source != null) {
            return source.available(place);
        }
        long available = 0;
        for (Segment segment : segments) {
            long within = place + available - segment.start;
            if (within >= 0 && within < segment.size) {
                available += segment.size - within;
            }
        }
        return available;
    }

    private ByteBuffer read(long place, int length) throws IOException {
        int within = (int) (place & (PAGE - 1));
        if (within + length > PAGE) {
            return fill(place, ByteBuffer.allocate(length)).flip();
        }
        ByteBuffer found = pages.get(place - within);
        if (found == null) {
            if (pages.size() >= MOST_PAGES) {
                pages.clear();
            }
            found = fill(place - within, ByteBuffer.allocate(PAGE));
            pages.put(place - within, found);
        }
        return found.slice(within, length);
    }

    /** Fills a buffer as far as the file has bytes; returns the same buffer. */
    private ByteBuffer fill(long place, ByteBuffer bytes) throws IOException {
        for (Segment segment : segments) {
            long at = place + bytes.position() - segment.start;
            if (at < 0 && at > -PAGE && -at < bytes.remaining()) {
                bytes.position(bytes.position() - (int) at);
                at = 0;
            }
            while (bytes.hasRemaining() && at >= 0 && at < segment.size) {
                int count = segment.channel.read(bytes, at);
                if (count < 0) {
                    return bytes;
                }
                at += count;
            }
        }
        return bytes;
    }

    /** Throws if no structure with a signature of four letters starts at an address. */
    public void expect(ByteBuffer bytes, long address, String name) {
        for (int i = 0; i < name.length(); i++) {
            if (bytes.get() != name.charAt(i)) {
                throw damaged(address, "the signature " + name + " is missing");
            }
        }
    }

    /** Throws if the checksum behind this many bytes is wrong. */
    public void checksum(ByteBuffer bytes, long address, int length) {
        if (bytes.getInt(length) != Lookup3.of(bytes, 0, length)) {
            throw damaged(address, "a checksum is wrong");
        }
    }

    /** Reads an address; {@link Superblock#UNDEFINED} for an undefined address. */
    public long address(ByteBuffer from) {
        return sizes.address(from);
    }

    /** Reads a length; throws if the length is negative. */
    public long length(ByteBuffer from) {
        return sizes.length(from);
    }

    /** An exception that says what is damaged at an address. */
    public FormatException damaged(long address, String what) {
        return new FormatException("at address " + Long.toUnsignedString(address) + ": " + what);
    }

    @Override
    public void close() throws IOException {
        for (Segment segment : lent ? List.<Segment>of() : segments) {
            segment.channel.close();
        }
    }
}
