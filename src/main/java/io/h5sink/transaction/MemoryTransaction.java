package io.h5sink.transaction;

import io.h5sink.storage.RollbackJournal;
import io.h5sink.storage.driver.MemoryBytes;
import io.h5sink.storage.driver.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * All changes of a file in memory between two commits. No other program sees the file, and a commit cannot be torn: so the transaction needs
 * no mark, and no journal but the images by which a commit that is given up is undone. A commit is under way until the session ends. One
 * thread at a time.
 */
public final class MemoryTransaction implements FileTransaction {

    /** The step in which two files are compared, in bytes. */
    private static final int STEP = 1 << 12;

    /** The most bytes that are copied at once. */
    private static final int COPIED = 1 << 20;

    private final DiskFile memory;
    private final FreeSpace space = new FreeSpace();

    /** The bytes that the commit under way has overwritten, the oldest last. */
    private final List<RollbackJournal.Image> images = new ArrayList<>();

    private SpaceAllocator file;
    private State state = State.ACTIVE;

    /**
     * The transaction of a file in memory, which is complete.
     *
     * @param stored the file's path, and the driver
     * @param bytes the file
     */
    public MemoryTransaction(StoredFile stored, MemoryBytes bytes) throws IOException {
        this.memory = new DiskFile(stored, bytes);
        this.file = new SpaceAllocator(memory, CommitOrder.ADDRESSES, space);
    }

    @Override
    public State state() {
        return state;
    }

    @Override
    public SpaceAllocator file() {
        return file;
    }

    /** Nothing has changed the file. */
    @Override
    public boolean begin() {
        return true;
    }

    @Override
    public boolean isShortened() {
        return false;
    }

    @Override
    public void overwrites(long address, int length) throws IOException {
        if (file.isCommitted(address)) {
            images.add(0, new RollbackJournal.Image(address, memory.read(address, length)));
        }
    }

    @Override
    public void commit() throws IOException {
        if (file.isClean() && images.isEmpty()) {
            return;
        }
        images.addAll(0, file.prepare());
        images.add(0, memory.headImage());
        file.overwrite();
        memory.setEnd(file.end());
        memory.fit();
        space.settle();
        file.committed();
        images.clear();
    }

    @Override
    public boolean isForFollowers() {
        return false;
    }

    @Override
    public void follow() {
        // nobody sees the file
    }

    @Override
    public boolean isFollowed() {
        return false;
    }

    @Override
    public void keep(boolean whole) {
        // the session has the file all the time
    }

    /** The file waits in memory for space on the disk. */
    @Override
    public boolean suspend() {
        return true;
    }

    @Override
    public void undo() throws IOException {
        memory.restore(images);
        images.clear();
        space.clear();
        file = new SpaceAllocator(memory, CommitOrder.ADDRESSES, space);
    }

    @Override
    public void forsake() throws IOException {
        undo();
    }

    @Override
    public void leave() {
        state = State.IDLE;
    }

    @Override
    public void end() throws IOException {
        memory.close();
    }

    /** The size of the file, in bytes. */
    public long size() throws IOException {
        return memory.size();
    }

    /** Reads the whole file into a buffer. */
    public void read(ByteBuffer to) throws IOException {
        memory.bytes().read(0, to);
    }

    /**
     * Makes the changes of a commit by which another file becomes equal to this one, behind the superblock.
     *
     * @param other an earlier state of the same file
     */
    public void copyTo(SpaceAllocator other) throws IOException {
        long shared = Math.min(file.end(), other.end());
        ByteBuffer before = ByteBuffer.allocate(STEP);
        for (long at = memory.superblock().length(); at < shared; at += STEP) {
            ByteBuffer now = memory.read(at, (int) Math.min(STEP, shared - at));
            other.read(at, before.clear().limit(now.limit()));
            if (!now.equals(before.flip())) {
                other.replace(at, now);
            }
        }
        for (long at = shared; at < file.end(); at += COPIED) {
            other.append(memory.read(at, (int) Math.min(COPIED, file.end() - at)));
        }
        if (file.end() < other.end()) {
            other.end(file.end());
        }
    }
}
