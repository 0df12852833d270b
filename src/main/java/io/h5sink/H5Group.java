package io.h5sink;

import io.h5sink.hdf5.SourceFile;
import java.util.List;
import reactor.core.publisher.Flux;

/** A group of an open {@link H5Source}. Immutable; any thread may ask, and waits for the HDF5 thread. */
public final class H5Group {

    private final Reading reading;
    private final String path;

    H5Group(Reading reading, String path) {
        this.reading = reading;
        this.path = path;
        reading.ask(file -> {
            file.mustBe(path, SourceFile.Kind.GROUP);
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
     * The names of the groups in it, of soft and external links too, if those lead to one.
     *
     * @return sorted by name
     */
    public List<String> groups() {
        return names(SourceFile.Kind.GROUP);
    }

    /**
     * The names of the datasets in it, of soft and external links too, if those lead to one.
     *
     * @return sorted by name
     */
    public List<String> datasets() {
        return names(SourceFile.Kind.DATASET);
    }

    private List<String> names(SourceFile.Kind kind) {
        return reading.ask(file -> file.links(path)).stream()
                .filter(link -> link.kind() == kind)
                .map(SourceFile.Link::name)
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
        return join(path, name);
    }

    /** A path that may be relative to another one, as an absolute one. */
    static String join(String path, String name) {
        String absolute = name.startsWith("/") ? name : path.equals("/") ? "/" + name : path + "/" + name;
        String end = absolute.endsWith("/") ? absolute.substring(0, absolute.length() - 1) : absolute;
        return end.isEmpty() ? "/" : end;
    }

    /**
     * Its attributes.
     *
     * @return as they are now
     */
    public H5Attributes attributes() {
        return new H5Attributes(reading, path);
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
