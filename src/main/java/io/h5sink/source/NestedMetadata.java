package io.h5sink.source;

import io.h5sink.jhdf5.read.ReadableFile;
import io.h5sink.json.NestedValues;
import io.h5sink.schema.ValueMismatch;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Nested metadata in a file: JSON in a dataset of one string, or groups with attributes. */
public final class NestedMetadata {

    private final SourceHandle reading;
    private final String path;

    public NestedMetadata(SourceHandle reading, String path) {
        this.reading = reading;
        this.path = path;
    }

    public Map<String, @Nullable Object> map() {
        Object value = value();
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> members = new LinkedHashMap<>();
            map.forEach((name, member) -> members.put((String) name, member));
            return members;
        }
        throw reading.mismatch(new ValueMismatch("a JSON object", String.valueOf(value)), path, -1);
    }

    public <T> T to(Class<T> type) {
        try {
            Object value = NestedValues.to(value(), type);
            if (value == null) {
                throw new ValueMismatch(type.getTypeName(), "null");
            }
            return Casts.to(type, value);
        } catch (ValueMismatch e) {
            throw reading.mismatch(e, path, -1);
        }
    }

    private @Nullable Object value() {
        if (reading.ask(file -> file.kind(path) == ReadableFile.Kind.GROUP)) {
            return tree(path);
        }
        try {
            return NestedValues.of(SelectedElements.all(reading, path).read(String.class));
        } catch (ValueMismatch e) {
            throw reading.mismatch(e, path, -1);
        }
    }

    private Map<String, Object> tree(String group) {
        Map<String, Object> members = new LinkedHashMap<>();
        new StoredAttributes(reading, group)
                .values()
                .forEach((name, value) -> members.put(name, NestedValues.plain(value)));
        for (ReadableFile.NamedLink link : reading.ask(file -> file.links(group))) {
            if (link.kind() == ReadableFile.Kind.GROUP) {
                members.put(link.name(), tree(RowOrigin.join(group, link.name())));
            }
        }
        return members;
    }
}
