package io.h5sink.hdf5.write;

import io.h5sink.format.FileNames;
import io.h5sink.format.FormatException;
import io.h5sink.format.FormatInput;
import io.h5sink.format.StoredText;
import io.h5sink.format.message.AttributeMessage;
import io.h5sink.format.message.Dataspace;
import io.h5sink.format.message.Datatype;
import io.h5sink.hdf5.ObjectAttributes;
import io.h5sink.hdf5.ObjectTree;
import io.h5sink.hdf5.type.ColumnDatatypes;
import io.h5sink.schema.ColumnType;
import io.h5sink.storage.StorageException;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes the attributes of a file's objects: at once if the object exists, otherwise as soon as the object is made. One thread at a time. */
final class AttributeValues {

    private record AttributeData(ColumnType type, ByteBuffer data) {}

    /**
     * An attribute of the file.
     *
     * @param type the type of an element
     * @param space the extents
     * @param data the elements as they are stored
     */
    record FoundAttribute(AttributeMessage message, Datatype type, Dataspace space, ByteBuffer data) {

        /** Whether the elements are strings of variable length. */
        private boolean isText() {
            return type instanceof Datatype.VariableLengthType sequence && sequence.text();
        }
    }

    private final OpenObjects file;

    /** The attributes of objects that do not exist yet, by path and name. */
    private final Map<String, Map<String, AttributeData>> awaited = new LinkedHashMap<>();

    AttributeValues(OpenObjects file) {
        this.file = file;
        file.onMade(this::made);
    }

    /**
     * Sets an attribute.
     *
     * @param data the elements, or strings with a NUL behind each
     */
    void put(String object, String name, ColumnType type, ByteBuffer data) {
        AttributeData value = new AttributeData(type, data);
        ObjectTree.PathEnd end =
                FormatException.naming(object, () -> file.tree().find(object, file::inTheWay));
        switch (end.kind()) {
            case OBJECT -> write(object, end.header(), name, value);
            default ->
                awaited.computeIfAbsent(object, absent -> new LinkedHashMap<>()).put(name, value);
        }
    }

    /** Writes the awaited attributes of an object that was made, and of the groups above, which may have been made with that object. */
    private void made(String path) {
        if (awaited.isEmpty()) {
            return;
        }
        for (int end = path.indexOf('/', 1); end > 0; end = path.indexOf('/', end + 1)) {
            arrived(path.substring(0, end));
        }
        arrived(path);
    }

    /** Writes the attributes that wait for an object; those that could not be written go on waiting. */
    private void arrived(String object) {
        Map<String, AttributeData> values = awaited.getOrDefault(object, Map.of());
        for (String name : List.copyOf(values.keySet())) {
            AttributeData value = Objects.requireNonNull(values.get(name));
            put(object, name, value.type, value.data);
            values.remove(name);
        }
        awaited.remove(object);
    }

    /** The objects that have awaited attributes and were not made. */
    List<String> awaited() {
        return List.copyOf(awaited.keySet());
    }

    private void write(String path, long object, String name, AttributeData value) {
        try {
            write(object, name, value);
        } catch (IOException | FormatException e) {
            throw StorageException.write(
                    path, "the attribute \"" + name + "\" cannot be written: " + e.getMessage(), e);
        }
    }

    private void write(long object, String name, AttributeData value) throws IOException {
        SpaceAllocator space = file.space();
        Datatype type = ColumnDatatypes.of(value.type);
        Dataspace extent = Dataspace.fixed(
                value.type.shape().stream().map(Integer::longValue).toList());
        FoundAttribute found = find(space, object, name);
        if (found != null && found.type.equals(type) && sameShape(found.space, extent)) {
            if (!isEqual(found, value)) { // an equal value is not written
                ObjectAttributes.put(space, object, found.message.with(stored(found, value)));
            }
            return;
        }
        AttributeMessage fresh =
                AttributeMessage.of(FileNames.bytes(name), NewColumn.encoded(type), extent, stored(found, value));
        ObjectAttributes.put(space, object, fresh);
    }

    private static boolean sameShape(Dataspace found, Dataspace expected) {
        return found.kind() == expected.kind() && found.dimensions().equals(expected.dimensions());
    }

    private boolean isEqual(FoundAttribute found, AttributeData value) {
        ByteBuffer old = value.type.variable() ? VariableLengthValues.strings(input(), found.data) : found.data;
        return old.equals(value.data);
    }

    private FormatInput input() {
        return file.space().input();
    }

    /** The stored form of a value; takes the heap space of the value that is replaced. */
    private ByteBuffer stored(@Nullable FoundAttribute found, AttributeData value) throws IOException {
        List<VariableLengthValues.VariableValue> strings =
                value.type.variable() ? VariableLengthValues.ofStrings(value.data) : List.of();
        ByteBuffer references;
        if (found != null && found.isText()) {
            references = VariableLengthValues.replace(file, found.data, strings);
        } else {
            references = VariableLengthValues.add(file.heap(), strings);
        }
        return value.type.variable() ? references : copy(value.data);
    }

    private static ByteBuffer copy(ByteBuffer data) {
        return ByteBuffer.allocate(data.remaining()).put(data.duplicate()).flip();
    }

    /** Finds an attribute; null if the object has none of that name. */
    static @Nullable FoundAttribute find(SpaceAllocator file, long object, String name) {
        AttributeMessage message = ObjectAttributes.find(file, object, FileNames.bytes(name));
        if (message == null) {
            return null;
        }
        FormatInput in = file.input();
        Datatype type = FoundColumn.type(in, ordered(message.type()), message.sharesType());
        if (type == null || message.sharesSpace()) {
            throw new FormatException("the type or the shape of an attribute lies in a shared message heap");
        }
        Dataspace space = Dataspace.decode(ordered(message.space()), in);
        long bytes = Math.multiplyExact(space.elements(), type.size());
        ByteBuffer data = message.data();
        if (bytes > data.remaining()) {
            throw new FormatException("an attribute of " + bytes + " bytes has " + data.remaining());
        }
        return new FoundAttribute(
                message, type, space, data.slice(data.position(), (int) bytes).order(ByteOrder.LITTLE_ENDIAN));
    }

    private static ByteBuffer ordered(ByteBuffer message) {
        return message.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** An attribute that is one string; null if the object or the attribute does not exist, or the attribute is not one string. */
    @Nullable
    String text(String object, String name) {
        ObjectTree.PathEnd end = file.tree().find(object);
        return end.isObject() ? text(file.space(), end.header(), name) : null;
    }

    /** An attribute of an object that is one string; null if the object has none, or the attribute is not one string. */
    static @Nullable String text(SpaceAllocator file, long object, String name) {
        FoundAttribute found = find(file, object, name);
        if (found == null || found.space.elements() != 1) {
            return null;
        }
        if (found.type instanceof Datatype.StringType string) {
            String whole = decoded(found.data);
            return string.padding() == Datatype.SPACE_PADDED ? whole.stripTrailing() : whole;
        }
        return found.isText() ? decoded(VariableLengthValues.strings(file.input(), found.data)) : null;
    }

    private static String decoded(ByteBuffer utf8) {
        int end = utf8.position();
        while (end < utf8.limit() && utf8.get(end) != 0) {
            end++;
        }
        return StoredText.decoded(utf8.slice(utf8.position(), end - utf8.position()));
    }
}
