package io.h5sink;

import io.h5sink.source.FileOrigin;
import io.h5sink.storage.driver.CoreDriver;
import io.h5sink.storage.driver.FamilyDriver;
import io.h5sink.storage.driver.FileDriver;
import io.h5sink.storage.driver.PosixDriver;
import io.h5sink.storage.driver.SplitDriver;
import io.h5sink.storage.driver.StoredFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How HDF5 keeps a file: its file driver. Names are h5py's. Whoever reads the file must use the same driver with the same
 * arguments, except that files of {@link #stdio()} and {@link #core()} are like any other. Immutable, for any number of
 * threads.
 *
 * <table>
 * <caption>How to open them in Python</caption>
 * <tr><th>Driver</th><th>h5py</th></tr>
 * <tr><td>{@link #sec2()}, {@link #stdio()}, {@link #core()}</td><td>{@code h5py.File("data.h5")}</td></tr>
 * <tr><td>{@link #family family(n)}</td><td>{@code h5py.File("data-%d.h5", driver="family", memb_size=n)}</td></tr>
 * <tr><td>{@link #split()}</td><td>{@code h5py.File("data", driver="split")}</td></tr>
 * <tr><td>{@link #image image(…)}</td><td>{@code h5py.File(io.BytesIO(image))}</td></tr>
 * </table>
 *
 * <p>A file on disk is closed and complete between commits, with whatever driver; a family or split file lies in
 * several files, and must be copied, while no commit is on the way, with all of them. Two sinks cannot write to one part at the
 * same time. A file in memory is opened once and stays open. Only its end makes its records safe, so that there is one
 * {@link Commit}, with all of them; a writer that is killed leaves what was on disk
 * before it, or a file without records.
 *
 * <p>There is no driver for MPI-IO: a JVM is not a process of an MPI program. Let each process write a file of its own, and join
 * the files with a virtual dataset, {@code h5py.VirtualLayout}, which readers cannot distinguish from one file.
 */
public final class Driver {

    private static final long INCREMENT = 64 << 10;
    private static final long LEAST_MEMBER = 4096;
    private static final int LONGEST_EXTENSION = 100;
    private static final Driver SEC2 = new Driver(new PosixDriver(false), null);
    private static final Driver STDIO = new Driver(new PosixDriver(true), null);

    private final FileDriver access;
    private final @Nullable Consumer<? super ByteBuffer> image;

    private Driver(FileDriver access, @Nullable Consumer<? super ByteBuffer> image) {
        this.access = access;
        this.image = image;
    }

    /**
     * A file that is written with the system's own calls, which is the default.
     *
     * @return driver {@code sec2}
     */
    public static Driver sec2() {
        return SEC2;
    }

    /**
     * A file as HDF5 writes it through the buffers of C's {@code stdio}, which does not differ from that of {@link #sec2()}.
     *
     * @return driver {@code stdio}
     */
    public static Driver stdio() {
        return STDIO;
    }

    /**
     * A file that is kept in memory and written as a whole, over the one that was there, at the end: {@code core(65536,
     * true)}. Until then, the one that was there can be read.
     *
     * @return driver {@code core}
     */
    public static Driver core() {
        return core(true);
    }

    /**
     * A file that is kept in memory: {@code core(65536, backing)}.
     *
     * @param backing true to write it at the end, false to throw it away
     * @return driver {@code core}
     */
    public static Driver core(boolean backing) {
        return core(INCREMENT, backing);
    }

    /**
     * A file that is kept in memory, all of it, beside what {@link H5Writer.Builder#memory(long)} allows. One that is there is
     * read into memory first. At the end it is written, or else thrown away, as by h5py with {@code backing_store=False}, and
     * then there is nothing that is safe: for trying a stream out without touching the disk. To keep it elsewhere, see
     * {@link #image}.
     *
     * @param increment by how many bytes the memory grows, 1 to 2³⁰: h5py's {@code block_size}
     * @param backing true to write it at the end, false to throw it away: h5py's {@code backing_store}
     * @return driver {@code core}
     * @throws IllegalArgumentException if the increment is out of range
     */
    public static Driver core(long increment, boolean backing) {
        if (increment < 1 || increment > 1 << 30) {
            throw new IllegalArgumentException("increment must be 1 to " + (1 << 30) + ", was " + increment);
        }
        return new Driver(new CoreDriver(increment, backing ? CoreDriver.End.FILE : CoreDriver.End.NOTHING), null);
    }

    /**
     * A file that is kept in memory and given away at the end: to a database, an object store or a socket. A file of the name
     * that was given is read first, if the mode of opening goes on with it, and is not changed; nor is one made.
     *
     * <p>The receiver is called once for each session that could open its file, before {@link H5Sink#result()} and the only
     * commit report that the records are safe, also if the stream or a record has failed after some. It may block, and may keep
     * the buffer, which is direct and belongs to it. If it throws, the session fails with an {@link H5WriteException}, and no
     * record is safe. An image of more than 2 GiB is not possible; the session ends with an {@link H5WriteException}, then.
     *
     * @param receiver gets the bytes of a complete HDF5 file, from position 0 to the limit
     * @return driver {@code core}
     */
    public static Driver image(Consumer<? super ByteBuffer> receiver) {
        Objects.requireNonNull(receiver, "receiver must not be null");
        return new Driver(new CoreDriver(INCREMENT, CoreDriver.End.IMAGE), receiver);
    }

    /**
     * A file in pieces of one size, for file systems and media that take no larger ones. The file's name must contain
     * {@code %d} once, or for example {@code %03d}, which becomes the number of the piece, from 0; any other {@code %} in
     * its path must be doubled. All pieces are open during a commit, and count against the process's limit of open files.
     * {@link OpenMode#TRUNCATE} removes the pieces of the file that it replaces.
     *
     * @param memberBytes the size of all pieces but the last, in bytes, at least 4096: h5py's {@code memb_size}
     * @return driver {@code family}
     * @throws IllegalArgumentException if it is less
     */
    public static Driver family(long memberBytes) {
        if (memberBytes < LEAST_MEMBER) {
            throw new IllegalArgumentException("memberBytes must be at least " + LEAST_MEMBER + ", was " + memberBytes);
        }
        return new Driver(new FamilyDriver(memberBytes), null);
    }

    /**
     * A file whose structure and data lie apart: {@code split("-m.h5", "-r.h5")}.
     *
     * @return driver {@code split}
     */
    public static Driver split() {
        return split("-m.h5", "-r.h5");
    }

    /**
     * A file whose structure and data lie apart, each in a file whose name is the given one with an extension.
     *
     * @param metaExtension for the structure: h5py's {@code meta_ext}
     * @param rawExtension for the data: h5py's {@code raw_ext}
     * @return driver {@code split}
     * @throws IllegalArgumentException if they are equal, or if one is empty, longer than 100 characters, or contains
     *     {@code %}, a slash, a backslash, NUL or a character beyond U+FFFF
     */
    public static Driver split(String metaExtension, String rawExtension) {
        extension("metaExtension", metaExtension);
        extension("rawExtension", rawExtension);
        if (metaExtension.equals(rawExtension)) {
            throw new IllegalArgumentException("metaExtension and rawExtension must differ, were " + rawExtension);
        }
        return new Driver(new SplitDriver(metaExtension, rawExtension), null);
    }

    private static void extension(String name, String value) {
        Objects.requireNonNull(value, name + " must not be null");
        if (value.isEmpty()
                || value.length() > LONGEST_EXTENSION
                || value.chars().anyMatch(c -> "%/\\\0".indexOf(c) >= 0 || Character.isSurrogate((char) c))) {
            throw new IllegalArgumentException(name + " must be 1 to " + LONGEST_EXTENSION
                    + " characters without %, /, \\, NUL or any beyond U+FFFF, was " + value);
        }
    }

    /**
     * The driver, as it is written in Java.
     *
     * @return for example {@code Driver.family(1048576)}
     */
    @Override
    public String toString() {
        return access.toString();
    }

    FileDriver access() {
        return access;
    }

    /** The receiver of the file's bytes at its end; null without one. */
    FileOrigin origin(Path file) {
        return new FileOrigin(new StoredFile(file, access), H5Failures.FAILURES);
    }

    @Nullable
    Consumer<? super ByteBuffer> image() {
        return image;
    }
}
