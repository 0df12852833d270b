package io.h5sink.sink.settings;

import io.h5sink.json.Json;
import io.h5sink.schema.AttributeValue;
import io.h5sink.schema.Members;
import io.h5sink.schema.ObjectNames;
import io.h5sink.schema.SchemaViolation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a builder is told about attributes and metadata, checked and copied at once. Paths wait for the group that they are
 * relative to.
 */
public final class Descriptions {

    private record Attribute(String object, String name, AttributeValue value) {}

    private final List<Attribute> attributes = new ArrayList<>();
    private final Set<String> groups = new LinkedHashSet<>();

    /** JSON by the path of its dataset. */
    private final Map<String, String> texts = new LinkedHashMap<>();

    /** JSON of what is stored as a tree of groups, by the path of the outermost. */
    private final Map<String, String> trees = new LinkedHashMap<>();

    /** Takes an attribute. */
    public void attribute(String object, String name, @Nullable Object value) {
        Objects.requireNonNull(object, "object must not be null");
        Objects.requireNonNull(name, "name must not be null");
        attributes.add(checked("attribute", () -> {
            checkPath(object);
            return attributeOf(object, name, value);
        }));
    }

    /** Takes metadata for one dataset. */
    public void metadata(String dataset, Object metadata) {
        Objects.requireNonNull(dataset, "dataset must not be null");
        Objects.requireNonNull(metadata, "metadata must not be null");
        texts.put(dataset, checked("metadata", () -> {
            ObjectNames.relative(dataset);
            return Json.of(dataset, metadata);
        }));
    }

    /** Takes metadata for a tree of groups. */
    public void tree(String group, Object metadata) {
        Objects.requireNonNull(group, "group must not be null");
        Objects.requireNonNull(metadata, "metadata must not be null");
        List<Attribute> leaves = new ArrayList<>();
        Set<String> nodes = new LinkedHashSet<>();
        String json = checked("metadataTree", () -> {
            checkPath(group);
            String text = Json.of(group, metadata); // which also sees that the nesting has an end
            branch(group, metadata, nodes, leaves);
            return text;
        });
        trees.put(group, json);
        groups.addAll(nodes);
        attributes.addAll(leaves);
    }

    private static void branch(String group, Object metadata, Set<String> nodes, List<Attribute> leaves) {
        nodes.add(group);
        Members.of(group, metadata).forEach((name, value) -> {
            if (!Members.areIn(value)) {
                leaves.add(attributeOf(group, name, value));
                return;
            }
            if (name.contains("/")) {
                throw new SchemaViolation(name, "the name of a group, without \"/\"", "a name with \"/\"");
            }
            ObjectNames.relative(name);
            String inner = group.isEmpty() || group.endsWith("/") ? group + name : group + "/" + name;
            branch(inner, value, nodes, leaves);
        });
    }

    private static Attribute attributeOf(String object, String name, @Nullable Object value) {
        ObjectNames.checkAttribute(name);
        return new Attribute(object, name, AttributeValue.of(name, value));
    }

    private static void checkPath(String path) {
        if (!path.isEmpty()) {
            ObjectNames.group(path);
        }
    }

    private static <V> V checked(String setter, Supplier<V> check) {
        try {
            return check.get();
        } catch (SchemaViolation e) {
            throw new IllegalArgumentException(setter + ": " + e.getMessage(), e);
        }
    }

    /** All that was told so far, for a writer with the given group; the last word on each thing counts. */
    public Description in(String group) {
        Map<String, Map<String, AttributeValue>> byObject = new LinkedHashMap<>();
        for (Attribute attribute : attributes) {
            byObject.computeIfAbsent(absolute(attribute.object, group), absent -> new LinkedHashMap<>())
                    .put(attribute.name, attribute.value);
        }
        List<String> allGroups =
                groups.stream().map(path -> absolute(path, group)).toList();
        Map<String, String> allTexts = new LinkedHashMap<>();
        texts.forEach((path, json) -> allTexts.put(absolute(path, group), json));
        Map<String, String> metadata = new LinkedHashMap<>(allTexts);
        trees.forEach((path, json) -> metadata.put(absolute(path, group), json));
        return new Description(allGroups, allTexts, byObject, metadata);
    }

    private static String absolute(String path, String group) {
        return path.isEmpty() ? group : path.startsWith("/") ? ObjectNames.group(path) : ObjectNames.in(group, path);
    }
}
