package io.h5sink.format.message;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.FormatException;
import io.h5sink.format.FormatInput;
import io.h5sink.format.FormatOutput;
import io.h5sink.storage.UnsuitedFileException;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An object header of version 2 in a commit that changes its messages: HDF5 File Format Specification 3.0, section IV.A.1.b. A message is
 * added in the space of a NIL message, or else in a continuation block. Continuation messages stay where they are; a message that makes
 * space for one moves, and never one that {@link #STAYS} names. One thread at a time.
 */
public final class HeaderEditor {

    /**
     * A message that a header is made with.
     *
     * @param type the type
     * @param flags the flags
     * @param body the encoded content, from position to limit
     */
    public record NewMessage(int type, int flags, ByteBuffer body) {}

    /**
     * A message in the header.
     *
     * @param type the type
     * @param flags the flags
     * @param order the creation index; 0 if the header tracks none
     */
    public record Slot(Part part, int at, int type, int flags, int length, int order) {

        /** The place behind the message. */
        private int end() {
            return at + length;
        }
    }

    /**
     * A block of the header: chunk 0 with the prefix, or a continuation block.
     *
     * @param start the offset of the first message
     */
    private record Part(long address, int length, int start) {

        /** The offset of the checksum. */
        private int end() {
            return length - CHECKSUM;
        }
    }

    /** A message without content, in space that is free. */
    public static final int NIL = 0x00;

    /** A message is part of the object for ever. */
    public static final int CONSTANT = 0x01;

    /** The most bytes of a message. */
    public static final int LARGEST_MESSAGE = (1 << 16) - 1;

    /** The most bytes of a block of a header; a longer one is damaged, or has other content than datasets and groups have. */
    public static final int LARGEST_PART = 1 << 20;

    private static final int VERSION = 2;
    private static final int CHECKSUM = Integer.BYTES;
    private static final int TIMES = 0x20;
    private static final int PHASES = 0x10;
    private static final int ORDERED = 0x04;
    private static final int WIDTH = 0x03;
    private static final int GUESS = 512;
    private static final int MOST_PARTS = 1 << 16;
    private static final int CONTINUATION_BYTES = 2 * Long.BYTES;

    /** The least and the most free space of a new continuation block. */
    private static final int LEAST_SPARE = 64;

    private static final int MOST_SPARE = 1 << 12;

    /** The types of messages that do not move, because datasets remember where they are. */
    private static final List<Integer> STAYS =
            List.of(NIL, ObjectHeader.DATASPACE, ObjectHeader.LAYOUT, ObjectHeader.CONTINUATION);

    private final SpaceAllocator file;
    private final long address;
    private final int headBytes;
    private final List<Part> parts = new ArrayList<>();
    private final List<Slot> slots = new ArrayList<>();

    private HeaderEditor(SpaceAllocator file, long address, boolean ordered) {
        this.file = file;
        this.address = address;
        this.headBytes = ordered ? 6 : 4;
    }

    /**
     * Makes a header.
     *
     * @param spare the free bytes for messages that are added later
     * @return the address
     */
    public static long make(SpaceAllocator file, List<NewMessage> messages, int spare) {
        ByteBuffer header = encode(messages, spare);
        long address = file.allocateBlock(header.capacity());
        file.make(address, header);
        return address;
    }

    /** Encodes a header with its checksum. */
    public static ByteBuffer encode(List<NewMessage> messages, int spare) {
        FormatOutput content = new FormatOutput();
        for (NewMessage message : messages) {
            mustFit(message.body);
            content.int8(message.type)
                    .int16(message.body.remaining())
                    .int8(message.flags)
                    .bytes(message.body);
        }
        if (spare > 0) {
            content.int8(NIL).int16(spare).int8(0).zeros(spare);
        }
        int width = content.size() < 1 << 8 ? 0 : content.size() < 1 << 16 ? 1 : 2;
        return new FormatOutput()
                .signature("OHDR")
                .int8(VERSION)
                .int8(width)
                .number(content.size(), 1 << width)
                .bytes(content.toBuffer())
                .seal()
                .toBuffer();
    }

    /** Whether the header at an address is of version 2, so that it can be edited. */
    public static boolean canEdit(SpaceAllocator file, long address) throws IOException {
        ByteBuffer head = file.look(address, GUESS);
        return head.remaining() >= 8 && head.get(0) == 'O' && head.get(1) == 'H';
    }

    /** Reads a header with all changes of this commit. */
    public static HeaderEditor open(SpaceAllocator file, long address) throws IOException {
        ByteBuffer head = file.look(address, GUESS);
        FormatInput in = file.input();
        in.expect(head.duplicate(), address, "OHDR");
        if (head.get(4) != VERSION) {
            throw in.damaged(address, "the object header has an unknown version");
        }
        int flags = head.get(5);
        int start = 6 + ((flags & TIMES) != 0 ? 16 : 0) + ((flags & PHASES) != 0 ? 4 : 0);
        int width = 1 << (flags & WIDTH);
        long size = FieldSizes.number(head.duplicate().position(start), width);
        HeaderEditor header = new HeaderEditor(file, address, (flags & ORDERED) != 0);
        Deque<Part> more = new ArrayDeque<>();
        more.add(part(in, address, start + width, start + width + size + CHECKSUM));
        while (!more.isEmpty()) {
            header.read(more.remove(), more);
        }
        return header;
    }

    private static Part part(FormatInput in, long address, int start, long length) {
        if (length < start + CHECKSUM || length > LARGEST_PART) {
            throw in.damaged(address, "a part of an object header has " + length + " bytes");
        }
        return new Part(address, (int) length, start);
    }

    private void read(Part part, Deque<Part> more) throws IOException {
        FormatInput in = file.input();
        if (parts.stream().anyMatch(known -> known.address == part.address) || parts.size() > MOST_PARTS) {
            throw in.damaged(part.address, "an object header goes round in a circle");
        }
        parts.add(part);
        ByteBuffer content = bytes(part);
        for (int at = part.start; part.end() - at >= headBytes; ) {
            int type = Byte.toUnsignedInt(content.get(at));
            int length = Short.toUnsignedInt(content.getShort(at + 1));
            int body = at + headBytes;
            if (body + length > part.end()) {
                throw in.damaged(part.address + at, "a header message has " + length + " bytes");
            }
            int order = headBytes > 4 ? Short.toUnsignedInt(content.getShort(at + 4)) : 0;
            slots.add(new Slot(part, body, type, content.get(at + 3), length, order));
            if (type == ObjectHeader.CONTINUATION) {
                ByteBuffer place = content.slice(body, length).order(content.order());
                more.add(part(in, in.address(place), 4, in.length(place)));
            }
            at = body + length;
        }
    }

    private ByteBuffer bytes(Part part) throws IOException {
        ByteBuffer bytes = file.look(part.address, part.length);
        if (bytes.remaining() < part.length) {
            throw file.input().damaged(part.address, "a part of an object header is cut off");
        }
        return bytes;
    }

    private ByteBuffer changed(Part part) throws IOException {
        return file.change(part.address, part.length);
    }

    /** The address of the header. */
    public long address() {
        return address;
    }

    /** The messages of a type. */
    public List<Slot> all(int type) {
        return slots.stream().filter(slot -> slot.type == type).toList();
    }

    /** The first message of a type; null if the header has none. */
    public @Nullable Slot first(int type) {
        for (Slot slot : slots) {
            if (slot.type == type) {
                return slot;
            }
        }
        return null;
    }

    /** The content of a message, in a buffer that starts at position 0. Read-only for the caller. */
    public ByteBuffer body(Slot slot) throws IOException {
        ByteBuffer bytes = bytes(slot.part);
        return bytes.slice(slot.at, slot.length).order(bytes.order());
    }

    /** Adds a message. */
    public void add(int type, int flags, ByteBuffer body) throws IOException {
        add(type, flags, 0, body);
    }

    /**
     * Adds a message.
     *
     * @param order the creation index, if the header tracks them
     */
    public void add(int type, int flags, int order, ByteBuffer body) throws IOException {
        mustFit(body);
        Slot free = free(body.remaining(), true);
        if (free == null) {
            proceed(headBytes + body.remaining());
            free = free(body.remaining(), false);
        }
        if (free == null) {
            throw new FormatException("an object header has no place for a message");
        }
        put(free, type, flags, order, body);
    }

    private static void mustFit(ByteBuffer body) {
        if (body.remaining() > LARGEST_MESSAGE) {
            throw new FormatException("a header message of " + body.remaining() + " bytes is larger than HDF5 allows");
        }
    }

    /** The smallest NIL message that can become a message of a length, and, if asked for, leaves space for a continuation. */
    private @Nullable Slot free(int length, boolean withSpace) {
        Slot best = null;
        for (Slot slot : slots) {
            if (fits(slot, length)
                    && (best == null || slot.length < best.length)
                    && (!withSpace || leavesSpace(slot, length))) {
                best = slot;
            }
        }
        return best;
    }

    private boolean fits(Slot slot, int length) {
        return slot.type == NIL && (slot.length == length || slot.length - length >= headBytes);
    }

    /** Whether a continuation message has a place after a NIL message is used: in what is left of it, in another, or by a move. */
    private boolean leavesSpace(Slot used, int length) {
        return fitsContinuation(used.length - length - headBytes)
                || slots.stream()
                        .anyMatch(slot -> !slot.equals(used) && (fits(slot, CONTINUATION_BYTES) || canMove(slot)));
    }

    private boolean canMove(Slot slot) {
        return !STAYS.contains(slot.type) && fitsContinuation(slot.length);
    }

    /** Whether a continuation message fits, and what is left is nothing, or enough for a NIL message. */
    private boolean fitsContinuation(int length) {
        return length == CONTINUATION_BYTES || length - CONTINUATION_BYTES >= headBytes;
    }

    /** Adds a continuation block that has space for a number of bytes. */
    private void proceed(int need) throws IOException {
        Slot place = free(CONTINUATION_BYTES, false);
        Slot moved = null;
        if (place == null) {
            moved = slots.stream()
                    .filter(this::canMove)
                    .min((one, other) -> Integer.compare(one.length, other.length))
                    .orElseThrow(() -> new UnsuitedFileException(
                            "an object at " + address, "its object header has no place for a continuation"));
        }
        int known = parts.stream().mapToInt(part -> part.length).sum();
        int spare = Math.max(LEAST_SPARE, Math.min(MOST_SPARE, known / 2));
        int content = need + (moved == null ? 0 : headBytes + moved.length) + headBytes + spare;
        int length = 4 + content + CHECKSUM;
        long at = file.allocateBlock(length);
        FormatOutput block = new FormatOutput().signature("OCHK");
        block.int8(NIL).int16(content - headBytes).int8(0).zeros(content - 4).zeros(CHECKSUM);
        Part part = new Part(at, length, 4);
        file.make(at, block.toBuffer());
        parts.add(part);
        slots.add(new Slot(part, 4 + headBytes, NIL, 0, content - headBytes, 0));
        Slot from = place;
        if (moved != null) {
            ByteBuffer body = copy(moved);
            Slot to = slots.get(slots.size() - 1);
            put(to, moved.type, moved.flags, moved.order, body);
            from = remove(moved);
        }
        FormatOutput where = new FormatOutput().address(at).length(length);
        put(Objects.requireNonNull(from), ObjectHeader.CONTINUATION, 0, 0, where.toBuffer());
    }

    private ByteBuffer copy(Slot slot) throws IOException {
        return ByteBuffer.allocate(slot.length).put(0, body(slot), 0, slot.length);
    }

    /** Makes a NIL message another message; what is left of it stays a NIL message. */
    private void put(Slot free, int type, int flags, int order, ByteBuffer body) throws IOException {
        ByteBuffer bytes = changed(free.part);
        int length = body.remaining();
        head(bytes, free.at, type, length, flags, order);
        bytes.put(free.at, body, body.position(), length);
        int index = slots.indexOf(free);
        slots.set(index, new Slot(free.part, free.at, type, flags, length, order));
        if (free.length > length) {
            int left = free.length - length - headBytes;
            int at = free.at + length + headBytes;
            head(bytes, at, NIL, left, 0, 0);
            zero(bytes, at, left);
            slots.add(index + 1, new Slot(free.part, at, NIL, 0, left, 0));
        }
    }

    private void head(ByteBuffer bytes, int body, int type, int length, int flags, int order) {
        int at = body - headBytes;
        bytes.put(at, (byte) type).putShort(at + 1, (short) length).put(at + 3, (byte) flags);
        if (headBytes > 4) {
            bytes.putShort(at + 4, (short) order);
        }
    }

    private static void zero(ByteBuffer bytes, int at, int length) {
        for (int i = 0; i < length; i++) {
            bytes.put(at + i, (byte) 0);
        }
    }

    /** Removes a message; returns the NIL message in its place, joined with those around it. */
    public Slot remove(Slot slot) throws IOException {
        ByteBuffer bytes = changed(slot.part);
        int index = slots.indexOf(slot);
        int first = index;
        int last = index;
        while (first > 0 && isFree(slots.get(first - 1), slots.get(first))) {
            first--;
        }
        while (last + 1 < slots.size() && isFree(slots.get(last + 1), slots.get(last))) {
            last++;
        }
        Slot start = slots.get(first);
        int length = slots.get(last).end() - start.at;
        if (length >= 1 << 16) {
            first = index;
            last = index;
            start = slot;
            length = slot.length;
        }
        Slot free = new Slot(slot.part, start.at, NIL, 0, length, 0);
        head(bytes, free.at, NIL, length, 0, 0);
        zero(bytes, free.at, length);
        slots.subList(first, last + 1).clear();
        slots.add(first, free);
        return free;
    }

    private static boolean isFree(Slot slot, Slot neighbour) {
        return slot.type == NIL && slot.part.equals(neighbour.part);
    }

    /** Gives a message another content: in its place if the size is the same. */
    public void replace(Slot slot, ByteBuffer body) throws IOException {
        if (body.remaining() == slot.length) {
            changed(slot.part).put(slot.at, body, body.position(), slot.length);
        } else {
            remove(slot);
            add(slot.type, slot.flags, slot.order, body);
        }
    }

    /** Sets a number of eight bytes in a message whose other bytes stay, at an offset in the content. */
    public void put(Slot slot, int offset, long value) throws IOException {
        file.put(slot.part.address, slot.part.length, slot.at + offset, value);
    }
}
