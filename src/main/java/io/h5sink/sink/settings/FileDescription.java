package io.h5sink.sink.settings;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.h5sink.engine.WritableFile;
import io.h5sink.json.Json;
import io.h5sink.schema.AttributeValue;
import io.h5sink.schema.Members;
import io.h5sink.schema.ObjectNames;
import io.h5sink.schema.SchemaViolation;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The attributes and the metadata of a file. Immutable. All paths are absolute.
 *
 * @param groups groups that are made even if they have no members
 * @param texts JSON by dataset
 * @param attributes by object and name
 * @param metadata all metadata as JSON, by dataset or group
 */
public record FileDescription(
        List<String> groups,
        Map<String, String> texts,
        Map<String, Map<String, AttributeValue>> attributes,
        Map<String, String> metadata) {

    private static final Logger LOG = LoggerFactory.getLogger("io.h5sink");
    private static final String HASH = "{hash}";
    private static final int HASH_DIGITS = 8;

    /** Writes groups, texts and attributes. The store keeps attributes of objects that do not exist yet, and writes them with their objects. */
    public void write(WritableFile store) {
        groups.forEach(store::group);
        texts.forEach((path, json) -> store.text(path, ByteBuffer.wrap((json + "\0").getBytes(US_ASCII))));
        attributes.forEach((object, values) -> values.forEach((name, value) ->
                store.attribute(object, name, value.type(), value.data().duplicate())));
    }

    /** Logs the attributes whose objects were never made. */
    public void warnOfMissing(WritableFile store, Path file) {
        List<String> missing = store.awaited();
        if (!missing.isEmpty()) {
            LOG.warn("{}: attributes were not written, because their objects were never made: {}", file, missing);
        }
    }

    /** The file with the hash of the metadata in its name, if the name contains {@code {hash}}. */
    Path nameFile(Path file) {
        Path name = file.getFileName();
        if (name == null || !name.toString().contains(HASH)) {
            return file;
        }
        if (metadata.isEmpty()) {
            throw new IllegalStateException(
                    "the name " + name + " needs metadata(…), of which " + HASH + " is the hash; there is none");
        }
        return file.resolveSibling(name.toString().replace(HASH, hash()));
    }

    private String hash() {
        String json = metadata.size() == 1 ? metadata.values().iterator().next() : Json.object(metadata);
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(json.getBytes(US_ASCII));
            return HexFormat.of().formatHex(digest).substring(0, HASH_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Collects attributes and metadata, each checked and copied at once; {@link #build} resolves their paths against the writer's group. */
    public static final class Builder {

        private record Attribute(String object, String name, AttributeValue value) {}

        private final List<Attribute> attributes = new ArrayList<>();
        private final Set<String> groups = new LinkedHashSet<>();

        /** JSON by the path of its dataset. */
        private final Map<String, String> texts = new LinkedHashMap<>();

        /** JSON of metadata that is stored as a tree of groups, by the path of the outermost group. */
        private final Map<String, String> trees = new LinkedHashMap<>();

        /** Adds an attribute. */
        public void attribute(String object, String name, @Nullable Object value) {
            Objects.requireNonNull(object, "object must not be null");
            Objects.requireNonNull(name, "name must not be null");
            attributes.add(checked("attribute", () -> {
                checkPath(object);
                return attributeOf(object, name, value);
            }));
        }

        /** Adds metadata that is stored as JSON in one dataset. */
        public void metadata(String dataset, Object metadata) {
            Objects.requireNonNull(dataset, "dataset must not be null");
            Objects.requireNonNull(metadata, "metadata must not be null");
            texts.put(dataset, checked("metadata", () -> {
                ObjectNames.relative(dataset);
                return Json.of(dataset, metadata);
            }));
        }

        /** Adds metadata that is stored as a tree of groups with attributes. */
        public void tree(String group, Object metadata) {
            Objects.requireNonNull(group, "group must not be null");
            Objects.requireNonNull(metadata, "metadata must not be null");
            List<Attribute> leaves = new ArrayList<>();
            Set<String> nodes = new LinkedHashSet<>();
            String json = checked("metadataTree", () -> {
                checkPath(group);
                String text = Json.of(group, metadata); // first, because Json refuses nesting without an end
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

        /** The description of the file of a writer with the given group; of several values for one attribute or dataset the last counts. */
        public FileDescription build(String group) {
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
            return new FileDescription(allGroups, allTexts, byObject, metadata);
        }

        private static String absolute(String path, String group) {
            return path.isEmpty()
                    ? group
                    : path.startsWith("/") ? ObjectNames.group(path) : ObjectNames.in(group, path);
        }
    }
}
