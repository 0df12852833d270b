package io.h5sink.hdf5;

import io.h5sink.format.FormatException;
import io.h5sink.format.FormatInput;
import io.h5sink.format.FormatOutput;
import io.h5sink.format.heap.DenseStorage;
import io.h5sink.format.message.AttributeInfo;
import io.h5sink.format.message.AttributeMessage;
import io.h5sink.format.message.HeaderEditor;
import io.h5sink.format.message.ObjectHeader;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of objects in a commit that changes them: HDF5 File Format Specification 3.0, sections IV.A.2.m and v. An object has its
 * attributes in its object header or, if they are many or large, in dense storage.
 */
final class ObjectAttributes {

    /** The flags of the attribute info message, which HDF5 does not share between objects. */
    private static final int NEVER_SHARED = 0x04;

    private ObjectAttributes() {}

    /** The attribute of a name; null if the object has none. */
    static @Nullable AttributeMessage find(SpaceAllocator file, long object, byte[] name) {
        FormatInput in = file.input();
        AttributeMessage[] found = {null};
        for (ObjectHeader.Message message : ObjectHeader.read(in, object).messages()) {
            if (message.type() == AttributeMessage.TYPE
                    && !message.shared()
                    && AttributeMessage.isKnown(message.open())) {
                found[0] = named(AttributeMessage.decode(message.open()), name, found[0]);
            } else if (message.type() == AttributeInfo.TYPE) {
                DenseStorage.attributes(in, message.open(), content -> {
                    if (AttributeMessage.isKnown(content)) {
                        found[0] = named(AttributeMessage.decode(content), name, found[0]);
                    }
                });
            }
        }
        return found[0];
    }

    private static @Nullable AttributeMessage named(
            AttributeMessage attribute, byte[] name, @Nullable AttributeMessage other) {
        return Arrays.equals(attribute.name(), name) ? attribute : other;
    }

    /** The message that tells where an object's attributes are, for an object that is made with attributes. */
    static HeaderEditor.NewMessage info() {
        return new HeaderEditor.NewMessage(AttributeInfo.TYPE, NEVER_SHARED, encoded(AttributeInfo.compact()));
    }

    /** The message of an attribute, for an object that is made with it. */
    static HeaderEditor.NewMessage message(AttributeMessage attribute) {
        return new HeaderEditor.NewMessage(AttributeMessage.TYPE, 0, encoded(attribute));
    }

    /** Sets an attribute; replaces the one of the same name. */
    static void put(SpaceAllocator file, long object, AttributeMessage attribute) throws IOException {
        HeaderEditor header = HeaderEditor.open(file, object);
        ByteBuffer body = encoded(attribute);
        HeaderEditor.Slot slot = slot(header, attribute.name());
        if (slot != null && slot.length() == body.remaining()) {
            header.replace(slot, body);
            return;
        }
        HeaderEditor.Slot at = header.first(AttributeInfo.TYPE);
        AttributeInfo info = at == null ? AttributeInfo.compact() : AttributeInfo.decode(header.body(at), file.input());
        if (info.isDense()) {
            throw new FormatException("dense attributes"); // TODO dense
        }
        if (at == null) {
            header.add(AttributeInfo.TYPE, NEVER_SHARED, encoded(info));
        }
        int order = 0;
        if (slot != null) {
            order = slot.order();
            header.remove(slot);
        } else if (info.isTracked()) {
            order = info.largestOrder();
            header.replace(
                    java.util.Objects.requireNonNull(header.first(AttributeInfo.TYPE)), encoded(info.upTo(order + 1)));
        }
        header.add(AttributeMessage.TYPE, 0, order, body);
    }

    private static HeaderEditor.@Nullable Slot slot(HeaderEditor header, byte[] name) throws IOException {
        for (HeaderEditor.Slot slot : header.all(AttributeMessage.TYPE)) {
            ByteBuffer body = header.body(slot);
            if (AttributeMessage.isKnown(body)
                    && Arrays.equals(AttributeMessage.decode(body).name(), name)) {
                return slot;
            }
        }
        return null;
    }

    /** Removes an attribute, if the object has one of that name. */
    static void remove(SpaceAllocator file, long object, byte[] name) throws IOException {
        HeaderEditor header = HeaderEditor.open(file, object);
        HeaderEditor.Slot slot = slot(header, name);
        if (slot != null) {
            header.remove(slot);
        }
    }

    private static ByteBuffer encoded(AttributeInfo info) {
        FormatOutput out = new FormatOutput();
        info.encode(out);
        return out.toBuffer();
    }

    private static ByteBuffer encoded(AttributeMessage attribute) {
        FormatOutput out = new FormatOutput();
        attribute.encode(out);
        return out.toBuffer();
    }
}
