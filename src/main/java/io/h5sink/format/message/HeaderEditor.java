package io.h5sink.format.message;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.FormatException;
import io.h5sink.format.FormatInput;
import io.h5sink.format.FormatOutput;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An object header in a commit that changes its messages: HDF5 File Format Specification 3.0, sections IV.A.1.a and b. A message is added in
 * the space of a NIL message, or else in a continuation block. Continuation messages stay where they are; messages move that make space for
 * one, and those that {@link #REMEMBERED} names only if no others can.
 *
 * <p>A header of version 1 has no signatures and checksums. The bodies of its messages are padded to multiples of 8 bytes, and its prefix has
 * the number of all messages, NIL and continuation messages included. New headers have version 2. One thread at a time.
 */
public final class HeaderEditor {

    /**
     * A message that a header is made with.
     *
     * @param type the type
     * @param flags the flags
     * @param body the encoded content, from position to limit
     */
    public record NewMessage(int type, int flags, ByteBuffer body) {

        /**
         * A message whose addresses and lengths have eight bytes.
         *
         * @param content encodes the content
         */
        public static NewMessage of(int type, int flags, Consumer<FormatOutput> content) {
            FormatOutput out = new FormatOutput();
            content.accept(out);
            return new NewMessage(type, flags, out.toBuffer());
        }
    }

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

        /** Whether the content is a reference to a shared message. */
        public boolean shared() {
            return (flags & ObjectHeader.SHARED) != 0;
        }
    }

    /**
     * A block of the header: chunk 0 with the prefix, or a continuation block.
     *
     * @param start the offset of the first message
     * @param end the offset behind the last message, where version 2 has the checksum
     */
    private record Part(long address, int length, int start, int end) {}

    /**
     * A place in a block of the header. The places in messages that {@link #REMEMBERED} names are good until {@link SpaceAllocator#moves}
     * says that one has moved.
     *
     * @param block the address of the block
     * @param length the length of the block
     * @param offset the offset in the block
     * @param old whether the header has version 1, whose blocks have no checksum; other blocks end with one
     */
    public record FieldPlace(long block, int length, int offset, boolean old) {

        /** Reads a number of eight bytes. */
        public long get(SpaceAllocator file) throws IOException {
            return file.look(block, length).getLong(offset);
        }

        /** Sets a number of eight bytes. */
        public void set(SpaceAllocator file, long value) throws IOException {
            if (old) {
                change(file).putLong(offset, value);
            } else {
                file.put(block, length, offset, value);
            }
        }

        /** The block for the caller to change. */
        public ByteBuffer change(SpaceAllocator file) throws IOException {
            return old ? file.changeUnsealed(block, length) : file.change(block, length);
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

    private static final int OLD_VERSION = 1;
    private static final int VERSION = 2;
    private static final int CHECKSUM = Integer.BYTES;

    /** The length of the signature, the version and the flags of version 2, behind which the times are. */
    private static final int PREFIX = 6;

    /** The offset of the seconds in a Modification Time message. */
    private static final int SECONDS = 4;

    /** The length of the prefix of version 1, and the offsets of its fields. */
    private static final int OLD_PREFIX = 16;

    private static final int OLD_COUNT = 2;
    private static final int OLD_REFERENCES = 4;
    private static final int OLD_SIZE = 8;

    /** The length of the head of a message of version 1, and the unit of the lengths of its bodies. */
    private static final int OLD_HEAD = 8;

    /** The most bytes of a message of version 1. */
    private static final int OLD_LARGEST = (1 << 16) - OLD_HEAD;

    private static final int TIMES = 0x20;
    private static final int PHASES = 0x10;
    private static final int ORDERED = 0x04;
    private static final int WIDTH = 0x03;
    private static final int GUESS = 512;
    private static final int MOST_PARTS = 1 << 16;

    /** The least and the most free space of a new continuation block. */
    private static final int LEAST_SPARE = 64;

    private static final int MOST_SPARE = 1 << 12;

    /** The types of messages whose places the writers of datasets remember, until {@link SpaceAllocator#moves} says that one has moved. */
    private static final List<Integer> REMEMBERED =
            List.of(ObjectHeader.DATASPACE, ObjectHeader.LAYOUT, ObjectHeader.MODIFICATION_TIME);

    private final SpaceAllocator file;
    private final long address;

    /** Whether the header has version 1. */
    private final boolean old;

    /** Whether the prefix of version 2 has the object's times. */
    private final boolean timed;

    private final int headBytes;

    /** The length of a continuation message. */
    private final int continuationBytes;

    private final List<Part> parts = new ArrayList<>();
    private final List<Slot> slots = new ArrayList<>();

    private HeaderEditor(SpaceAllocator file, long address, boolean old, boolean timed, int headBytes) {
        this.file = file;
        this.address = address;
        this.old = old;
        this.timed = timed;
        this.headBytes = headBytes;
        this.continuationBytes =
                aligned(file.sizes().addressBytes() + file.sizes().lengthBytes());
    }

    /** The length that a body has in this header. */
    private int aligned(int length) {
        return old ? (length + OLD_HEAD - 1) / OLD_HEAD * OLD_HEAD : length;
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

    /** Reads a header with all changes of this commit. */
    public static HeaderEditor open(SpaceAllocator file, long address) throws IOException {
        ByteBuffer head = file.look(address, GUESS);
        FormatInput in = file.input();
        HeaderEditor header;
        Part first;
        if (head.remaining() < OLD_PREFIX) {
            throw in.damaged(address, "an object header is cut off");
        }
        if (head.get(0) == OLD_VERSION) {
            header = new HeaderEditor(file, address, true, false, OLD_HEAD);
            first = header.part(address, OLD_PREFIX, OLD_PREFIX + Integer.toUnsignedLong(head.getInt(OLD_SIZE)));
        } else {
            in.expect(head.duplicate(), address, "OHDR");
            if (head.get(4) != VERSION) {
                throw in.damaged(address, "the object header has an unknown version");
            }
            int flags = head.get(5);
            boolean timed = (flags & TIMES) != 0;
            int start = PREFIX + (timed ? 16 : 0) + ((flags & PHASES) != 0 ? 4 : 0);
            int width = 1 << (flags & WIDTH);
            if (head.remaining() < start + width) {
                throw in.damaged(address, "an object header is cut off");
            }
            long size = FieldSizes.number(head.duplicate().position(start), width);
            header = new HeaderEditor(file, address, false, timed, (flags & ORDERED) != 0 ? 6 : 4);
            first = header.part(address, start + width, start + width + size + CHECKSUM);
        }
        Deque<Part> more = new ArrayDeque<>();
        more.add(first);
        while (!more.isEmpty()) {
            header.read(more.remove(), more);
        }
        return header;
    }

    /** Whether the header has version 1, in which an object has no dense storage of attributes. */
    public boolean isOld() {
        return old;
    }

    private Part part(long partAddress, int start, long length) {
        int behind = old ? 0 : CHECKSUM;
        if (length < start + behind || length > LARGEST_PART) {
            throw file.input().damaged(partAddress, "a part of an object header has " + length + " bytes");
        }
        return new Part(partAddress, (int) length, start, (int) length - behind);
    }

    private void read(Part part, Deque<Part> more) throws IOException {
        FormatInput in = file.input();
        if (parts.stream().anyMatch(known -> known.address == part.address) || parts.size() > MOST_PARTS) {
            throw in.damaged(part.address, "an object header goes round in a circle");
        }
        parts.add(part);
        ByteBuffer content = bytes(part);
        for (int at = part.start; part.end() - at >= headBytes; ) {
            int type = old ? Short.toUnsignedInt(content.getShort(at)) : Byte.toUnsignedInt(content.get(at));
            int length = Short.toUnsignedInt(content.getShort(at + (old ? 2 : 1)));
            int flags = content.get(at + (old ? 4 : 3));
            int body = at + headBytes;
            if (length > part.end() - body) {
                throw in.damaged(part.address + at, "a header message has " + length + " bytes");
            }
            int order = headBytes == 6 ? Short.toUnsignedInt(content.getShort(at + 4)) : 0;
            slots.add(new Slot(part, body, type, flags, length, order));
            if (type == ObjectHeader.CONTINUATION) {
                ByteBuffer place = content.slice(body, length).order(content.order());
                more.add(part(in.address(place), old ? 0 : 4, in.length(place)));
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
        return old ? file.changeUnsealed(part.address, part.length) : file.change(part.address, part.length);
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
        int length = aligned(body.remaining());
        if (old && length > OLD_LARGEST) {
            throw new FormatException("a message of " + body.remaining()
                    + " bytes is larger than HDF5 allows in an object header of version 1");
        }
        Slot free = free(length, true);
        if (free == null) {
            proceed(headBytes + length);
            free = free(length, false);
        }
        if (free == null) {
            throw new FormatException("an object header has no place for a message");
        }
        put(free, type, flags, order, body);
        count();
    }

    /** Keeps the number of messages in the prefix of version 1. */
    private void count() throws IOException {
        Part first = parts.get(0);
        if (old && Short.toUnsignedInt(bytes(first).getShort(OLD_COUNT)) != slots.size()) {
            if (slots.size() > MOST_PARTS - 1) {
                throw new FormatException("an object header has too many messages");
            }
            changed(first).putShort(OLD_COUNT, (short) slots.size());
        }
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
                        .anyMatch(slot -> !slot.equals(used) && (fits(slot, continuationBytes) || canMove(slot)));
    }

    private boolean canMove(Slot slot) {
        return isMovable(slot) && !REMEMBERED.contains(slot.type) && fitsContinuation(slot.length);
    }

    private static boolean isMovable(Slot slot) {
        return slot.type != NIL && slot.type != ObjectHeader.CONTINUATION;
    }

    /** Whether a continuation message fits, and what is left is nothing, or enough for a NIL message. */
    private boolean fitsContinuation(int length) {
        return length == continuationBytes || length - continuationBytes >= headBytes;
    }

    /** Adds a continuation block that has space for a number of bytes. */
    private void proceed(int need) throws IOException {
        Slot place = free(continuationBytes, false);
        List<Slot> moved = place == null ? moved() : List.of();
        int movedBytes = moved.stream()
                .filter(HeaderEditor::isMovable)
                .mapToInt(slot -> headBytes + slot.length)
                .sum();
        int known = parts.stream().mapToInt(part -> part.length).sum();
        int spare = aligned(Math.max(LEAST_SPARE, Math.min(MOST_SPARE, known / 2)));
        Part part = makePart(need + movedBytes + headBytes + spare);
        Slot from = place;
        for (Slot slot : moved) {
            if (isMovable(slot)) {
                Slot to = slots.get(slots.size() - 1);
                put(to, slot.type, slot.flags, slot.order, copy(slot));
                from = remove(slot);
            }
        }
        if (moved.stream().anyMatch(slot -> REMEMBERED.contains(slot.type))) {
            file.moved();
        }
        FormatOutput where =
                new FormatOutput(file.sizes()).address(part.address).length(part.length);
        put(Objects.requireNonNull(from), ObjectHeader.CONTINUATION, 0, 0, where.toBuffer());
    }

    /** Makes a block whose content is one NIL message, which is the last of all. */
    private Part makePart(int content) {
        int start = old ? 0 : 4;
        int length = start + content + (old ? 0 : CHECKSUM);
        ByteBuffer block = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        Part part = new Part(file.allocateBlock(length), length, start, start + content);
        head(block, start + headBytes, NIL, content - headBytes, 0, 0);
        if (old) {
            file.makeUnsealed(part.address, block);
        } else {
            file.make(part.address, block.put(0, "OCHK".getBytes(StandardCharsets.US_ASCII)));
        }
        parts.add(part);
        slots.add(new Slot(part, start + headBytes, NIL, 0, content - headBytes, 0));
        return part;
    }

    /**
     * The messages that make space for a continuation message: the smallest one that does, or else a run of adjacent ones, of which some may
     * be NIL messages.
     */
    private List<Slot> moved() {
        return slots.stream()
                .filter(this::canMove)
                .min((one, other) -> Integer.compare(one.length, other.length))
                .map(List::of)
                .or(() -> run(false))
                .or(() -> run(true))
                .orElseThrow(() -> new FormatException("an object header has no place for a continuation"));
    }

    /** The run of adjacent messages that makes space for a continuation message and has the least bytes. */
    private Optional<List<Slot>> run(boolean withRemembered) {
        List<Slot> best = List.of();
        int least = Integer.MAX_VALUE;
        for (int first = 0; first < slots.size(); first++) {
            Slot start = slots.get(first);
            for (int last = first; last < slots.size(); last++) {
                Slot slot = slots.get(last);
                boolean remembered = REMEMBERED.contains(slot.type);
                if (!slot.part.equals(start.part)
                        || slot.type == ObjectHeader.CONTINUATION
                        || (remembered && !withRemembered)) {
                    break;
                }
                int length = slot.end() - start.at;
                if (fitsContinuation(length) && length < least) {
                    best = List.copyOf(slots.subList(first, last + 1));
                    least = length;
                }
            }
        }
        return best.isEmpty() ? Optional.empty() : Optional.of(best);
    }

    private ByteBuffer copy(Slot slot) throws IOException {
        return ByteBuffer.allocate(slot.length).put(0, body(slot), 0, slot.length);
    }

    /** Makes a NIL message another message; what is left of it stays a NIL message. */
    private void put(Slot free, int type, int flags, int order, ByteBuffer body) throws IOException {
        ByteBuffer bytes = changed(free.part);
        int length = aligned(body.remaining());
        head(bytes, free.at, type, length, flags, order);
        fill(bytes, free.at, length, body);
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

    /** Writes a body and zeros behind. */
    private static void fill(ByteBuffer bytes, int at, int length, ByteBuffer body) {
        bytes.put(at, body, body.position(), body.remaining());
        zero(bytes, at + body.remaining(), length - body.remaining());
    }

    private void head(ByteBuffer bytes, int body, int type, int length, int flags, int order) {
        int at = body - headBytes;
        if (old) {
            bytes.putShort(at, (short) type).putShort(at + 2, (short) length).putInt(at + 4, flags & 0xFF);
            return;
        }
        bytes.put(at, (byte) type).putShort(at + 1, (short) length).put(at + 3, (byte) flags);
        if (headBytes == 6) {
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
        if (length > (old ? OLD_LARGEST : LARGEST_MESSAGE)) {
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
        count();
        return free;
    }

    private static boolean isFree(Slot slot, Slot neighbour) {
        return slot.type == NIL && slot.part.equals(neighbour.part);
    }

    /** Gives a message another content: in its place if the size is the same. */
    public void replace(Slot slot, ByteBuffer body) throws IOException {
        if (aligned(body.remaining()) == slot.length) {
            fill(changed(slot.part), slot.at, slot.length, body);
        } else {
            remove(slot);
            add(slot.type, slot.flags, slot.order, body);
        }
    }

    /** The content of a message for the caller to change in its place, in a buffer that starts at position 0. */
    public ByteBuffer edit(Slot slot) throws IOException {
        ByteBuffer bytes = changed(slot.part);
        return bytes.slice(slot.at, slot.length).order(bytes.order());
    }

    /** Sets a number of eight bytes in a message whose other bytes stay, at an offset in the content. */
    public void put(Slot slot, int offset, long value) throws IOException {
        place(slot, offset).set(file, value);
    }

    /** The place of a field in a message, at an offset in the content. */
    public FieldPlace place(Slot slot, int offset) {
        return new FieldPlace(slot.part.address, slot.part.length, slot.at + offset, old);
    }

    /**
     * The place of the times: in version 2 those of the last access, the last modification, the last change and the birth, in version 1 that
     * of the last modification; null if the header has none.
     */
    public @Nullable FieldPlace times() {
        if (!old) {
            Part first = parts.get(0);
            return timed ? new FieldPlace(first.address, first.length, PREFIX, false) : null;
        }
        Slot modified = first(ObjectHeader.MODIFICATION_TIME);
        return modified == null || modified.length < SECONDS + Integer.BYTES ? null : place(modified, SECONDS);
    }

    /** Counts one hard link less that leads to the object, if there are others. A header without a count has one link. */
    public void dropReference() throws IOException {
        Slot counted = old ? null : first(ObjectHeader.REFERENCE_COUNT);
        if (old) {
            ByteBuffer prefix = bytes(parts.get(0));
            if (prefix.getInt(OLD_REFERENCES) > 1) {
                changed(parts.get(0)).putInt(OLD_REFERENCES, prefix.getInt(OLD_REFERENCES) - 1);
            }
        } else if (counted != null && body(counted).getInt(1) > 2) {
            ByteBuffer count = edit(counted);
            count.putInt(1, count.getInt(1) - 1);
        } else if (counted != null) {
            remove(counted);
        }
    }
}
