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
 * The mark in the superblock by which a commit has a file for itself, while other programs may write to it between commits.
 *
 * <p>A program that opens the file for writing by the C library locks it ({@code flock}), reads the superblock, gives up if that is
 * marked, and else writes the superblock, marked. When it closes the file it writes the superblock once more, as it has known it since,
 * cuts the file to the end that this tells if it has seen another size, and closes the file, which unlocks it (HDF5 1.10.8 and 2.0.0, by
 * their system calls). So a commit:
 *
 * <ol>
 *   <li>looks whether anybody holds the file, and whether the superblock is marked;
 *   <li>marks it: from now on whoever locks the file finds the mark and gives up;
 *   <li>looks again whether anybody holds the file, who may have read the superblock before; and
 *   <li>whether the superblock is still as the mark has left it, which it is not if somebody who is gone by now has written it meanwhile.
 * </ol>
 *
 * <p>If so, the mark is taken away and the commit waits. A mark is put in by one byte, and the checksum by four more once the rest is seen
 * to be the same, so that nothing is lost of what another program writes at that moment. The mark's value is one that HDF5 heeds as any
 * other and never writes itself, so that nobody's mark is taken for this one. One thread at a time.
 */
public final class CommitMark {

    /** A program that opens, changes and closes a file by the C library takes longer. */
    static final long MOMENT_NANOS = 100_000;

    /** As long as it takes another program to write a superblock, many times over. */
    private static final int ATTEMPTS = 1000;

    /** Of the time that a commit takes, others get this part behind it, if the next one is due at once: readers who try again and again. */
    private static final int SHARE = 16;

    /** Shorter ones are over before somebody tries again. */
    private static final long LONG_NANOS = 4_000_000;

    private static final long LONGEST_SHARE_NANOS = 10_000_000;

    private static final ByteBuffer MINE =
            ByteBuffer.wrap(new byte[] {Superblock.COMMITTING}).asReadOnlyBuffer();

    private final DiskFile disk;
    private final FileHolders holders;

    /** The superblock as it is while the file is this commit's; null if it is not. */
    private @Nullable ByteBuffer held;

    /** Whether the file stays this session's between commits. */
    private boolean kept;

    /** When the file was last taken and left. */
    private long taken;

    private long left;

    public CommitMark(DiskFile disk, FileHolders holders) {
        this.disk = disk;
        this.holders = holders;
    }

    /** Whether the file is this commit's. */
    public boolean isHeld() {
        return held != null;
    }

    /** Looks before anything is known of the file's state. */
    public interface FileProbe {
        /** Whether nobody has written to the file. */
        boolean isUntouched() throws IOException;
    }

    /**
     * Takes the file.
     *
     * @param look tells whether anybody has written to it since the last commit
     * @return whether that is known, and nobody has
     * @throws StorageException if another program has it, of kind {@link StorageException.Kind#BUSY}
     */
    public boolean take(FileProbe look) throws IOException {
        if (held != null) {
            return true;
        }
        letOthersIn();
        mustBeFree();
        Superblock superblock = disk.superblock();
        ByteBuffer before = disk.head(superblock);
        if (!superblock.markable()) {
            hold(before);
            return look.isUntouched();
        }
        if (superblock.marked() || !superblock.isSealed(before)) {
            throw busy();
        }
        long start = System.nanoTime(); // from here to the mark there is as little as can be
        boolean untouched = look.isUntouched();
        mustBeFree();
        boolean moment;
        try {
            disk.write(Superblock.FLAGS, MINE.duplicate());
            moment = System.nanoTime() - start < MOMENT_NANOS;
            complete(superblock, before, false);
        } catch (IOException e) {
            throw withdrawn(e, superblock, false);
        }
        return untouched && moment;
    }

    /** Takes a mark away that could not be completed, as far as the disk lets itself be written to at all. */
    private IOException withdrawn(IOException why, Superblock superblock, boolean library) {
        try {
            withdraw(superblock, library);
        } catch (IOException e) {
            why.addSuppressed(e); // and recovery will do it
        }
        return why;
    }

