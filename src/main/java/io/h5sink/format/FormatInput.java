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

/** The bytes of a file at the addresses that its structure names. Whatever lies beyond the file's end is damage. */
public final class FormatInput implements Closeable {

    /** Where the superblock tells its version, behind the signature. */
    private static final int VERSION = 8;

    private static final int PAGE = 4096;
    private static final int MOST_PAGES = 1024;

    private record Segment(long start, FileChannel channel, long size) {}

    private final List<Segment> segments = new ArrayList<>();
    private final Map<Long, ByteBuffer> pages = new HashMap<>();
    private final long base;

    /** Whether somebody else closes the channels. */
    private final boolean lent;

    private int addressBytes = Long.BYTES;
    private int lengthBytes = Long.BYTES;
    private int leafEntries;
    private int nodeEntries;

    /**
     * Opens a file's parts for reading.
     *
     * @param parts by the address of their first byte
     * @param base where address 0 lies in the first part
     */
    public FormatInput(Map<Long, Path> parts, long base) throws IOException {
        this.base = base;
        this.lent = false;
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

    private FormatInput(FormatInput open) throws IOException {
        this.base = open.base;
        this.lent = true;
        this.addressBytes = open.addressBytes;
        this.lengthBytes = open.lengthBytes;
        this.segments.addAll(open.segments);
        measure();
    }

    /** The same file as it is now: nothing is known of it, and nothing is to be closed. */
    public FormatInput anew() throws IOException {
        return new FormatInput(this);
    }

    /** Opens a file for reading what is at known addresses. */
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

    /** Reads from the superblock how many bytes addresses and lengths have in this file; its version. */
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
        addressBytes = addresses;
        lengthBytes = lengths;
        return version;
    }

    private static boolean isWidth(int bytes) {
        return bytes == 2 || bytes == 4 || bytes == 8;
    }

    /** Sets half of how many links a leaf, and children a node, of an old group can have; 0 if it is not known. */
    public void mostEntries(int leaf, int node) {
        leafEntries = leaf;
        nodeEntries = node;
    }

    /** Half of how many links a leaf of an old group can have; 0 if it is not known. */
    public int leafEntries() {
        return leafEntries;
    }

    /** Half of how many children a node of an old group can have; 0 if it is not known. */
    public int nodeEntries() {
        return nodeEntries;
    }

    public int addressBytes() {
        return addressBytes;
    }

    public int lengthBytes() {
        return lengthBytes;
    }

    /** The bytes at an address, to be read from position 0. */
    public ByteBuffer at(long address, long length) {
        mustHave(address, length);
        if (length > Integer.MAX_VALUE - PAGE) {
            throw damaged(address, "a structure of " + length + " bytes is expected there");
        }
        return asked(() -> read(address + base, (int) length)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The bytes at an address, behind which is their checksum, to be read from position 0. */
    public ByteBuffer sealed(long address, long length) {
        ByteBuffer found = at(address, length + Integer.BYTES);
        checksum(found, address, Math.toIntExact(length));
        return found;
    }

    /** Reads as many bytes as there is room for. */
    public void read(long address, ByteBuffer into) {
        mustHave(address, into.remaining());
        asked(() -> fill(address + base, into));
        if (into.hasRemaining()) {
            throw damaged(address, into.remaining() + " more bytes are expected there, beyond its end");
        }
    }

    private void mustHave(long address, long length) {
        if (address == Superblock.UNDEFINED
                || length < 0
                || (length > room(address + base) && !isNow(address + base, length))) {
            throw damaged(address, length + " bytes are expected there, beyond its end");
        }
    }

    /** Whether a file that has grown meanwhile has so many bytes. */
    private boolean isNow(long place, long length) {
        return asked(this::measure) && length <= room(place);
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

    /** Looks how long the file is, and forgets what was read of another length; whether it has another. */
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

    /** How many bytes there are from a place on, in one part or in those that follow without a gap. */
    private long room(long place) {
        long room = 0;
        for (Segment segment : segments) {
            long within = place + room - segment.start;
            if (within >= 0 && within < segment.size) {
                room += segment.size - within;
            }
        }
        return room;
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

    /** Reads what there is; the same buffer. */
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

    /** Whether a structure with a four-letter name starts at an address. */
    public void expect(ByteBuffer bytes, long address, String name) {
        for (int i = 0; i < name.length(); i++) {
            if (bytes.get() != name.charAt(i)) {
                throw damaged(address, "the signature " + name + " is missing");
            }
        }
    }

    /** Checks the hash behind so many bytes. */
    public void checksum(ByteBuffer bytes, long address, int length) {
        if (bytes.getInt(length) != Lookup3.of(bytes, 0, length)) {
            throw damaged(address, "a checksum is wrong");
        }
    }

    /** Reads an address; {@link Superblock#UNDEFINED} for one that is left open. */
    public long address(ByteBuffer from) {
        long value = number(from, addressBytes);
        return addressBytes < Long.BYTES && value == (1L << (8 * addressBytes)) - 1 ? Superblock.UNDEFINED : value;
    }

    /** Reads a length, which cannot be negative. */
    public long length(ByteBuffer from) {
        long value = number(from, lengthBytes);
        if (value < 0) {
            throw new FormatException("a length is " + Long.toUnsignedString(value));
        }
        return value;
    }

    /** Reads an unsigned number of so many bytes. */
    public static long number(ByteBuffer from, int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= Byte.toUnsignedLong(from.get()) << (8 * i);
        }
        return value;
    }

    /** Says what is wrong, and where. */
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
