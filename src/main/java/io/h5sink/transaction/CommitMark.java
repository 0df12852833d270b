package io.h5sink.transaction;

import io.h5sink.format.Superblock;
import io.h5sink.storage.FileHolders;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.driver.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The mark in the superblock by which a commit has the file for itself, while other programs may write to the file between commits.
 *
 * <p>A program that opens the file for writing with the C library takes {@code flock} on the file first, then reads the superblock, gives
 * up if the superblock is marked, and otherwise writes the marked superblock. When that program closes the file, the C library writes the
 * superblock again from memory, truncates the file to the end of file in that superblock if the file's size differs, and closes the file,
 * which releases the lock (seen with HDF5 1.10.8 and 2.0.0 by their system calls). So a commit:
 *
 * <ol>
 *   <li>checks that no program holds the file's lock, and that the superblock is not marked;
 *   <li>marks the superblock: a program that locks the file from now on finds the mark and gives up;
 *   <li>checks again that no program holds the lock, because a program may have read the superblock before the mark was written; and
 *   <li>checks that the superblock still has the bytes that the commit wrote: other bytes come from a program that opened and closed the
 *       file meanwhile.
 * </ol>
 *
 * <p>If step 3 or 4 fails, the commit removes the mark and waits. The mark is written as one byte, and its checksum as four more once the
 * other bytes are seen to be unchanged, so that the commit overwrites nothing that another program writes at that moment. The mark's value
 * is a flag that HDF5 heeds as any other and never writes, so that no other program's mark is mistaken for this one. Superblocks before
 * version 3 have no such flags: there the mark is an end of file beyond all bounds ({@link Superblock#markOffset}), with which HDF5 takes
 * the file for one that was cut off, and opens it neither for writing nor for reading. One thread at a time.
 */
public final class CommitMark {

    /** Other programs take longer than this to open, change and close a file with the C library. */
    static final long MOMENT_NANOS = 100_000;

    /** The most attempts to remove a mark; together they last many times as long as another program needs to write a superblock. */
    private static final int ATTEMPTS = 1000;

    /**
     * After a long commit, other programs get the commit's duration divided by this number before the next commit takes the file: readers
     * may be retrying.
     */
    private static final int SHARE = 16;

    /** Shorter commits need no pause: they end before another program retries. */
    private static final long LONG_NANOS = 4_000_000;

    private static final long LONGEST_SHARE_NANOS = 10_000_000;

    private final DiskFile disk;
    private final FileHolders holders;

    /** Whether superblocks before version 3 are marked, too. */
    private final boolean marksOld;

    /** The bytes of the superblock while the commit has the file; null otherwise. */
    private @Nullable ByteBuffer held;

    /** Whether the session has the file between commits too. */
    private boolean kept;

    /** When a commit last took the file and released the file, by {@link System#nanoTime}. */
    private long taken;

    private long left;

    /**
     * The mark of a file.
     *
     * @param marksOld whether superblocks before version 3 are marked, too, if they have a place for the mark; the C library of this
     *     process could not open the file then
     */
    public CommitMark(DiskFile disk, FileHolders holders, boolean marksOld) {
        this.disk = disk;
        this.holders = holders;
        this.marksOld = marksOld;
    }

    private boolean marks(Superblock superblock) {
        return superblock.markable() || (marksOld && superblock.hasMark());
    }

    private void write(Superblock superblock, byte mark) throws IOException {
        disk.write(superblock.markOffset(), ByteBuffer.wrap(new byte[] {mark}));
    }

    /** Whether a commit has the file for itself. */
    public boolean isHeld() {
        return held != null;
    }

    /** Checks the file before a commit takes the file. */
    public interface FileProbe {
        /** Whether no other program has written to the file. */
        boolean isUntouched() throws IOException;
    }

    /**
     * Takes the file for a commit.
     *
     * @param look whether another program has written to the file since the last commit
     * @return true if the file is known to be unchanged since the last commit
     * @throws StorageException if another program has the file, of kind {@link StorageException.Kind#BUSY}
     */
    public boolean take(FileProbe look) throws IOException {
        if (held != null) {
            return true;
        }
        letOthersIn();
        mustBeFree();
        Superblock superblock = disk.superblock();
        ByteBuffer before = disk.head(superblock);
        if (!marks(superblock)) {
            hold(before);
            return look.isUntouched();
        }
        if (superblock.marked() || !superblock.isSealed(before)) {
            throw busy();
        }
        long start = System.nanoTime(); // the time from here to the mark's write is kept short
        boolean untouched = look.isUntouched();
        mustBeFree();
        boolean moment;
        try {
            write(superblock, superblock.markedByte(before));
            moment = System.nanoTime() - start < MOMENT_NANOS;
            complete(superblock, before, false);
        } catch (IOException e) {
            throw withdrawn(e, superblock, false);
        }
        return untouched && moment;
    }

    /** Removes a mark that could not be completed; a failure to do so is added to the exception as suppressed. */
    private IOException withdrawn(IOException why, Superblock superblock, boolean library) {
        try {
            withdraw(superblock, library);
        } catch (IOException e) {
            why.addSuppressed(e); // recovery removes the mark
        }
        return why;
    }

    /** Writes the checksum of a mark whose flags are written, unless another program has written the superblock or may be about to. */
    private void complete(Superblock superblock, ByteBuffer before, boolean library) throws IOException {
        before.put(superblock.markOffset(), superblock.markedByte(before));
        if (disk.head(superblock).equals(before)) {
            if (!superblock.isSealed(before)) {
                superblock.seal(before, 0);
                disk.write(superblock.sum(), before.slice(superblock.sum(), Integer.BYTES));
            }
            if (!holders.any() && disk.head(superblock).equals(before)) {
                hold(before);
                return;
            }
        }
        withdraw(superblock, library);
        throw busy();
    }

    private void letOthersIn() {
        long took = left - taken;
        long wait = left + Math.min(took / SHARE, LONGEST_SHARE_NANOS) - System.nanoTime();
        if (took > LONG_NANOS && wait > 0) {
            LockSupport.parkNanos(wait);
        }
    }

    /** Throws if another program has the file, of kind {@link StorageException.Kind#BUSY}. */
    public void mustBeFree() {
        if (holders.any()) {
            throw busy();
        }
    }

    private static StorageException busy() {
        return StorageException.busy("another program has opened it for writing", null);
    }

    /**
     * Removes the mark, and corrects the checksum of the superblock if another program writes the superblock meanwhile.
     *
     * @param library whether the C library of this process has marked the superblock, too, and that mark is removed as well; the mark of
     *     another program stays, although programs that check the lock do not need that mark
     */
    private void withdraw(Superblock superblock, boolean library) throws IOException {
        for (int i = 0; i < ATTEMPTS; i++) {
            ByteBuffer now = disk.head(superblock);
            byte flags = now.get(superblock.markOffset());
            boolean mine = superblock.isCommitting(now);
            if ((library ? flags == 0 : !mine) && superblock.isSealed(now)) {
                return;
            }
            byte wanted = library || mine ? superblock.unmarkedByte(now) : flags;
            // the flags that fit the checksum are those below the mark
            for (byte others = 0; !library && superblock.markable() && others <= 1; others++) {
                wanted = superblock.isSealed(now.put(Superblock.FLAGS, others)) ? others : wanted;
            }
            now.put(superblock.markOffset(), wanted);
            if (wanted != flags) {
                write(superblock, wanted);
            }
            if (!superblock.isSealed(now) && disk.head(superblock).equals(now)) {
                superblock.seal(now, 0);
                disk.write(superblock.sum(), now.slice(superblock.sum(), Integer.BYTES));
            }
        }
    }

    /**
     * Takes a file that the C library of this process has just opened and marked.
     *
     * @param size the file's size just before the C library opened the file, in bytes
     * @throws StorageException if another program has opened the file first, of kind {@link StorageException.Kind#BUSY}
     */
    public void adopt(long size) throws IOException {
        Superblock superblock = disk.superblock();
        ByteBuffer before = disk.head(superblock);
        boolean first = disk.size() == size && (superblock.marked() || !superblock.markable());
        if (superblock.markable()) {
            try {
                write(superblock, Superblock.COMMITTING); // replaces the C library's mark, which nobody would remove
                if (first) {
                    complete(superblock, before, true);
                    return;
                }
                withdraw(superblock, true);
            } catch (IOException e) {
                throw withdrawn(e, superblock, true);
            }
        } else if (first && !holders.any()) {
            hold(before);
            return;
        }
        throw busy();
    }

    /**
     * Throws if a program that heeds no locks has opened the file during the commit: the superblock must have the bytes that this session
     * has written.
     *
     * @param what the consequence, as words for the message
     */
    public void mustHold(String what) throws IOException {
        ByteBuffer mine = held;
        if (mine == null) {
            return;
        }
        Superblock superblock = disk.superblock();
        if (marks(superblock) && !disk.head(superblock).equals(mine)) {
            held = null;
            throw StorageException.file(
                    "another program, which heeds no locks, has opened it for writing during a commit; " + what, null);
        }
    }

    /** Sets the end of file in the superblock, relative to the superblock, also while a commit has the file. */
    public void setEnd(long end) throws IOException {
        disk.setEnd(end);
        if (held != null) {
            held = disk.head(disk.superblock());
        }
    }

    /** Whether a commit's mark, or a part of the mark, is left in a file that has no journal. */
    public static boolean isLeft(StoredFile file) throws IOException {
        try (DiskFile disk = new DiskFile(file)) {
            Superblock superblock = Superblock.read(disk.first());
            return superblock != null
                    && disk.size() >= superblock.start() + superblock.length()
                    && (superblock.committing() || !superblock.isSealed(disk.head(superblock)));
        }
    }

    /**
     * Removes the mark of a writer that died before the mark's checksum was written, and seals the superblock; true if the superblock had
     * such a mark.
     */
    public static boolean mend(DiskFile disk) throws IOException {
        Superblock superblock = disk.superblock();
        ByteBuffer now = disk.head(superblock);
        if (superblock.isSealed(now) || !superblock.hasMark()) {
            return false;
        }
        byte[] sealed = superblock.markable()
                ? new byte[] {0, 1, Superblock.COMMITTING}
                : new byte[] {superblock.unmarkedByte(now), superblock.markedByte(now)};
        for (byte mark : sealed) {
            if (superblock.isSealed(now.put(superblock.markOffset(), mark))) {
                superblock.mark(now, false);
                disk.write(0, now);
                return true;
            }
        }
        return false; // the damage has another cause
    }

    /** Sets whether the session has the file between commits, too, for some commits in quick succession. */
    public void keep(boolean whole) {
        kept = whole;
    }

    /**
     * Releases the file to other programs, if a commit has the file.
     *
     * @return the time of the release by {@link System#nanoTime}, or a little before
     */
    public long leave() throws IOException {
        long since = System.nanoTime();
        if (held != null && !kept) {
            Superblock superblock = disk.superblock();
            if (marks(superblock) && superblock.marked()) {
                ByteBuffer bytes = disk.head(superblock);
                superblock.mark(bytes, false);
                since = System.nanoTime();
                disk.write(0, bytes);
            }
            held = null;
            left = System.nanoTime();
        }
        return since;
    }

    /** Lets readers follow from now on, in the way that {@code H5Fstart_swmr_write} does. */
    void follow() throws IOException {
        disk.flag(Superblock.FOLLOWED);
        if (held != null) {
            held = disk.head(disk.superblock());
        }
    }

    /** Notes that the commit has the file, and that the superblock is marked. */
    public void own() throws IOException {
        hold(disk.head(disk.superblock()));
    }

    private void hold(ByteBuffer head) {
        held = head;
        taken = System.nanoTime();
    }

    /** Notes that the C library has closed the file and removed the mark, or is about to. */
    public void gone() {
        held = null;
    }
}
