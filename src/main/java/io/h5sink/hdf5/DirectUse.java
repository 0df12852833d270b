package io.h5sink.hdf5;

import hdf.hdf5lib.exceptions.HDF5Exception;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which engine writes the commits of a session: Java, where all datasets can be extended in place, or the C library. One thread at a time. */
final class DirectUse {

    /** So many datasets are made before rows go to any, because what belongs together should lie together. */
    private static final int MANY = 1 << 6;

    /**
     * How far the choice is between Java and the C library.
     *
     * <pre>
     *          mayBegin()
     *   OPEN ◄───────────► MADE
     *    │     open()       │
     *    └────► REFUSED ◄───┘ refuse()
     * </pre>
     */
    private enum Choice {
        /** The commit under way has no rows yet. */
        OPEN,

        /** The engine of the commit under way is chosen. If Java has handed the file to the C library since, the library keeps the file. */
        MADE,

        /** The C library writes all rows of the session. */
        REFUSED
    }

    private Choice choice = Choice.OPEN;

    /** Datasets whose object header has not been located. */
    private final List<OpenFile.Growing> unknown = new ArrayList<>();

    /** Datasets that are extended in place; none before Java has written. */
    private final List<DirectDataset> growing = new ArrayList<>();

    /** Why the library writes all; null unless that is refused. */
    private @Nullable String refusal;

    /** Notes what may be able to. */
    void add(OpenFile.Growing growing) {
        unknown.add(growing);
    }

    /** Forgets what gets no rows, and is not to be made. */
    void withdraw(OpenFile.Growing growing) {
        unknown.remove(growing);
    }

    /** Notes that something is not able to. */
    void refuse(String why) {
        refusal = refusal == null ? why : refusal;
        choice = Choice.REFUSED;
        unknown.clear();
    }

    /** Why something is not. */
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
    boolean mayBegin() {
        if (choice != Choice.OPEN) {
            return false;
        }
        choice = Choice.MADE;
        return !growing.isEmpty()
                || unknown.size() >= MANY
                || unknown.stream().anyMatch(OpenFile.Growing::isCoded)
                || (!unknown.isEmpty() && unknown.stream().allMatch(OpenFile.Growing::isMade));
    }

    /** Makes what is not made, and finds where all of it is. */
    void locate() throws HDF5Exception {
        for (OpenFile.Growing growing : unknown) {
            growing.locate();
        }
    }

    /** Whether all of it is as it must be. */
    boolean begin(DirectFile file) throws IOException {
        for (OpenFile.Growing growing : unknown) {
            if (!growing.fits(file)) {
                refuse("a dataset has an index of chunks that is not as HDF5 1.10 makes it");
                return false;
            }
        }
        for (OpenFile.Growing found : unknown) {
            growing.add(found.direct());
        }
        unknown.clear();
        return true;
    }

    /** Compresses the last chunks. */
    private void finish(DirectFile file) throws IOException {
        for (DirectDataset dataset : growing) {
            dataset.finish(file);
        }
    }

    /** What makes the file as short as it gets, one commit after the other, now that no more rows come. */
    List<Keeper.Step> tidying() {
        return List.of(
                this::finish,
                file -> Compaction.run(file, movables(file)),
                file -> Compaction.lift(file, movables(file)),
                file -> Compaction.run(file, movables(file)));
    }

    private Compaction.Source movables(DirectFile file) {
        return (from, to) -> {
            for (DirectDataset dataset : growing) {
                dataset.movables(file, from, to);
            }
        };
    }

    /** Whether any of them is compressed. */
    boolean isCoded() {
        return growing.stream().anyMatch(DirectDataset::isCoded);
    }
}
