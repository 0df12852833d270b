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
 * Reads the rows of a growing file as writers commit them. Each batch opens the file and closes it again, because an open reader makes writers
 * wait. A reader in another process may see any bytes during a commit; so the state of the file is compared before and after a batch, and rows
 * are emitted only if no writer can have changed them meanwhile. Belongs to the HDF5 thread.
 */
public final class FileFollower<T> {

    /** The size at which a batch ends, in bytes; the last chunk may exceed it. */
    private static final long BATCH_BYTES = 1 << 20;

    /** HDF5's message if another program has the file locked. */
    private static final String LOCKED = "unable to lock file";

    private static final Logger LOG = LoggerFactory.getLogger("io.h5sink");

    /**
     * The rows that are followed.
     *
     * @param rows the file
     * @param spec the selected rows
     * @param type the record type of a row; null for named quantities
     * @param opening opens the cursor on the rows of an open file
     */
    public record Origin<T>(
            RowOrigin rows, RowCursor.Spec spec, @Nullable Class<T> type, FollowedOpening<T> opening) {}

    /** Opens the rows of a file. */
    public interface FollowedOpening<T> {

        RowCursor<T> open(SourceHandle reading, RowCursor.Spec spec);
    }

    /** The file cannot be read yet; the next attempt may succeed, however long that takes. */
    static final class NotReadyException extends Exception {

        private static final long serialVersionUID = 1L;

        NotReadyException(String why) {
            super(why, null, false, false);
        }
    }

    private final Origin<T> origin;
    private final FileOrigin file;

    /** The next row; until the first read the start of {@link RowCursor.Spec}, which may be negative. */
    private long row;

    /** The number of rows before the next row that the file had at the last read. */
    private long reached;

    /** The state of the file at the last failed attempt. */
    private @Nullable FileLook last;

    /** The state of the file at the last successful read; null before the first. */
    private @Nullable FileLook seen;

    /** True if the file had further rows at the last read that were not emitted yet. */
    private boolean more = true;

    /** Hashes of the values of the last row before the next one, by column; a change shows that the rows were replaced. */
    private Map<String, Integer> prints = Map.of();

    /** True if the file did not exist, or was empty, at the last attempt. */
    private boolean missing;

    private long budget = BATCH_BYTES;
    private boolean complete;

    FileFollower(Origin<T> origin) {
        this.origin = origin;
        this.file = origin.rows.file();
        this.row = origin.spec.from();
    }

    Path file() {
        return file.path();
    }

    /** The exception of the public API for a failure of the file. */
    H5Exception failure(StorageException e) {
        return file.failure(e);
    }

    /** True if all selected rows were emitted. */
    boolean isComplete() {
        return complete;
    }

    /**
     * The next rows.
     *
     * @return empty if the file has no further rows yet
     * @throws NotReadyException if the file cannot be read yet
     * @throws StorageException if the file cannot be read, possibly because a writer is changing it
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

    /** True if the file has changed, or may have, since the last call. */
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

    /** Starts at the first row of a file that has no rows yet, even if only rows from the end on are selected. */
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
        // look() also throws if a rollback may reduce the length that the cursor has seen
        if (!look().sameFile(before)) {
            throw new NotReadyException("another file takes its place");
        }
        if (cursor.rows() < reached) {
            mustBeUnchanged(before); // a file that is being written anew may have some bytes of the old one
            startAgain("it has " + cursor.rows() + " rows, where " + reached + " were");
            return read(reading, before);
        }
        if (!isSame(cursor.prints(reached - 1))) {
            mustBeUnchanged(before);
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
        Map<String, Integer> ofLast = reaching == reached ? prints : cursor.prints(reaching - 1);
        if (!before.isShared() && !cursor.isStable()) {
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