    /** Completes the mark, whose flags are in place, if nobody else has written the superblock, or may be about to. */
    private void complete(Superblock superblock, ByteBuffer before, boolean library) throws IOException {
        before.put(Superblock.FLAGS, Superblock.COMMITTING);
        if (disk.head(superblock).equals(before)) {
            superblock.seal(before, 0);
            disk.write(superblock.sum(), before.slice(superblock.sum(), Integer.BYTES));
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
     * Takes the mark away, and makes the checksum fit whatever another program writes meanwhile.
     *
     * @param library whether a mark below it is the C library's, which goes, too; one of another program is not needed by those who see who
     *     holds the file
     */
    private void withdraw(Superblock superblock, boolean library) throws IOException {
        for (int i = 0; i < ATTEMPTS; i++) {
            ByteBuffer now = disk.head(superblock);
            byte flags = now.get(Superblock.FLAGS);
            if ((library ? flags == 0 : flags != Superblock.COMMITTING) && superblock.isSealed(now)) {
                return;
            }
            byte wanted = library || flags == Superblock.COMMITTING ? 0 : flags;
            for (byte others = 0; !library && others <= 1; others++) { // whose checksum tells what the mark lies over
                wanted = superblock.isSealed(now.put(Superblock.FLAGS, others)) ? others : wanted;
            }
            now.put(Superblock.FLAGS, wanted);
            if (wanted != flags) {
                disk.write(Superblock.FLAGS, ByteBuffer.wrap(new byte[] {wanted}));
            }
            if (!superblock.isSealed(now) && disk.head(superblock).equals(now)) {
                superblock.seal(now, 0);
                disk.write(superblock.sum(), now.slice(superblock.sum(), Integer.BYTES));
            }
        }
    }

    /**
     * Takes a file that the C library has just opened and marked.
     *
     * @param size how long it was just before
     * @throws StorageException if another program has come first, of kind {@link StorageException.Kind#BUSY}
     */
    public void adopt(long size) throws IOException {
        Superblock superblock = disk.superblock();
        ByteBuffer before = disk.head(superblock);
        boolean first = disk.size() == size && (superblock.marked() || !superblock.markable());
        if (superblock.markable()) {
            try {
                disk.write(
                        Superblock.FLAGS, MINE.duplicate()); // in place of the library's, which nobody would take away
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
     * Throws if somebody who heeds no locks has opened the file meanwhile. The superblock must be as this session has left it.
     *
     * @param what is lost
     */
    public void mustHold(String what) throws IOException {
        ByteBuffer mine = held;
        if (mine == null) {
            return;
        }
        Superblock superblock = disk.superblock();
        if (superblock.markable() && !disk.head(superblock).equals(mine)) {
            held = null;
            throw StorageException.file(
                    "another program, which heeds no locks, has opened it for writing during a commit; " + what, null);
        }
    }

    /** Has the superblock tell where the space ends, relative to it, while the file is this commit's. */
    public void setEnd(long end) throws IOException {
        disk.setEnd(end);
        if (held != null) {
            held = disk.head(disk.superblock());
        }
    }

    /** Whether a commit's mark, or a part of one, is left in a file of which nobody has the journal. */
    public static boolean isLeft(StoredFile file) throws IOException {
        try (DiskFile disk = new DiskFile(file)) {
            Superblock superblock = Superblock.read(disk.first());
            return superblock != null
                    && superblock.markable()
                    && disk.size() >= superblock.start() + superblock.length()
                    && (superblock.committing() || !superblock.isSealed(disk.head(superblock)));
        }
    }

    /** Completes what a writer has written of a mark that died before it was complete, so that the file is not marked; true if it had. */
    public static boolean mend(DiskFile disk) throws IOException {
        Superblock superblock = disk.superblock();
        ByteBuffer now = disk.head(superblock);
        if (!superblock.markable() || superblock.isSealed(now)) {
            return false;
        }
        for (byte flags : new byte[] {0, 1, Superblock.COMMITTING}) {
            if (superblock.isSealed(now.put(Superblock.FLAGS, flags))) {
                superblock.mark(now, false);
                disk.write(0, now);
                return true;
            }
        }
        return false; // damage of another kind
    }

    /** Says whether the file stays this session's between commits, for a few that follow each other at once. */
    public void keep(boolean whole) {
        kept = whole;
    }

    /**
     * Leaves the file to others, as far as it is this commit's.
     *
     * @return when, as {@link System#nanoTime} has it, or a little before
     */
    public long leave() throws IOException {
        long since = System.nanoTime();
        if (held != null && !kept) {
            Superblock superblock = disk.superblock();
            if (superblock.markable() && superblock.marked()) {
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

    /** Notes that the file is this commit's, whose superblock is marked. */
    public void own() throws IOException {
        hold(disk.head(disk.superblock()));
    }

    private void hold(ByteBuffer head) {
        held = head;
        taken = System.nanoTime();
    }

    /** Notes that the C library has closed the file, and taken the mark away, or that it is to do so. */
    public void gone() {
        held = null;
    }
}
