package io.h5sink;

import io.h5sink.hdf5.SourceFile;
import io.h5sink.value.Nested;
import io.h5sink.value.ValueMismatch;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Nested metadata as it is in a file: JSON in a dataset of one string, or groups with attributes. */
final class NestedMetadata {

    private final Reading reading;
    private final String path;

    NestedMetadata(Reading reading, String path) {
        this.reading = reading;
        this.path = path;
    }

    Map<String, @Nullable Object> map() {
        Object value = value();
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> members = new LinkedHashMap<>();
            map.forEach((name, member) -> members.put((String) name, member));
            return members;
        }
        throw reading.mismatch(new ValueMismatch("a JSON object", String.valueOf(value)), path, -1);
    }

    <T> T to(Class<T> type) {
        try {
            Object value = Nested.to(value(), type);
            if (value == null) {
                throw new ValueMismatch(type.getTypeName(), "null");
            }
            return Casts.to(type, value);
        } catch (ValueMismatch e) {
            throw reading.mismatch(e, path, -1);
        }
    }

    private @Nullable Object value() {
        if (reading.ask(file -> file.kind(path) == SourceFile.Kind.GROUP)) {
            return tree(path);
        }
        try {
            return Nested.of(SelectedElements.all(reading, path).read(String.class));
        } catch (ValueMismatch e) {
            throw reading.mismatch(e, path, -1);
        }
    }

    private Map<String, Object> tree(String group) {
        Map<String, Object> members = new LinkedHashMap<>();
        new StoredAttributes(reading, group).values().forEach((name, value) -> members.put(name, Nested.plain(value)));
        for (SourceFile.Link link : reading.ask(file -> file.links(group))) {
            if (link.kind() == SourceFile.Kind.GROUP) {
                members.put(link.name(), tree(RowOrigin.join(group, link.name())));
            }
        }
        return members;
    }
}
