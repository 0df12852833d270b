package io.h5sink.sink.settings;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.h5sink.engine.WritableFile;
import io.h5sink.json.Json;
import io.h5sink.schema.AttributeValue;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The attributes and the metadata of a file. Immutable. All paths are absolute.
 *
 * @param groups groups that are made, however empty
 * @param texts JSON by dataset
 * @param attributes by object and name
 * @param metadata all metadata as JSON, by dataset or group
 */
public record Description(
        List<String> groups,
        Map<String, String> texts,
        Map<String, Map<String, AttributeValue>> attributes,
        Map<String, String> metadata) {

    private static final Logger LOG = LoggerFactory.getLogger("io.h5sink");
    private static final String HASH = "{hash}";
    private static final int HASH_DIGITS = 8;

    /** Writes it all, except for what belongs to objects that are not there yet, which the store does when they are. */
    public void write(WritableFile store) {
        groups.forEach(store::group);
        texts.forEach((path, json) -> store.text(path, ByteBuffer.wrap((json + "\0").getBytes(US_ASCII))));
        attributes.forEach((object, values) -> values.forEach((name, value) ->
                store.attribute(object, name, value.type(), value.data().duplicate())));
    }

    /** Says which attributes had no object. */
    public void warnOfMissing(WritableFile store, Path file) {
        List<String> missing = store.awaited();
        if (!missing.isEmpty()) {
            LOG.warn("{}: attributes were not written, because their objects were never made: {}", file, missing);
        }
    }

    /** The file's name with the hash of the metadata in it, if it has a place for it. */
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
}
