package io.h5sink.transaction;

import io.h5sink.storage.RollbackJournal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a commit overwrites, as it was: in the {@link RollbackJournal}, for whoever finds the file half written, and in memory, for the commit
 * that fails; and that the disk has each note before what comes next. One thread at a time.
 */
public final class CommitPreImages {

    private final DiskFile disk;
    private final RollbackJournal journal;
    private final boolean force;

    /** What is written back if the commit fails; null before that is known. */
    private @Nullable List<RollbackJournal.Image> before;

    /** Of that, the raw data that is overwritten before the flush. */
    private final List<RollbackJournal.Image> raw = new ArrayList<>();

    /** Where those end in the journal. */
    private long rawEnd;

    /**
     * For a file whose journal is this process's.
     *
     * @param force whether each note waits until the disk has it
     */
    public CommitPreImages(DiskFile disk, RollbackJournal journal, boolean force) {
        this.disk = disk;
        this.journal = journal;
        this.force = force;
    }

    /** Notes what the writer is doing, in place of what was noted before. */
    public void note(RollbackJournal.Kind kind, List<RollbackJournal.Image> images) throws IOException {
        journal.note(kind, images);
        if (force) {
            journal.force();
        }
    }

    /** Notes all that a commit overwrites. */
    public void all(List<RollbackJournal.Image> images) throws IOException {
        note(RollbackJournal.Kind.FLUSH, images);
        before = images;
    }

    /** Notes what is overwritten after what the library has made for the same commit. */
    public void more(List<RollbackJournal.Image> images) throws IOException {
        journal.rewind(rawEnd);
        append(images);
        images.addAll(Objects.requireNonNull(before)); // the oldest is written back last
        before = images;
    }

    private void append(List<RollbackJournal.Image> images) throws IOException {
        journal.more(images);
        if (force) {
            journal.force();
        }
    }

    /** Notes raw data that is about to be overwritten before the flush. */
    public void overwrites(long address, int length) throws IOException {
        if (raw.stream().noneMatch(image -> image.address() == address)) {
            RollbackJournal.Image image = new RollbackJournal.Image(address, disk.read(address, length));
            add(List.of(image));
            if (raw.isEmpty()) {
                hold();
            }
            raw.add(image);
            rawEnd = journal.end();
        }
    }

    /** Notes more images; those of raw data are there before those of metadata. */
    public void add(List<RollbackJournal.Image> images) throws IOException {
        if (raw.isEmpty()) {
            note(RollbackJournal.Kind.FLUSH, images);
        } else {
            append(images);
        }
    }

    /** Notes that a commit is over. */
    public void clear() throws IOException {
        journal.clear();
        if (force) {
            journal.force();
        }
    }

    /** Waits until the disk knows of the names that were made, if a power cut is to be survived. */
    public void forceNames() {
        if (force) {
            journal.forceNames();
        }
    }

    /** Makes sure that the disk has the mark before it has what comes next, lest a power cut show readers a part of that. */
    public void hold() throws IOException {
        if (force) {
            disk.force();
        }
    }

    /** What metadata is overwritten is known, and so all that is written back if the commit fails. */
    public void known(List<RollbackJournal.Image> metadata) {
        before = new ArrayList<>(metadata);
        before.addAll(raw);
    }

    /** What else is overwritten may never be known. */
    public void rawAtLeast() {
        List<RollbackJournal.Image> known = before == null ? new ArrayList<>() : before;
        known.addAll(raw);
        before = known;
    }

    /** What metadata is overwritten is not known any more. */
    public void unknown() {
        before = null;
    }

    /** The raw data that was overwritten before the flush. */
    public List<RollbackJournal.Image> raw() {
        return raw;
    }

    /** What was noted stays, though the library has flushed; what is noted next comes behind. */
    public void keep() {
        raw.clear();
        rawEnd = journal.end();
    }

    /** Forgets what was noted of metadata. */
    public void rewind() {
        journal.rewind(rawEnd);
    }

    /** Writes back what is known; false if that is not known. */
    public boolean restore() throws IOException {
        if (before == null) {
            return false;
        }
        disk.restore(before);
        return true;
    }

    /** Writes back what is known beside the superblock, which is another program's. */
    public void restoreBeside() throws IOException {
        for (RollbackJournal.Image image : before == null ? List.<RollbackJournal.Image>of() : before) {
            if (image.address() > 0) {
                disk.write(image.address(), image.bytes());
            }
        }
    }

    /** The commit is over. */
    public void forget() {
        before = null;
        raw.clear();
        rawEnd = 0;
    }
}
