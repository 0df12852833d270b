package io.h5sink.hdf5;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a commit overwrites, as it was: in the {@link Journal}, for whoever finds the file half written, and in memory, for the commit
 * that fails; and that the disk has each note before what comes next. One thread at a time.
 */
final class CommitJournal {

    private final DiskFile disk;
    private final Journal journal;
    private final boolean force;

    /** What is written back if the commit fails; null before that is known. */
    private @Nullable List<Journal.Image> before;

    /** Of that, the raw data that is overwritten before the flush. */
    private final List<Journal.Image> raw = new ArrayList<>();

    /** Where those end in the journal. */
    private long rawEnd;

    /**
     * For a file whose journal is this process's.
     *
     * @param force whether each note waits until the disk has it
     */
    CommitJournal(DiskFile disk, Journal journal, boolean force) {
        this.disk = disk;
        this.journal = journal;
        this.force = force;
    }

    /** Notes what the writer is doing, in place of what was noted before. */
    void note(Journal.Kind kind, List<Journal.Image> images) throws IOException {
        journal.note(kind, images);
        if (force) {
            journal.force();
        }
    }

    /** Notes all that a commit overwrites. */
    void all(List<Journal.Image> images) throws IOException {
        note(Journal.Kind.FLUSH, images);
        before = images;
    }

    /** Notes what is overwritten after what the library has made for the same commit. */
    void more(List<Journal.Image> images) throws IOException {
        journal.rewind(rawEnd);
        append(images);
        images.addAll(Objects.requireNonNull(before)); // the oldest is written back last
        before = images;
    }

    private void append(List<Journal.Image> images) throws IOException {
        journal.more(images);
        if (force) {
            journal.force();
        }
    }

    /** Notes raw data that is about to be overwritten before the flush. */
    void overwrites(long address, int length) throws IOException {
        if (raw.stream().noneMatch(image -> image.address() == address)) {
            Journal.Image image = new Journal.Image(address, disk.read(address, length));
            add(List.of(image));
            if (raw.isEmpty()) {
                hold();
            }
            raw.add(image);
            rawEnd = journal.end();
        }
    }

    /** Notes more images; those of raw data are there before those of metadata. */
    void add(List<Journal.Image> images) throws IOException {
        if (raw.isEmpty()) {
            note(Journal.Kind.FLUSH, images);
        } else {
            append(images);
        }
    }

    /** Notes that a commit is over. */
    void clear() throws IOException {
        journal.clear();
        if (force) {
            journal.force();
        }
    }

    /** Waits until the disk knows of the names that were made, if a power cut is to be survived. */
    void forceNames() {
        if (force) {
            journal.forceNames();
        }
    }

    /** Makes sure that the disk has the mark before it has what comes next, lest a power cut show readers a part of that. */
    void hold() throws IOException {
        if (force) {
            disk.force();
        }
    }

    /** What metadata is overwritten is known, and so all that is written back if the commit fails. */
    void known(List<Journal.Image> metadata) {
        before = new ArrayList<>(metadata);
        before.addAll(raw);
    }

    /** What else is overwritten may never be known. */
    void rawAtLeast() {
        List<Journal.Image> known = before == null ? new ArrayList<>() : before;
        known.addAll(raw);
        before = known;
    }

    /** What metadata is overwritten is not known any more. */
    void unknown() {
        before = null;
    }

    /** The raw data that was overwritten before the flush. */
    List<Journal.Image> raw() {
        return raw;
    }

    /** What was noted stays, though the library has flushed; what is noted next comes behind. */
    void keep() {
        raw.clear();
        rawEnd = journal.end();
    }

    /** Forgets what was noted of metadata. */
    void rewind() {
        journal.rewind(rawEnd);
    }

    /** Writes back what is known; false if that is not known. */
    boolean restore() throws IOException {
        if (before == null) {
            return false;
        }
        disk.restore(before);
        return true;
    }

    /** Writes back what is known beside the superblock, which is another program's. */
    void restoreBeside() throws IOException {
        for (Journal.Image image : before == null ? List.<Journal.Image>of() : before) {
            if (image.address() > 0) {
                disk.write(image.address(), image.bytes());
            }
        }
    }

    /** The commit is over. */
    void forget() {
        before = null;
        raw.clear();
        rawEnd = 0;
    }
}
