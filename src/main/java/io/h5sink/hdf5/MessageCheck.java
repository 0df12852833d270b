package io.h5sink.hdf5;

import io.h5sink.format.FormatException;
import io.h5sink.format.FormatInput;
import io.h5sink.format.Superblock;
import io.h5sink.format.heap.GlobalHeap;
import io.h5sink.format.message.Dataspace;
import io.h5sink.format.message.Datatype;
import io.h5sink.format.message.ObjectHeader;
import io.h5sink.format.message.ObjectHeader.Message;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks the messages of an object header that describe types, shapes, storage and attributes: HDF5 File Format Specification 3.0, section
 * IV.A.2.
 */
public final class MessageCheck {

    private static final int COMMITTED = 2;

    private final FormatInput bytes;
    private final GlobalHeap heap;
    private final ObjLongConsumer<String> found;

    /**
     * A reader of messages.
     *
     * @param found receives the addresses of objects to which messages refer
     */
    public MessageCheck(FormatInput bytes, GlobalHeap heap, ObjLongConsumer<String> found) {
        this.bytes = bytes;
        this.heap = heap;
        this.found = found;
    }

    /** The datatype in a header; null if the header has none, or if the datatype lies in a shared message heap. */
    @Nullable
    public Datatype type(ObjectHeader header) {
        Message message = header.first(ObjectHeader.DATATYPE);
        return message == null ? null : type(message.open(), message.shared());
    }

    /** A datatype, or the datatype to which a shared message refers; null if that lies in a shared message heap. */
    @Nullable
    public Datatype type(ByteBuffer from, boolean shared) {
        if (!shared) {
            return Datatype.decode(from, bytes.addressBytes());
        }
        long address = committed(from);
        if (address == Superblock.UNDEFINED) {
            return null;
        }
        found.accept("its type", address);
        Message named = ObjectHeader.read(bytes, address).first(ObjectHeader.DATATYPE);
        if (named == null || named.shared()) {
            throw bytes.damaged(address, "a type is expected there");
        }
        return Datatype.decode(named.open(), bytes.addressBytes());
    }

    /** The address of a shared message's object; undefined if the message lies in a shared message heap. */
    private long committed(ByteBuffer from) {
        int version = from.get();
        int kind = from.get();
        if (version == 1) {
            from.position(from.position() + 6 + bytes.lengthBytes());
        } else if (version == 3 && kind != COMMITTED) {
            return Superblock.UNDEFINED;
        }
        return bytes.address(from);
    }

    /** The dataspace in a header; null if the header has none, or if the message is shared. */
    @Nullable
    Dataspace space(ObjectHeader header) {
        Message message = header.first(ObjectHeader.DATASPACE);
        return message == null || message.shared() ? null : Dataspace.decode(message.open(), bytes);
    }

    /** Checks an attribute, and the heap objects to which its value refers. */
    void attribute(ByteBuffer from) {
        int version = from.get();
        int flags = from.get();
        int nameBytes = Short.toUnsignedInt(from.getShort());
        int typeBytes = Short.toUnsignedInt(from.getShort());
        int spaceBytes = Short.toUnsignedInt(from.getShort());
        if (version < 1 || version > 3) {
            return; // the C library does not read such a version either
        }
        boolean padded = version == 1;
        if (version == 3) {
            from.get();
        }
        int name = from.position();
        if (nameBytes == 0 || from.get(name + nameBytes - 1) != 0) {
            throw new FormatException("the name of an attribute does not end");
        }
        int typeAt = name + padded(nameBytes, padded);
        int spaceAt = typeAt + padded(typeBytes, padded);
        int data = spaceAt + padded(spaceBytes, padded);
        Datatype type = type(part(from, typeAt, typeBytes), version > 1 && (flags & 1) != 0);
        if (version > 1 && (flags & 2) != 0) {
            return;
        }
        long elements = Dataspace.decode(part(from, spaceAt, spaceBytes), bytes).elements();
        if (type == null) {
            return;
        }
        if (elements > 0 && elements > (from.limit() - data) / type.size()) {
            throw new FormatException(elements + " elements of an attribute, of " + type.size() + " bytes each, are in "
                    + (from.limit() - data) + " bytes");
        }
        List<Datatype.HeapReference> references = type.references();
        for (long i = 0; i < elements && !references.isEmpty(); i++) {
            heap.check(references, from, Math.toIntExact(data + i * type.size()));
        }
    }

    private static int padded(int length, boolean padded) {
        return padded ? (length + 7) / 8 * 8 : length;
    }

    private static ByteBuffer part(ByteBuffer from, int start, int length) {
        return from.slice(start, length).order(from.order());
    }

    /** Checks a fill value. */
    void fill(Message message, @Nullable Datatype type) {
        if (message.shared()) {
            return;
        }
        ByteBuffer from = message.open();
        if (message.type() == ObjectHeader.FILL) {
            int version = from.get();
            int flags = from.get();
            boolean defined = version == 3 ? (flags & 0x20) != 0 : version == 1 || from.get(3) != 0;
            from.position(version == 3 ? 2 : 4);
            if (!defined || version > 3) {
                return;
            }
        }
        int size = from.getInt();
        if (size <= 0) {
            return;
        }
        if (size > from.remaining() || (type != null && size != type.size())) {
            throw new FormatException("a fill value has " + size + " bytes");
        }
        if (type != null) {
            heap.check(type.references(), from, from.position());
        }
    }

    /** Checks that the descriptions of all filters lie within their message. */
    static void filters(ByteBuffer from) {
        int version = from.get();
        int count = Byte.toUnsignedInt(from.get());
        from.position(from.position() + (version == 1 ? 6 : 0));
        for (int i = 0; i < count; i++) {
            int id = Short.toUnsignedInt(from.getShort());
            int name = version == 1 || id >= 256 ? Short.toUnsignedInt(from.getShort()) : 0;
            from.getShort();
            int values = Short.toUnsignedInt(from.getShort());
            int start = from.position();
            if (name > 0 && from.get(start + name - 1) != 0) {
                throw new FormatException("the name of a filter does not end");
            }
            int after = start + padded(name, version == 1) + 4 * values;
            from.position(version == 1 && values % 2 == 1 ? after + 4 : after);
        }
    }
}
