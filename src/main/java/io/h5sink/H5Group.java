package io.h5sink;

import io.h5sink.jhdf5.read.ReadableFile;
import io.h5sink.source.NestedMetadata;
import io.h5sink.source.RowOrigin;
import io.h5sink.source.SourceHandle;
import io.h5sink.source.StoredAttributes;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** A group of an open {@link H5Source}. Immutable; any thread may ask, and waits for the HDF5 thread. */
public final class H5Group {

    private final SourceHandle reading;
    private final String path;

    H5Group(SourceHandle reading, String path) {
        this.reading = reading;
        this.path = path;
        reading.ask(file -> {
            file.mustBe(path, ReadableFile.Kind.GROUP);
            return true;
        });
    }

    /**
     * Where it is.
     *
     * @return an absolute path
     */
    public String path() {
        return path;
    }

    /**
     * Which group it is: a group may have several paths, and links may go round, so that a walk through a file notes what it has seen.
     *
     * @return an object that equals that of another group, or dataset, of this source if and only if both are the same
     */
    public Object identity() {
        return reading.ask(file -> file.identity(path));
    }

    /**
     * The names of the groups in it, of soft and external links too, if those lead to one.
     *
     * @return sorted by name
     */
    public List<String> groups() {
        return names(ReadableFile.Kind.GROUP);
    }

    /**
     * The names of the datasets in it, of soft and external links too, if those lead to one.
     *
     * @return sorted by name
     */
    public List<String> datasets() {
        return names(ReadableFile.Kind.DATASET);
    }

    private List<String> names(ReadableFile.Kind kind) {
        return reading.ask(file -> file.links(path)).stream()
                .filter(link -> link.kind() == kind)
                .map(ReadableFile.NamedLink::name)
                .toList();
    }

    /**
     * A group in it.
     *
     * @param name its path, relative to this, or absolute
     * @return the group
     * @throws H5SchemaException if there is none
     */
    public H5Group group(String name) {
        return new H5Group(reading, in(name));
    }

    /**
     * A dataset in it.
     *
     * @param name its path, relative to this, or absolute
     * @return the dataset
     * @throws H5SchemaException if there is none
     */
    public H5Dataset dataset(String name) {
        return new H5Dataset(reading, in(name));
    }

    private String in(String name) {
        return RowOrigin.join(path, name);
    }

    /**
     * Its attributes.
     *
     * @return as they are now
     */
    public H5Attributes attributes() {
        return new H5Attributes(new StoredAttributes(reading, path));
    }

    /**
     * Nested metadata, as {@link H5Writer.Builder#metadata(String, Map)} or {@link H5Writer.Builder#metadataTree(String, Map)} has stored
     * it, or anyone else: JSON in a dataset of one string, or groups with attributes.
     *
     * @param name the path of the dataset or group, relative to this, or absolute
     * @return maps, lists, strings, booleans, the first of Integer, Long and {@link java.math.BigInteger} that holds an integer, Double
     *     for other numbers, and null
     * @throws H5SchemaException if there is none, or no JSON object in it
     */
    public Map<String, @Nullable Object> metadata(String name) {
        return new NestedMetadata(reading, in(name)).map();
    }

    /**
     * Nested metadata as a record, from the same dataset or groups as {@link #metadata(String)}.
     *
     * @param name the path of the dataset or group, relative to this, or absolute
     * @param type a record with a component for each member: records, maps, lists and arrays, strings, characters, booleans, numbers
     *     that hold the value exactly, enums and instants; null is null
     * @param <T> the record type
     * @return the record
     * @throws H5SchemaException if there is none, or it does not fit, which the message names with the path of the member
     */
    public <T> T metadata(String name, Class<T> type) {
        return new NestedMetadata(reading, in(name)).to(type);
    }

    /**
     * The rows of its datasets, as a stream of records.
     *
     * @return all of them
     */
    public H5Rows rows() {
        return new H5Rows(new RowOrigin(reading), path);
    }

    /**
     * All rows as records: {@code rows().records(type)}.
     *
     * @param type the record type
     * @param <T> the record type
     * @return the stream of {@link H5Rows#records(Class)}
     */
    public <T> Flux<T> records(Class<T> type) {
        return rows().records(type);
    }

    /** The path. */
    @Override
    public String toString() {
        return path;
    }
}
