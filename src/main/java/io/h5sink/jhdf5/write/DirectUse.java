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
 * Which engine writes the commits of a session: Java, if all datasets can be extended in place, or the C library. One thread at a
 * time.
 */
final class DirectUse {

    /** So many datasets are made before rows go to any, because what belongs together should lie together. */
    private static final int MANY = 1 << 6;

    /**
     * How far the choice is between Java and the C library.
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

    /** Why the library writes all; null unless that is refused. */
    private @Nullable String refusal;

    DirectUse(FileSession file, DimensionScales scales) {
        this.file = file;
        this.scales = scales;
    }

    /** Notes a dataset that may be able to grow without the C library. */
    void add(Growing growing) {
        unknown.add(growing);
    }

    /** Forgets what gets no rows, and is not to be made. */
    void withdraw(Growing growing) {
        unknown.remove(growing);
    }

    /**
     * Notes that something in the file is written to by the C library alone, and all else with it.
     *
     * @param why what that is, as the end of a sentence that begins with "HDF5 itself writes this file, because"
     */
    void refuse(String why) {
        refusal = refusal == null ? why : refusal;
        choice = Choice.REFUSED;
        unknown.clear();
    }

    /** Why the C library alone writes to the file, in such words. */
    String refusal() {
        return refusal == null ? "it is not ready for anything else" : refusal;
    }

    /** A commit begins. */
    void open() {
        choice = choice == Choice.REFUSED ? choice : Choice.OPEN;
    }

    /**
     * Chooses, once for a commit: whether Java may begin. Java does not write the first rows of a dataset that is to be made, which the
     * C library writes as it makes the dataset.
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
     * Where rows go without the C library, which then has the file closed.
     *
     * @return null if this commit is the library's
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

    /** What elements of variable length refer to, in that file. */
    GlobalHeapWriter heap(SpaceAllocator direct) {
        GlobalHeapWriter known = heap;
        if (known == null || known.file() != direct) {
            known = new GlobalHeapWriter(direct);
            heap = known;
        }
        return known;
    }

    /** Makes what is not made, and finds where all of it is. */
    private void locate() throws HDF5Exception {
        for (Growing growing : unknown) {
            growing.locate();
        }
    }

    /** Whether all of it is as it must be. */
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

    /** Compresses the last chunks. */
    private void finish(SpaceAllocator file) throws IOException {
        for (ChunkedDatasetWriter dataset : growing) {
            dataset.finish(file);
        }
    }

    /** What makes the file as short as it gets, one commit after the other, now that no more rows come. */
    List<FileSession.SessionStep> tidying() {
        return List.of(
                this::finish,
                file -> Compactor.run(file, movables(file)),
                file -> Compactor.lift(file, movables(file)),
                file -> Compactor.run(file, movables(file)));
    }

    private Compactor.BlockSource movables(SpaceAllocator file) {
        return (from, to) -> {
            for (ChunkedDatasetWriter dataset : growing) {
                dataset.movables(file, from, to);
            }
        };
    }

    /** Whether any of them is compressed. */
    boolean isCoded() {
        return growing.stream().anyMatch(ChunkedDatasetWriter::isCoded);
    }

    /** A dataset that may be able to grow without the C library. */
    interface Growing {

        /** Whether it is in the file. */
        boolean isMade();

        /** Whether its chunks are compressed, which is not to be left to the library. */
        boolean isCoded();

        /** Makes it if it is not made, and notes where it is; by the library. */
        void locate() throws HDF5Exception;

        /** Whether it can get rows without the library. */
        boolean fits(SpaceAllocator file) throws IOException;

        /** The dataset as it grows without the library, once it is known where that is. */
        ChunkedDatasetWriter direct();
    }
}
