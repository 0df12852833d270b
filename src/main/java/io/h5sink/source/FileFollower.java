package io.h5sink.source;

import io.h5sink.H5Exception;
import io.h5sink.hdf5.FileLook;
import io.h5sink.storage.StorageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file whose rows are read as they come. Opens it for each batch, and closes it again: readers must not keep writers waiting. What a
 * reader in another process sees while a commit is on the way may be anything; so the file is looked at before and after, and what
 * was read meanwhile is taken only if it cannot have been changed. Belongs to the HDF5 thread.
 */
public final class FileFollower<T> {

    /** What a batch takes, but for the last chunk of it. */
    private static final long BATCH_BYTES = 1 << 20;

    /** How HDF5 says that another program has the file. */
    private static final String LOCKED = "unable to lock file";

    private static final Logger LOG = LoggerFactory.getLogger("io.h5sink");

    /**
     * What is followed.
     *
     * @param rows where the file is
     * @param spec which rows
     * @param type what a row becomes; null for named quantities
     * @param opening opens the rows of a file
     */
    public record Origin<T>(
            RowOrigin rows, RowCursor.Spec spec, @Nullable Class<T> type, FollowedOpening<T> opening) {}

    /** Opens the rows of a file. */
    public interface FollowedOpening<T> {

        RowCursor<T> open(SourceHandle reading, RowCursor.Spec spec);
    }

    /** There is something to wait for, however long it takes. */
    static final class NotReadyException extends Exception {

        private static final long serialVersionUID = 1L;

        NotReadyException(String why) {
            super(why, null, false, false);
        }
    }

    private final Origin<T> origin;
    private final FileOrigin file;

    /** The next row; as {@link RowCursor.Spec} has it until something was read. */
    private long row;

    /** As many rows were seen to be there, of those before the next. */
    private long reached;

    /** What the last look has shown at a file that could not be read. */
    private @Nullable FileLook last;

    /** What the last look has shown at one that could; null before the first. */
    private @Nullable FileLook seen;

    /** Whether there are rows that were there at the last look and that nobody has got yet. */
    private boolean more = true;

    /** Of the last row that was reached. */
    private Map<String, Integer> prints = Map.of();

    /** Whether nothing was there when it was looked for last. */
    private boolean missing;

    private long budget = BATCH_BYTES;
    private boolean complete;

    FileFollower(Origin<T> origin) {
        this.origin = origin;
        this.file = origin.rows.file();
        this.row = origin.spec.from();
    }

    Path file() {
        return file.file();
    }

    /** What the user sees of what the file has refused. */
    H5Exception failure(StorageException e) {
        return file.failure(e);
    }

    /** Whether all rows that are wanted were given. */
    boolean isComplete() {
        return complete;
    }

    /**
     * The next rows.
     *
     * @return empty if there are none yet
     * @throws NotReadyException if that cannot be told yet
     * @throws StorageException if the file cannot be read, which someone who is writing it may be the reason of
     */
    List<Iterable<T>> next() throws NotReadyException {
        FileLook now = look();
        if (seen != null && !more && now.sameAs(seen)) {
            return List.of();
        }
        if (seen != null && (missing || !now.sameFile(seen))) {
            startAgain("another file has taken its place");
        }
        missing = false;
        try {
            SourceHandle reading = SourceHandle.now(file);
            try {
                return read(reading, now);
            } finally {
                reading.close();
            }
        } catch (StorageException e) {
            String why = Objects.requireNonNullElse(e.getMessage(), "");
            if (e.kind() == StorageException.Kind.BUSY && why.contains(LOCKED)) {
                throw new NotReadyException(why);
            }
            throw e;
        }
    }

    /** Whether the file has changed since this was asked last, or may have. */
    boolean hasChanged() {
        FileLook before = last;
        try {
            last = FileLook.at(file.stored());
        } catch (StorageException e) {
            last = null;
        }
        return before == null || last == null || !last.unchanged(before);
    }

    private FileLook look() throws NotReadyException {
        FileLook now = FileLook.at(file.stored());
        if (now == null) {
            missing = true;
            begin();
            throw new NotReadyException("it does not exist, or is empty");
        }
        if (now.changing()) {
            throw new NotReadyException(
                    now.isSigned()
                            ? "it is being written, or a writer died"
                            : "it is not an HDF5 file (no HDF5 signature), or it is just being made");
        }
        return now;
    }

    /** There are no rows yet: the first that comes is the first of all. */
    private void begin() {
        row = Math.max(row, 0);
    }

    private List<Iterable<T>> read(SourceHandle reading, FileLook before) throws NotReadyException {
        if (!RowCursors.isThere(reading, reading.file(), origin.spec, origin.type)) {
            if (reached > 0) {
                startAgain("its rows are gone");
            }
            begin();
            seen = before;
            more = false;
            return List.of();
        }
        RowCursor<T> cursor = reading.keep(origin.opening.open(reading, origin.spec.from(row)));
        if (!look().sameFile(before)) { // which also throws if what was just seen of the length may be taken back
            throw new NotReadyException("another file takes its place");
        }
        if (cursor.rows() < reached) {
            startAgain("it has " + cursor.rows() + " rows, where " + reached + " were");
            return read(reading, before);
        }
        if (!isSame(cursor.prints(reached - 1))) {
            startAgain("row " + (reached - 1) + " has changed");
            return read(reading, before);
        }
        List<Iterable<T>> batches = new ArrayList<>();
        Iterable<T> batch = cursor.next();
        while (batch != null) {
            batches.add(batch);
            batch = cursor.taken() < budget ? cursor.next() : null;
        }
        long reaching = Math.min(cursor.row(), cursor.rows());
        Map<String, Integer> ofLast = cursor.prints(reaching - 1);
        if (!before.isShared() && !cursor.steady()) {
            mustBeUnchanged(before);
        }
        row = cursor.row();
        reached = reaching;
        prints = ofLast;
        seen = before;
        more = row < cursor.rows();
        complete = row >= origin.spec.to();
        return batches;
    }

    private void mustBeUnchanged(FileLook before) throws NotReadyException {
        if (!look().unchanged(before)) {
            budget = Math.max(1, budget / 4);
            throw new NotReadyException("it changes faster than it can be read");
        }
        budget = BATCH_BYTES;
    }

    private boolean isSame(Map<String, Integer> now) {
        return prints.entrySet().stream()
                .allMatch(print ->
                        now.getOrDefault(print.getKey(), print.getValue()).equals(print.getValue()));
    }

    private void startAgain(String why) {
        if (row > 0) {
            LOG.warn("{}: {}; going on with its first row", file(), why);
        }
        row = 0;
        reached = 0;
        prints = Map.of();
        seen = null;
        more = true;
    }
}
