package io.h5sink.format.message;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.FormatInput;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An object header, which may continue in other blocks: HDF5 File Format Specification 3.0, section IV.A.1.
 *
 * @param address the address of the header
 * @param messages the messages of the header and of its continuation blocks
 */
public record ObjectHeader(long address, List<Message> messages) {

    public static final int DATASPACE = 0x01;
    public static final int LINK_INFO = 0x02;
    public static final int DATATYPE = 0x03;
    public static final int OLD_FILL = 0x04;
    public static final int FILL = 0x05;
    public static final int LINK = 0x06;
    public static final int GROUP_INFO = 0x0A;
    public static final int EXTERNAL = 0x07;
    public static final int LAYOUT = 0x08;
    public static final int FILTERS = 0x0B;
    public static final int ATTRIBUTE = 0x0C;
    public static final int CONTINUATION = 0x10;
    public static final int SYMBOL_TABLE = 0x11;
    public static final int MODIFICATION_TIME = 0x12;
    static final int B_TREE_K = 0x13;
    public static final int DRIVER_INFO = 0x14;
    public static final int ATTRIBUTE_INFO = 0x15;
    public static final int REFERENCE_COUNT = 0x16;
    static final int FILE_SPACE_INFO = 0x17;
    static final int CACHE_IMAGE = 0x18;

    static final int SHARED = 0x02;

    /** The most blocks of a header: the C library keeps no more, and stops counting at 65,535. */
    private static final int MOST_CHUNKS = 1 << 16;

    /**
     * A message of a header.
     *
     * @param type the message's type, such as {@link #DATASPACE}
     * @param flags the message's flags
     * @param body the message's content, in a buffer that starts at position 0
     */
    public record Message(int type, int flags, ByteBuffer body) {

        /** Whether the body is a reference to a shared message. */
        public boolean shared() {
            return (flags & SHARED) != 0;
        }

        /** The body, in a buffer of its own that starts at position 0. */
        public ByteBuffer open() {
            return body.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    private record HeaderChunk(long address, long length) {}

    /** The first message of a type; null if the header has none. */
    @Nullable
    public Message first(int type) {
        for (Message message : messages) {
            if (message.type == type) {
                return message;
            }
        }
        return null;
    }

    public static ObjectHeader read(FormatInput bytes, long address) {
        boolean modern = bytes.at(address, 4).get(0) == 'O';
        return new ObjectHeader(address, modern ? modern(bytes, address) : old(bytes, address));
    }

    private static List<Message> old(FormatInput bytes, long address) {
        ByteBuffer prefix = bytes.at(address, 16);
        int version = prefix.get();
        if (version != 1) {
            throw bytes.damaged(address, "there is no object header");
        }
        long size = Integer.toUnsignedLong(prefix.getInt(8));
        List<Message> messages = new ArrayList<>();
        Deque<HeaderChunk> chunks = new ArrayDeque<>(List.of(new HeaderChunk(address + 16, size)));
        Set<Long> seen = new HashSet<>();
        while (!chunks.isEmpty()) {
            HeaderChunk chunk = once(bytes, chunks, seen);
            ByteBuffer content = bytes.at(chunk.address, chunk.length);
            while (content.remaining() >= 8) {
                int type = Short.toUnsignedInt(content.getShort());
                int length = Short.toUnsignedInt(content.getShort());
                int flags = content.get();
                content.position(content.position() + 3);
                add(bytes, messages, new Message(type, flags, cut(bytes, chunk, content, length)), chunks);
            }
        }
        return messages;
    }

    private static List<Message> modern(FormatInput bytes, long address) {
        ByteBuffer prefix = bytes.at(address, 6);
        bytes.expect(prefix, address, "OHDR");
        if (prefix.get() != 2) {
            throw bytes.damaged(address, "the object header has an unknown version");
        }
        int flags = prefix.get();
        int before = 6 + ((flags & 0x20) != 0 ? 16 : 0) + ((flags & 0x10) != 0 ? 4 : 0);
        int width = 1 << (flags & 3);
        ByteBuffer sizes = bytes.at(address + before, width);
        long size = FieldSizes.number(sizes, width);
        int head = before + width;
        List<Message> messages = new ArrayList<>();
        Deque<HeaderChunk> chunks = new ArrayDeque<>(List.of(new HeaderChunk(address, head + size + 4)));
        Set<Long> seen = new HashSet<>();
        while (!chunks.isEmpty()) {
            HeaderChunk chunk = once(bytes, chunks, seen);
            ByteBuffer content = bytes.at(chunk.address, chunk.length);
            if (chunk.length < 8) {
                throw bytes.damaged(chunk.address, "a part of an object header is too short");
            }
            bytes.checksum(content, chunk.address, content.limit() - 4);
            content.limit(content.limit() - 4);
            if (chunk.address == address) {
                content.position(head);
            } else {
                bytes.expect(content, chunk.address, "OCHK");
            }
            boolean ordered = (flags & 4) != 0;
            while (content.remaining() >= (ordered ? 6 : 4)) {
                int type = Byte.toUnsignedInt(content.get());
                int length = Short.toUnsignedInt(content.getShort());
                int messageFlags = content.get();
                if (ordered) {
                    content.getShort();
                }
                add(bytes, messages, new Message(type, messageFlags, cut(bytes, chunk, content, length)), chunks);
            }
        }
        return messages;
    }

    private static HeaderChunk once(FormatInput bytes, Deque<HeaderChunk> chunks, Set<Long> seen) {
        HeaderChunk chunk = chunks.remove();
        if (!seen.add(chunk.address) || seen.size() > MOST_CHUNKS) {
            throw bytes.damaged(chunk.address, "an object header goes round in a circle");
        }
        return chunk;
    }

    private static ByteBuffer cut(FormatInput bytes, HeaderChunk chunk, ByteBuffer content, int length) {
        if (length > content.remaining()) {
            throw bytes.damaged(
                    chunk.address + content.position(),
                    "a header message has " + length + " bytes, where " + content.remaining() + " are left");
        }
        ByteBuffer body = content.slice(content.position(), length);
        content.position(content.position() + length);
        return body;
    }

    private static void add(FormatInput bytes, List<Message> messages, Message message, Deque<HeaderChunk> chunks) {
        messages.add(message);
        if (message.type == CONTINUATION) {
            ByteBuffer body = message.open();
            chunks.add(new HeaderChunk(bytes.address(body), bytes.length(body)));
        }
    }
}
