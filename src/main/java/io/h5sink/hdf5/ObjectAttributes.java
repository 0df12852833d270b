package io.h5sink.hdf5;

import io.h5sink.format.FieldSizes;
import io.h5sink.format.FormatInput;
import io.h5sink.format.FormatOutput;
import io.h5sink.format.heap.DenseKind;
import io.h5sink.format.heap.DenseStorage;
import io.h5sink.format.message.AttributeInfo;
import io.h5sink.format.message.AttributeMessage;
import io.h5sink.format.message.HeaderEditor;
import io.h5sink.format.message.ObjectHeader;
import io.h5sink.storage.StorageException;
import io.h5sink.transaction.BlockAccess;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of objects in a commit that changes them: HDF5 File Format Specification 3.0, sections IV.A.2.m and v. An object has its
 * attributes in its object header or, if they are many or large, in dense storage.
 */
public final class ObjectAttributes {

    /** The flags of the attribute info message, which HDF5 does not share between objects. */
    private static final int NEVER_SHARED = 0x04;

    /** The most attributes that this library keeps in a header. HDF5's own limit is 8, but HDF5 takes any number. */
    private static final int MOST_COMPACT = 32;

    private ObjectAttributes() {}

    /** The attribute of a name; null if the object has none. */
    public static @Nullable AttributeMessage find(SpaceAllocator file, long object, byte[] name) {
        try {
            return found(file, object, name);
        } catch (IOException e) {
            throw StorageException.file("it cannot be read: " + e.getMessage(), e);
        }
    }

    private static @Nullable AttributeMessage found(SpaceAllocator file, long object, byte[] name) throws IOException {
        FormatInput in = file.input();
        AttributeMessage found = null;
        for (ObjectHeader.Message message : ObjectHeader.read(in, object).messages()) {
            if (message.type() == ObjectHeader.ATTRIBUTE && !message.shared()) {
                found = named(message.open(), name, found);
            } else if (message.type() == ObjectHeader.ATTRIBUTE_INFO) {
                AttributeInfo info = AttributeInfo.decode(message.open(), in);
                ByteBuffer stored = info.isDense() ? dense(file, info).find(name) : null;
                found = stored == null ? found : named(stored, name, found);
            }
        }
        return found;
    }

    private static DenseStorage dense(SpaceAllocator file, AttributeInfo info) throws IOException {
        return DenseStorage.open(
                new BlockAccess(file, file.sizes()), DenseKind.ATTRIBUTES, info.heap(), info.names(), info.orders());
    }

    private static @Nullable AttributeMessage named(ByteBuffer message, byte[] name, @Nullable AttributeMessage other) {
        if (!AttributeMessage.isKnown(message)) {
            return other;
        }
        AttributeMessage attribute = AttributeMessage.decode(message);
        return Arrays.equals(attribute.name(), name) ? attribute : other;
    }

    /** The message that says where an object's attributes are, for an object that is made with attributes. */
    public static HeaderEditor.NewMessage info() {
        return new HeaderEditor.NewMessage(
                ObjectHeader.ATTRIBUTE_INFO, NEVER_SHARED, encoded(AttributeInfo.compact(), FieldSizes.WIDE));
    }

    /** The message of an attribute, for an object that is made with it. */
    public static HeaderEditor.NewMessage message(AttributeMessage attribute) {
        return new HeaderEditor.NewMessage(ObjectHeader.ATTRIBUTE, 0, encoded(attribute));
    }

