package io.h5sink.buffer;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many records there is room for: the count of what was received, the bytes that are in flight, and from both the
 * number of records that may have been requested.
 *
 * <p>The publisher's thread counts what it receives, the HDF5 thread what it wrote; {@link #limit()} may be asked by any
 * thread. What it reads may be behind, never so that the answer is too large: the record count is raised last and read
 * first.
 */
public final class MemoryBudget {

    /**
     * What need not wait for a timed commit, in bytes: written in a few milliseconds, and little enough to be in a cache still.
     */
    private static final long MANY_BYTES = 8L << 20;

    /** How many records may be out while the size of the next one is unknown. */
    public static final int WINDOW = 64;

    private final long memory;
    private final long manyBytes;
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong skipped = new AtomicLong();
    private final AtomicLong receivedBytes = new AtomicLong();
    private final AtomicLong writtenBytes = new AtomicLong();
    private volatile long recordBytes;
    private volatile long slack;
    private volatile boolean fixed;

    /**
     * Room for one record, until its size is known.
     *
     * @param memory the ceiling, in bytes
     */
    public MemoryBudget(long memory) {
        this(memory, MANY_BYTES);
    }

    /**
     * Room for one record, until its size is known.
     *
     * @param memory the ceiling, in bytes
     * @param manyBytes what need not wait for a timed commit, in bytes
     */
    public MemoryBudget(long memory, long manyBytes) {
        this.memory = memory;
        this.manyBytes = manyBytes;
    }

    /**
     * All records have the same size. Called by the publisher's thread, before the first record is counted.
     *
     * @param bytes the size of a record
     * @param slackBytes what blocks may hold beyond the rows that are in flight
     */
    public void fixed(long bytes, long slackBytes) {
        slack = slackBytes;
        fixed = true;
        recordBytes = bytes;
    }

    /** Forgets the size of records, because the first one is left out. Called by the publisher's thread. */
    public void forget() {
        recordBytes = 0;
        fixed = false;
        slack = 0;
    }

    /** Counts a record that is left out, and takes no room. Called by the publisher's thread. */
    public void skip() {
        skipped.incrementAndGet();
    }

    /**
     * The records that were left out. Any thread.
     *
     * @return their number
     */
    public long skipped() {
        return skipped.get();
    }

    /**
     * Counts a record of fixed size. Called by the publisher's thread, when the record is in its blocks.
     *
     * @param ordinal its number, from 1
     */
    public void receivedFixed(long ordinal) {
        received.setRelease(ordinal);
    }

    /**
     * Counts a record whose size may differ from that of others. Called by the publisher's thread, when the record is in
     * its blocks.
     *
     * @param ordinal its number, from 1
     * @param bytes its size
     * @param slackBytes what blocks may hold beyond the rows that are in flight, from now on
     */
    public void received(long ordinal, long bytes, long slackBytes) {
        if (bytes > recordBytes) {
            recordBytes = bytes;
        }
        if (slackBytes != slack) {
            slack = slackBytes;
        }
        receivedBytes.setRelease(receivedBytes.getPlain() + bytes);
        received.setRelease(ordinal);
    }

    /**
     * Counts bytes that were written. Called by the HDF5 thread.
     *
     * @param bytes as they were counted when they were received
     */
    public void written(long bytes) {
        writtenBytes.setRelease(writtenBytes.getPlain() + bytes);
    }

    /**
     * The records that were received, without those that were left out. Any thread; what it reads next includes all rows of these records.
     *
     * @return their number
     */
    public long received() {
        return received.getAcquire();
    }

    /**
     * The bytes that were received and not yet written. Any thread.
     *
     * @return bytes
     */
    public long inFlight() {
        long written = writtenBytes.getAcquire();
        return (fixed ? received() * recordBytes : receivedBytes.getAcquire()) - written;
    }

    /**
     * How many records may have been requested since the start, not counting those that were left out. Any thread.
     *
     * @return never less than the number of records that were received
     */
    public long limit() {
        long count = received(); // first, so that no record that it counts is larger than what is read next
        long bytes = recordBytes;
        if (bytes == 0 || count == 0) { // a first record that is left out takes its size with it
            return 1;
        }
        long inFlight = inFlight();
        long room = Math.max(inFlight == 0 ? 1 : 0, (memory - slack - inFlight) / bytes);
        return count + (fixed ? room : Math.min(room, WINDOW));
    }

    /**
     * Whether so much is in flight that it should be written soon: half of what there is room for, so that the publisher can
     * fill the other half meanwhile, or more than a single write should take. Any thread.
     *
     * @return true also if there is no room for another record
     */
    public boolean isTight() {
        return inFlight() >= Math.min((memory - slack) / 2, manyBytes) || limit() <= received();
    }

    /**
     * How many records fit when nothing is in flight. Any thread.
     *
     * @return at least 1
     */
    public long capacity() {
        long bytes = recordBytes;
        long records = bytes == 0 ? 1 : Math.max(1, (memory - slack) / bytes);
        return fixed ? records : Math.min(records, WINDOW);
    }

    /**
     * How many requested records may be still to come when it is time to ask for more. Where sizes are the same, only the
     * HDF5 thread makes room, and the publisher's thread need not ask before the last.
     *
     * @return a number of records
     */
    public long reserve() {
        return fixed ? 0 : capacity() / 4;
    }
}
