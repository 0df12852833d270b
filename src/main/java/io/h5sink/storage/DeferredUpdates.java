package io.h5sink.storage;

import java.util.Arrays;

/**
 * Numbers that a commit will write to metadata blocks, at most one for each block, by the block's address: a hash table with linear
 * probing, because each of many thousand datasets may have one. One thread at a time.
 */
public final class DeferredUpdates {

    private static final int FIRST_BITS = 6;
    private static final long FIBONACCI = 0x9E37_79B9_7F4A_7C15L;

    private int bits = FIRST_BITS;
    private int count;

    /** Addresses; 0, the superblock's address, stands for an empty slot. */
    private long[] addresses = new long[1 << bits];

    /** The length of each block, 0 if its number was removed, and the offset of the number in the block. */
    private int[] lengths = new int[1 << bits];

    private int[] offsets = new int[1 << bits];
    private long[] values = new long[1 << bits];

    /** The slot of an address, or the empty slot for a new address. */
    private int slot(long address) {
        int slot = (int) ((address * FIBONACCI) >>> (Long.SIZE - bits));
        while (addresses[slot] != 0 && addresses[slot] != address) {
            slot = (slot + 1) & (addresses.length - 1);
        }
        return slot;
    }

    /**
     * Sets a number; replaces an earlier number for the same bytes.
     *
     * @return false if the block has a number at another offset, which stays
     */
    public boolean put(long address, int length, int offset, long value) {
        int slot = slot(address);
        if (addresses[slot] == 0) {
            if (2 * (count + 1) > addresses.length) {
                grow();
                slot = slot(address);
            }
            addresses[slot] = address;
            count++;
        } else if (lengths[slot] != 0 && offsets[slot] != offset) {
            return false;
        }
        lengths[slot] = length;
        offsets[slot] = offset;
        values[slot] = value;
        return true;
    }

    private void grow() {
        long[] oldAddresses = addresses;
        int[] oldLengths = lengths;
        int[] oldOffsets = offsets;
        long[] oldValues = values;
        bits++;
        addresses = new long[1 << bits];
        lengths = new int[1 << bits];
        offsets = new int[1 << bits];
        values = new long[1 << bits];
        for (int i = 0; i < oldAddresses.length; i++) {
            if (oldAddresses[i] != 0) {
                int slot = slot(oldAddresses[i]);
                addresses[slot] = oldAddresses[i];
                lengths[slot] = oldLengths[i];
                offsets[slot] = oldOffsets[i];
                values[slot] = oldValues[i];
            }
        }
    }

    /** The length of the block at an address; 0 if the block has no number. */
    public int length(long address) {
        return count == 0 ? 0 : lengths[slot(address)];
    }

    /** The offset of the number in the block at an address. */
    public int offset(long address) {
        return offsets[slot(address)];
    }

    /** The number for the block at an address. */
    public long value(long address) {
        return values[slot(address)];
    }

    /** Removes the number for a block. */
    public void remove(long address) {
        lengths[slot(address)] = 0;
    }

    /** The addresses of the blocks, ascending. */
    public long[] addresses() {
        long[] found = new long[count];
        int at = 0;
        for (int i = 0; i < addresses.length; i++) {
            if (lengths[i] != 0) {
                found[at++] = addresses[i];
            }
        }
        Arrays.sort(found, 0, at);
        return Arrays.copyOf(found, at);
    }

    public boolean isEmpty() {
        return count == 0;
    }

    public void clear() {
        if (count > 0) {
            Arrays.fill(addresses, 0);
            Arrays.fill(lengths, 0);
            count = 0;
        }
    }
}
