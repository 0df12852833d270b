package io.h5sink.buffer;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory budget of a session's buffered records. From the number of received records and the bytes in flight follows the number of
 * records that may be requested.
 *
 * <p>The publisher's thread counts received records, the writer thread written bytes; any thread may call {@link #limit()}. The counters that
 * {@code limit()} reads may be stale, but never make its result too large: the record count is raised last and read first.
 */
public final class MemoryBudget {

    /**
     * The bytes in flight above which a commit is due before its time: written in a few milliseconds, and still in a processor's cache.
     */
    private static final long MANY_BYTES = 8L << 20;

    /** The largest number of outstanding requests while record sizes vary. */
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
     * A budget that admits one record until the size of a record is known.
     *
     * @param memory the ceiling on buffered records, in bytes
     */
    public MemoryBudget(long memory) {
        this(memory, MANY_BYTES);
    }

    /**
     * A budget that admits one record until the size of a record is known.
     *
     * @param memory the ceiling on buffered records, in bytes
     * @param manyBytes the bytes in flight above which a commit is due before its time
     */
    public MemoryBudget(long memory, long manyBytes) {
        this.memory = memory;
        this.manyBytes = manyBytes;
    }

    /**
     * Sets the size that all records have. Called by the publisher's thread, before the first record is counted.
     *
     * @param bytes the size of a record
     * @param slackBytes the bytes that blocks hold beyond the rows in flight
     */
    public void fixed(long bytes, long slackBytes) {
        slack = slackBytes;
        fixed = true;
        recordBytes = bytes;
    }

    /** Forgets the size of records, because the first record is left out. Called by the publisher's thread. */
    public void forget() {
        recordBytes = 0;
        fixed = false;
        slack = 0;
    }

    /** Counts a record that is left out and occupies no memory. Called by the publisher's thread. */
    public void skip() {
        skipped.incrementAndGet();
    }

    /**
     * The number of records that were left out. Any thread.
     *
     * @return a number of records
     */
    public long skipped() {
        return skipped.get();
    }

    /**
     * Counts a record of fixed size. Called by the publisher's thread, when the record is in its blocks.
     *
     * @param ordinal the record's number, from 1
     */
    public void receivedFixed(long ordinal) {
        received.setRelease(ordinal);
    }

    /**
     * Counts a record whose size may differ from that of others. Called by the publisher's thread, when the record is in
     * its blocks.
     *
     * @param ordinal the record's number, from 1
     * @param bytes the record's size
     * @param slackBytes the bytes that blocks hold beyond the rows in flight, from now on
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
     * Counts written bytes. Called by the writer thread.
     *
     * @param bytes the bytes, as {@link #received} counted them
     */
    public void written(long bytes) {
        writtenBytes.setRelease(writtenBytes.getPlain() + bytes);
    }

    /**
     * The number of records that were received, without those that were left out. Any thread; the caller sees all rows of these records.
     *
     * @return a number of records
     */
    public long received() {
        return received.getAcquire();
    }

    /**
     * The bytes in flight: received and not yet written. Any thread.
     *
     * @return bytes
     */
    public long inFlight() {
        long written = writtenBytes.getAcquire();
        return (fixed ? received() * recordBytes : receivedBytes.getAcquire()) - written;
    }

    /**
     * The number of records that may be requested in total, without those that were left out. Any thread.
     *
     * @return at least the number of received records
     */
    public long limit() {
        long count = received(); // first, so that recordBytes is at least the size of each counted record
        long bytes = recordBytes;
        if (bytes == 0 || count == 0) { // forget() clears the size if the first record is left out
            return 1;
        }
        long inFlight = inFlight();
        long free = Math.max(inFlight == 0 ? 1 : 0, (memory - slack - inFlight) / bytes);
        return count + (fixed ? free : Math.min(free, WINDOW));
    }

    /**
     * True if the bytes in flight should be written soon: they are half of the budget, so that the publisher can fill the other half
     * meanwhile, or more than one write should take. Any thread.
     *
     * @return true also if the budget does not admit another record
     */
    public boolean isTight() {
        return inFlight() >= Math.min((memory - slack) / 2, manyBytes) || limit() <= received();
    }

    /**
     * The number of records that fit into the budget when none is in flight. Any thread.
     *
     * @return at least 1
     */
    public long capacity() {
        long bytes = recordBytes;
        long records = bytes == 0 ? 1 : Math.max(1, (memory - slack) / bytes);
        return fixed ? records : Math.min(records, WINDOW);
    }

    /**
     * The number of outstanding records at which the publisher's thread requests more. If all records have the same size, only the HDF5
     * thread frees budget, and the publisher's thread requests after the last outstanding record only.
     *
     * @return a number of records
     */
    public long reserve() {
        return fixed ? 0 : capacity() / 4;
    }
}