    /** Sets an attribute; replaces the one of the same name. */
    public static void put(SpaceAllocator file, long object, AttributeMessage attribute) throws IOException {
        HeaderEditor header = HeaderEditor.open(file, object);
        ByteBuffer body = encoded(attribute);
        HeaderEditor.Slot slot = slot(header, attribute.name());
        if (slot != null && putValue(header, slot, attribute)) {
            return;
        }
        if (slot != null && (header.isOld() || slot.length() == body.remaining())) {
            header.replace(slot, body);
            return;
        }
        if (header.isOld()) {
            header.add(ObjectHeader.ATTRIBUTE, 0, body);
            return;
        }
        HeaderEditor.Slot at = header.first(ObjectHeader.ATTRIBUTE_INFO);
        AttributeInfo before =
                at == null ? AttributeInfo.compact() : AttributeInfo.decode(header.body(at), file.input());
        if (at == null) {
            header.add(ObjectHeader.ATTRIBUTE_INFO, NEVER_SHARED, encoded(before, file.sizes()));
        }
        AttributeInfo info = before;
        if (!info.isDense()
                && (body.remaining() > HeaderEditor.LARGEST_MESSAGE
                        || header.all(ObjectHeader.ATTRIBUTE).size() >= MOST_COMPACT)) {
            info = densified(file, header, info);
            slot = null;
        }
        if (info.isDense()) {
            info = putDense(file, info, attribute, body);
        } else if (slot != null) {
            int order = slot.order();
            header.remove(slot);
            header.add(ObjectHeader.ATTRIBUTE, 0, order, body);
        } else {
            header.add(ObjectHeader.ATTRIBUTE, 0, info.largestOrder(), body);
            info = info.isTracked() ? info.upTo(info.largestOrder() + 1) : info;
        }
        if (!info.equals(before)) {
            header.replace(
                    Objects.requireNonNull(header.first(ObjectHeader.ATTRIBUTE_INFO)), encoded(info, file.sizes()));
        }
    }

    /** Overwrites the value of an attribute of the same type and shape, in a message of any version; false if they differ. */
    private static boolean putValue(HeaderEditor header, HeaderEditor.Slot slot, AttributeMessage attribute)
            throws IOException {
        AttributeMessage before = AttributeMessage.decode(header.body(slot));
        if (before.flags() != attribute.flags()
                || before.utf8() != attribute.utf8()
                || !before.type().equals(attribute.type().duplicate().rewind())
                || !before.space().equals(attribute.space().duplicate().rewind())) {
            return false;
        }
        ByteBuffer value = attribute.data().duplicate().rewind();
        ByteBuffer message = header.edit(slot);
        int at = message.limit() - before.data().limit();
        if (value.remaining() > before.data().limit()) {
            return false;
        }
        message.put(at, value, 0, value.remaining());
        return true;
    }

    private static AttributeInfo putDense(
            SpaceAllocator file, AttributeInfo info, AttributeMessage attribute, ByteBuffer body) throws IOException {
        DenseStorage storage = dense(file, info);
        AttributeInfo after = info;
        if (!storage.replace(attribute.name(), body)) {
            storage.add(attribute.name(), info.largestOrder(), body);
            after = info.isTracked() ? info.upTo(info.largestOrder() + 1) : info;
        }
        storage.save();
        return after;
    }

    /** Moves the attributes of a header to dense storage. */
    private static AttributeInfo densified(SpaceAllocator file, HeaderEditor header, AttributeInfo info)
            throws IOException {
        DenseStorage storage =
                DenseStorage.create(new BlockAccess(file, file.sizes()), DenseKind.ATTRIBUTES, info.isIndexed());
        for (HeaderEditor.Slot slot : header.all(ObjectHeader.ATTRIBUTE)) {
            AttributeMessage attribute = AttributeMessage.decode(header.body(slot));
            storage.add(attribute.name(), slot.order(), header.body(slot));
        }
        storage.save();
        for (HeaderEditor.Slot slot : header.all(ObjectHeader.ATTRIBUTE)) {
            header.remove(slot);
        }
        return info.at(storage.heap(), storage.byName(), storage.byOrder());
    }

    /** The message of an attribute in a header; null if the header has none of that name. */
    static HeaderEditor.@Nullable Slot slot(HeaderEditor header, byte[] name) throws IOException {
        for (HeaderEditor.Slot slot : header.all(ObjectHeader.ATTRIBUTE)) {
            ByteBuffer body = header.body(slot);
            if (AttributeMessage.isKnown(body)
                    && Arrays.equals(AttributeMessage.decode(body).name(), name)) {
                return slot;
            }
        }
        return null;
    }

    private static ByteBuffer encoded(AttributeInfo info, FieldSizes sizes) {
        FormatOutput out = new FormatOutput(sizes);
        info.encode(out);
        return out.toBuffer();
    }

    private static ByteBuffer encoded(AttributeMessage attribute) {
        FormatOutput out = new FormatOutput();
        attribute.encode(out);
        return out.toBuffer();
    }
}
