package io.h5sink;

import io.h5sink.access.DiskPath;
import io.h5sink.source.Repacking;
import io.h5sink.source.SourceHandle;
import io.h5sink.source.TemporaryCopy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * An HDF5 file to be read, whoever has written it, and while a sink writes it: a tree of groups, datasets and attributes, slices in
 * NumPy's notation, and rows as streams.
 *
 * <pre>{@code
 * try (H5Source h5 = H5Source.open("data.h5")) {
 *     double[][] corner = h5.dataset("/result_1").slice(":2, ..., :2").read(double[][].class);
 * }
 * Flux.using(() -> H5Source.open("data.h5"), h5 -> h5.records(Reading.class), H5Source::close)
 * }</pre>
 *
 * <p>Nothing is read before it is asked for. Datasets that grow along their first axis have the lengths that they had when the file was opened, all of the
 * same commit, however late they are asked for; values that are replaced in place, as those of latest values and attributes, are as they are when they are read.
 * Sources of one JVM that have a file open at the same time share what HDF5 knows of it. It does not disturb a sink, except that JHDF5 cannot do without file locks: a
 * source that is open there keeps sinks waiting whose file JHDF5 writes, too. While a sink appends, what a source reads of numbers and whatever else has a
 * fixed size stays right, compressed or not; reading what is of variable length, or through {@link #update}, may fail:
 * {@link H5Rows#follow} opens the file anew for each look, and gives nothing that was changed while it was read.
 *
 * <p>The file is looked through in Java before HDF5 sees it, as for a sink, and so are the references of rows to values of variable
 * length before HDF5 follows them; the files that external links lead to are not looked through. Numbers and whatever else has a fixed
 * size are unpacked in Java, with any HDF5, from chunks that went through gzip, shuffle, Fletcher-32, LZF, LZ4 and Zstandard, the latter
 * two if their libraries are there, see {@link Compression}; a damaged chunk is an {@link H5ReadException} that says which. Before
 * {@link H5Slice#write} changes some of the elements of a chunk, it is looked at in the same way. The elements of virtual datasets are
 * read from the datasets that they are taken from, whose files are looked through as well; what is not there has the fill value. HDF5 is
 * spoken to by one thread, {@code h5sink}; callers of any thread wait for it. Errors are {@link H5Exception}s.
 */
public final class H5Source implements AutoCloseable {

    private final SourceHandle reading;

    /** The temporary file that holds an image, and that {@link #close} deletes; null for a file that was there. */
    private final @Nullable Path copy;

    private H5Source(SourceHandle reading) {
        this(reading, null);
    }

    private H5Source(SourceHandle reading, @Nullable Path copy) {
        this.reading = reading;
        this.copy = copy;
    }

    /**
     * Opens a file for reading.
     *
     * @param file its path
     * @return the source, which is to be closed
     * @throws H5FileException as {@link #open(Path, Driver)}
     */
    public static H5Source open(String file) {
        return open(Path.of(file));
    }

    /**
     * Opens a file for reading.
     *
     * @param file its path
     * @return the source, which is to be closed
     * @throws H5FileException as {@link #open(Path, Driver)}
     */
    public static H5Source open(Path file) {
        return open(file, Driver.sec2());
    }

    /**
     * Opens a file for reading. If it is marked as open for writing, by a commit that is on the way or otherwise, tries again for up
     * to a second; files that a SWMR writer has open are opened as such.
     *
     * @param file its path
     * @param driver how HDF5 keeps it
     * @return the source, which is to be closed
     * @throws H5FileException if it is not there, no HDF5 file, damaged, of another driver, or open for writing
     * @throws IllegalArgumentException if the driver has no files of that name
     */
    public static H5Source open(Path file, Driver driver) {
        return new H5Source(SourceHandle.open(driver.origin(file), false));
    }

    /**
     * Opens a file in memory, as {@link Driver#image} gives it away and h5py makes it in {@code io.BytesIO}. Of its bytes a copy lies among
     * the temporary files until the source is closed.
     *
     * @param image from position to limit; it is not changed
     * @return the source, which is to be closed
     * @throws H5FileException if it is no HDF5 file, or damaged, or there is no disk space for a copy
     */
    public static H5Source image(ByteBuffer image) {
        Path copy = TemporaryCopy.of(image, H5Failures.FAILURES);
        try {
            return new H5Source(SourceHandle.open(Driver.sec2().origin(copy), false), copy);
        } catch (RuntimeException | Error e) {
            TemporaryCopy.delete(copy);
            throw e;
        }
    }

    /**
     * Opens a file for replacing elements in place: {@link H5Slice#write}. No sink of this JVM can have it meanwhile.
     *
     * @param file its path
     * @param driver how HDF5 keeps it
     * @return the source, which is to be closed
     * @throws H5FileException as {@link #open(Path, Driver)}, and if it is read-only, or a sink has it
     * @throws IllegalArgumentException if the driver has no files of that name
     */
    public static H5Source update(Path file, Driver driver) {
        return new H5Source(SourceHandle.open(driver.origin(file), true));
    }

    /**
     * The same, with the default driver.
     *
     * @param file its path
     * @return the source, which is to be closed
     * @throws H5FileException as {@link #update(Path, Driver)}
     */
    public static H5Source update(Path file) {
        return update(file, Driver.sec2());
    }

    /**
     * The outermost group.
     *
     * @return {@code /}
     */
    public H5Group root() {
        return new H5Group(reading, "/");
    }

    /**
     * A group.
     *
     * @param path its path
     * @return the group
     * @throws H5SchemaException if there is none
     */
    public H5Group group(String path) {
        return root().group(path);
    }

    /**
     * A dataset.
     *
     * @param path its path
     * @return the dataset
     * @throws H5SchemaException if there is none
     */
    public H5Dataset dataset(String path) {
        return root().dataset(path);
    }

    /**
     * The names of the groups in the outermost one.
     *
     * @return sorted by name
     */
    public List<String> groups() {
        return root().groups();
    }

    /**
     * The names of the datasets in the outermost group.
     *
     * @return sorted by name
     */
    public List<String> datasets() {
        return root().datasets();
    }

    /**
     * The attributes of the file.
     *
     * @return as they are now
     */
    public H5Attributes attributes() {
        return root().attributes();
    }

    /**
     * Nested metadata: {@code root().metadata(path)}.
     *
     * @param path the path of a dataset with JSON, or of a group
     * @return as {@link H5Group#metadata(String)}
     * @throws H5SchemaException if there is none
     */
    public Map<String, @Nullable Object> metadata(String path) {
        return root().metadata(path);
    }

    /**
     * Nested metadata as a record: {@code root().metadata(path, type)}.
     *
     * @param path the path of a dataset with JSON, or of a group
     * @param type the record type
     * @param <T> the record type
     * @return as {@link H5Group#metadata(String, Class)}
     * @throws H5SchemaException if there is none, or it does not fit
     */
    public <T> T metadata(String path, Class<T> type) {
        return root().metadata(path, type);
    }

    /**
     * The rows of the datasets in the outermost group as records.
     *
     * @param type the record type
     * @param <T> the record type
     * @return the stream of {@link H5Rows#records(Class)}
     */
    public <T> Flux<T> records(Class<T> type) {
        return root().records(type);
    }

    /**
     * The rows of the datasets in the outermost group that are added from now on, as records: {@code root().rows().follow(type, poll)}.
     * For a file that need not be there yet, and without a source: {@link H5Rows#of(String)}.
     *
     * @param type the record type
     * @param poll the time between two looks at the file
     * @param <T> the record type
     * @return the stream of {@link H5Rows#follow(Class, Duration)}, which goes on when this source is closed
     */
    public <T> Flux<T> follow(Class<T> type, Duration poll) {
        return root().rows().follow(type, poll);
    }

    /**
     * Writes all of this file to a new one, with another compression and without holes: the same groups, datasets, named types and
     * links, with the same types, shapes, chunks, fill values and attributes; references lead to the same objects, and a sink goes on
     * from the positions that it has stored. Chunks are compressed on every core, and no more than some of them are in memory.
     *
     * <p>Datasets that are not chunked stay so, but for contiguous ones of 4 KiB and more, if they are to be compressed. Values of
     * variable length stay as they are, and so does what went through a filter that neither this library nor HDF5 has.
     * What is in other files, by external links, external storage or as the source of a virtual dataset, stays there.
     *
     * <p>The new file is read and compared with this one, and appears under its name at once, or not at all. Blocks; sinks go on
     * meanwhile. Nobody may write to this file.
     *
     * @param to the new file, which must not exist
     * @param compression of all datasets; JHDF5 has none but {@code gzip}
     * @return what the new file does not have, or has otherwise, a line for each that begins with its path: references that lead to
     *     nothing, references of HDF5 1.12, a user block, and links of kinds that HDF5 does not know; empty if there is nothing
     * @throws H5Exception if this file cannot be read or is damaged, somebody has written to it, or the new one cannot be written; there is
     *     no new file then
     * @throws IllegalArgumentException if the library that the compression needs is missing
     * @throws IllegalStateException if this source was opened by {@link #update}
     */
    public List<String> repack(Path to, Compression compression) {
        if (reading.writable) {
            throw new IllegalStateException("a source that replaces elements cannot be repacked");
        }
        DiskPath.mustBe(Objects.requireNonNull(to, "to must not be null"));
        return Repacking.run(reading, to, compression.rule().available());
    }

    /**
     * Looks for bytes of the file that belong to two datasets at once. No checksum shows those; there are some if a program that heeds no
     * locks has taken space at the same time as a sink, see {@link Sharing#RELEASE}. Reads the indexes of all chunks, and no values. What
     * is damaged otherwise is left out: reading reports it. Blocks. Any thread, but not one of a non-blocking scheduler.
     *
     * @return what was found, a line for each two datasets that begins with the path of one; empty if there is nothing
     * @throws H5Exception if the file cannot be read
     */
    public List<String> overlaps() {
        return reading.ask(file -> file.overlaps());
    }

    /** Closes the file. Streams that still read it fail; doing it again does nothing. */
    @Override
    public void close() {
        try {
            reading.close();
        } finally {
            if (copy != null) {
                TemporaryCopy.delete(copy);
            }
        }
    }
}
