package io.h5sink.hdf5;

import io.h5sink.format.FormatException;
import io.h5sink.format.FormatInput;
import io.h5sink.format.Superblock;
import io.h5sink.format.heap.GlobalHeap;
import io.h5sink.format.message.AttributeMessage;
import io.h5sink.format.message.Dataspace;
import io.h5sink.format.message.Datatype;
import io.h5sink.format.message.FillValue;
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

    /** The address of the named datatype that an object has; {@link Superblock#UNDEFINED} if its datatype has no name. */
    public long namedType(ObjectHeader header) {
        Message message = header.first(ObjectHeader.DATATYPE);
        return message == null || !message.shared() ? Superblock.UNDEFINED : committed(message.open());
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
        if (!AttributeMessage.isKnown(from)) {
            return;
        }
        AttributeMessage attribute = AttributeMessage.decode(from);
        Datatype type = type(attribute.type(), attribute.sharesType());
        if (attribute.sharesSpace()) {
            return;
        }
        long elements = Dataspace.decode(attribute.space(), bytes).elements();
        if (type == null) {
            return;
        }
        ByteBuffer data = attribute.data();
        if (elements > 0 && elements > data.limit() / type.size()) {
            throw new FormatException(elements + " elements of an attribute, of " + type.size() + " bytes each, are in "
                    + data.limit() + " bytes");
        }
        List<Datatype.HeapReference> references = type.references();
        for (long i = 0; i < elements && !references.isEmpty(); i++) {
            heap.check(references, data, Math.toIntExact(i * type.size()));
        }
    }

    /** Checks a fill value. */
    void fill(Message message, @Nullable Datatype type) {
        if (message.shared() || (message.type() == ObjectHeader.FILL && !FillValue.isKnown(message.open()))) {
            return;
        }
        ByteBuffer value = FillValue.decode(message.type(), message.open()).value();
        if (value != null && type != null) {
            if (value.limit() != type.size()) {
                throw new FormatException("a fill value has " + value.limit() + " bytes");
            }
            heap.check(type.references(), value, 0);
        }
    }
}
