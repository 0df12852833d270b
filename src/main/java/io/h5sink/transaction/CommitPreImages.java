package io.h5sink.transaction;

import io.h5sink.storage.RollbackJournal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The pre-images of a commit: the bytes that the commit overwrites, as they were before. The {@link RollbackJournal} keeps them for the
 * recovery of a file whose writer died, and memory keeps them for a commit that fails. Each journal entry is on disk before the write that
 * follows the entry, if the journal is forced. One thread at a time.
 */
public final class CommitPreImages {

    private final DiskFile disk;
    private final RollbackJournal journal;
    private final boolean force;

    /** The pre-images that are written back if the commit fails; null before they are known. */
    private @Nullable List<RollbackJournal.Image> before;

    /** The pre-images of raw data that is overwritten before the flush. */
    private final List<RollbackJournal.Image> raw = new ArrayList<>();

    /** The end of the raw data's pre-images in the journal, as a position. */
    private long rawEnd;

    /**
     * The pre-images of a file whose journal this process has locked.
     *
     * @param force whether each journal entry is forced to the disk
     */
    public CommitPreImages(DiskFile disk, RollbackJournal journal, boolean force) {
        this.disk = disk;
        this.journal = journal;
        this.force = force;
    }

    /** Writes a journal entry that replaces all earlier entries. */
    public void note(RollbackJournal.Kind kind, List<RollbackJournal.Image> images) throws IOException {
        journal.note(kind, images);
        if (force) {
            journal.force();
        }
    }

    /** Writes the pre-images of all bytes that a commit overwrites to the journal. */
    public void all(List<RollbackJournal.Image> images) throws IOException {
        note(RollbackJournal.Kind.FLUSH, images);
        before = images;
    }

    /** Adds the pre-images of bytes that Java overwrites after the C library's part of the same commit. */
    public void more(List<RollbackJournal.Image> images) throws IOException {
        journal.rewind(rawEnd);
        append(images);
        images.addAll(Objects.requireNonNull(before)); // the oldest pre-images are written back last
        before = images;
    }

    private void append(List<RollbackJournal.Image> images) throws IOException {
        journal.more(images);
        if (force) {
            journal.force();
        }
    }

    /** Adds the pre-image of raw data that is about to be overwritten before the flush. */
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

    /** Adds pre-images to the journal; pre-images of raw data precede those of metadata. */
    public void add(List<RollbackJournal.Image> images) throws IOException {
        if (raw.isEmpty()) {
            note(RollbackJournal.Kind.FLUSH, images);
        } else {
            append(images);
        }
    }

    /** Empties the journal after a commit. */
    public void clear() throws IOException {
        journal.clear();
        if (force) {
            journal.force();
        }
    }

    /** Forces the directory entries of new files to the disk, if commits must survive a power cut. */
    public void forceNames() {
        if (force) {
            journal.forceNames();
        }
    }

    /** Forces the superblock's mark to the disk before later writes; otherwise a power cut could show readers a part of those writes. */
    public void hold() throws IOException {
        if (force) {
            disk.force();
            if (disk.hasNewNames()) {
                journal.forceNames();
            }
        }
    }

    /** Sets the pre-images of the metadata; with those of the raw data they are all that is written back if the commit fails. */
    public void known(List<RollbackJournal.Image> metadata) {
        before = new ArrayList<>(metadata);
        before.addAll(raw);
    }

    /** Falls back to the raw-data pre-images if the metadata pre-images cannot be read. */
    public void rawAtLeast() {
        List<RollbackJournal.Image> known = before == null ? new ArrayList<>() : before;
        known.addAll(raw);
        before = known;
    }

    /** Forgets the pre-images of the metadata, which are no longer known. */
    public void unknown() {
        before = null;
    }

    /** The pre-images of raw data that was overwritten before the flush. */
    public List<RollbackJournal.Image> raw() {
        return raw;
    }

    /** Keeps the journal entries that were written so far, though the library has flushed; later entries are added behind them. */
    public void keep() {
        raw.clear();
        rawEnd = journal.end();
    }

    /** Removes the entries of metadata from the journal. */
    public void rewind() {
        journal.rewind(rawEnd);
    }

    /** Writes all pre-images back; false if they are not known. */
    public boolean restore() throws IOException {
        if (before == null) {
            return false;
        }
        disk.restore(before);
        return true;
    }

    /** Writes all pre-images back except the superblock's, because the superblock has another program's changes. */
    public void restoreBeside() throws IOException {
        for (RollbackJournal.Image image : before == null ? List.<RollbackJournal.Image>of() : before) {
            if (image.address() != 0) {
                disk.write(image.address(), image.bytes());
            }
        }
    }

    /** Forgets all pre-images after a commit. */
    public void forget() {
        before = null;
        raw.clear();
        rawEnd = 0;
    }
}
