package io.h5sink.jhdf5.write;

import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.format.heap.GlobalHeapWriter;
import io.h5sink.hdf5.ChunkedDatasetWriter;
import io.h5sink.jhdf5.commit.FileSession;
import io.h5sink.storage.StorageException;
import io.h5sink.transaction.Compactor;
import io.h5sink.transaction.SpaceAllocator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the engine that writes each commit of a session: Java, if all datasets can be extended in place, or the C library. One thread at
 * a time.
 */
final class DirectUse {

    /**
     * The number of new datasets from which on the C library makes all of them before rows are written, so that related data lies together
     * in the file.
     */
    private static final int MANY = 1 << 6;

    /**
     * The state of the choice between Java and the C library.
     *
     * <pre>
     *          mayBegin()
     *   OPEN ◄───────────► CHOSEN
     *    │     open()        │
     *    └────► REFUSED ◄────┘
     *           refuse()
     * </pre>
     */
    private enum Choice {
        /** The commit under way has no rows yet. */
        OPEN,

        /** The engine of the commit under way is chosen. If Java has handed the file to the C library since, the library keeps the file. */
        CHOSEN,

        /** The C library writes all rows of the session. */
        REFUSED
    }

    private final FileSession file;
    private final DimensionScales scales;
    private Choice choice = Choice.OPEN;
    private @Nullable GlobalHeapWriter heap;

    /** Datasets whose object header has not been located. */
    private final List<Growing> unknown = new ArrayList<>();

    /** Datasets that are extended in place; none before Java has written. */
    private final List<ChunkedDatasetWriter> growing = new ArrayList<>();

    /** The reason why the C library writes all rows; null unless the state is REFUSED. */
    private @Nullable String refusal;

    DirectUse(FileSession file, DimensionScales scales) {
        this.file = file;
        this.scales = scales;
    }

    /** Registers a dataset that Java may be able to extend. */
    void add(Growing growing) {
        unknown.add(growing);
    }

    /** Removes a dataset that gets no rows and is not to be made. */
    void withdraw(Growing growing) {
        unknown.remove(growing);
    }

    /**
     * Has the C library write all rows of the session, because one dataset needs it.
     *
     * @param why the reason, as the end of a sentence that begins with "HDF5 itself writes this file, because"
     */
    void refuse(String why) {
        refusal = refusal == null ? why : refusal;
        choice = Choice.REFUSED;
        unknown.clear();
    }

    /** The reason why the C library alone writes to the file, in the form of {@link #refuse}. */
    String refusal() {
        return refusal == null ? "it is not ready for anything else" : refusal;
    }

    /** Begins a commit: unless Java was refused, its engine is not chosen yet. */
    void open() {
        choice = choice == Choice.REFUSED ? choice : Choice.OPEN;
    }

    /**
     * Chooses the engine, once for a commit; true if Java may begin. The first rows of a new dataset are usually left to the C library,
     * which writes them as it makes the dataset.
     */
    private boolean mayBegin() {
        if (choice != Choice.OPEN) {
            return false;
        }
        choice = Choice.CHOSEN;
        return !growing.isEmpty()
                || unknown.size() >= MANY
                || unknown.stream().anyMatch(Growing::isCoded)
                || (!unknown.isEmpty() && unknown.stream().allMatch(Growing::isMade));
    }

    /**
     * The file as Java writes to it; the C library has the file closed then.
     *
     * @return null if the C library writes this commit
     */
    @Nullable
    SpaceAllocator direct() throws HDF5Exception {
        SpaceAllocator direct = file.direct();
        return direct == null && mayBegin() ? goDirect() : direct;
    }

    private @Nullable SpaceAllocator goDirect() throws HDF5Exception {
        file.making(() -> {
            locate();
            scales.fulfil();
        });
        if (scales.areAwaited()) {
            return null;
        }
        SpaceAllocator direct = file.goDirect();
        try {
            if (direct == null) {
                refuse(file.whyLibrary());
            } else if (!begin(direct)) {
                file.library();
                direct = null;
            }
            return direct;
        } catch (IOException e) {
            throw StorageException.file("it cannot be read: " + e.getMessage(), e);
        }
    }

    /** The writer of the global heap, which elements of variable length refer to. */
    GlobalHeapWriter heap(SpaceAllocator direct) {
        GlobalHeapWriter known = heap;
        if (known == null || known.file() != direct) {
            known = new GlobalHeapWriter(direct);
            heap = known;
        }
        return known;
    }

    /** Makes the registered datasets that are not made, and locates their object headers. */
    private void locate() throws HDF5Exception {
        for (Growing growing : unknown) {
            growing.locate();
        }
    }

    /** Begins to write in Java; false if Java cannot extend a registered dataset. */
    private boolean begin(SpaceAllocator file) throws IOException {
        for (Growing growing : unknown) {
            if (!growing.fits(file)) {
                refuse("a dataset has an index of chunks that is not as HDF5 1.10 makes it");
                return false;
            }
        }
        for (Growing found : unknown) {
            growing.add(found.direct());
        }
        unknown.clear();
        return true;
    }

    /** Compresses the last, partly full chunks. */
    private void finish(SpaceAllocator file) throws IOException {
        for (ChunkedDatasetWriter dataset : growing) {
            dataset.finish(file);
        }
    }

    /** The steps that make the file as short as possible after the last rows, each with a commit of its own. */
    List<FileSession.SessionStep> tidying() {
        return List.of(
                this::finish,
                file -> Compactor.run(file, movables(file)),
                file -> Compactor.lift(file, movables(file)),
                file -> Compactor.run(file, movables(file)));
    }

    private Compactor.Movables movables(SpaceAllocator file) {
        return (from, to) -> {
            for (ChunkedDatasetWriter dataset : growing) {
                dataset.movables(file, from, to);
            }
        };
    }

    /** Whether Java extends a compressed dataset. */
    boolean isCoded() {
        return growing.stream().anyMatch(ChunkedDatasetWriter::isCoded);
    }

    /** A dataset that Java may be able to extend. */
    interface Growing {

        /** Whether the dataset is in the file. */
        boolean isMade();

        /** Whether the dataset's chunks are compressed, and Java shall do that. */
        boolean isCoded();

        /** Makes the dataset if necessary, by the C library, and locates its object header. */
        void locate() throws HDF5Exception;

        /** Whether Java can extend the dataset. */
        boolean fits(SpaceAllocator file) throws IOException;

        /** Java's writer of the dataset, once the object header is located. */
        ChunkedDatasetWriter direct();
    }
}
