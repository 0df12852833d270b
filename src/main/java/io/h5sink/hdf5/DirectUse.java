package io.h5sink.hdf5;

import hdf.hdf5lib.exceptions.HDF5Exception;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether all that a session writes to can grow without the C library. One thread at a time. */
final class DirectUse {

    /** So many datasets are made before rows go to any, because what belongs together should lie together. */
    private static final int MANY = 1 << 6;

    /** Of which it is not known yet. */
    private final List<OpenFile.Growing> unknown = new ArrayList<>();

    /** Which do. */
    private final List<DirectDataset> growing = new ArrayList<>();

    private boolean coded;

    /** Why the library writes; null as long as it need not. */
    private @Nullable String refusal;

    private boolean begun;

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
        unknown.clear();
    }

    /** Why something is not. */
    String refusal() {
        return refusal == null ? "it is not ready for anything else" : refusal;
    }

    /** Whether it is time to try: not for the first rows of what is to be made, which the library writes as it makes it. */
    boolean mayBegin() {
        return refusal == null
                && (begun
                        || unknown.size() >= MANY
                        || unknown.stream().anyMatch(OpenFile.Growing::isCoded)
                        || (!unknown.isEmpty() && unknown.stream().allMatch(OpenFile.Growing::isMade)));
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
            coded |= found.isCoded();
        }
        unknown.clear();
        begun = true;
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
        return coded;
    }
}
