package io.h5sink.storage;

import java.util.Arrays;

/**
 * Numbers that a commit is to put into blocks of a file's structure, one into each, by the block's address: a hash table with linear
 * probing, because there may be one for each of many thousand datasets. One thread at a time.
 */
public final class DeferredUpdates {

    private static final int FIRST_BITS = 6;
    private static final long FIBONACCI = 0x9E37_79B9_7F4A_7C15L;

    private int bits = FIRST_BITS;
    private int count;

    /** Addresses; 0, where the superblock is, stands for none. */
    private long[] addresses = new long[1 << bits];

    /** The length of each block, 0 if its number was taken back, and where the number is in it. */
    private int[] lengths = new int[1 << bits];

    private int[] offsets = new int[1 << bits];
    private long[] values = new long[1 << bits];

    /** Where an address is, or would be. */
    private int slot(long address) {
        int slot = (int) ((address * FIBONACCI) >>> (Long.SIZE - bits));
        while (addresses[slot] != 0 && addresses[slot] != address) {
            slot = (slot + 1) & (addresses.length - 1);
        }
        return slot;
    }

    /**
     * Notes a number, in place of the one that was noted for the same bytes.
     *
     * @return false if another one was noted for that block, which is kept
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

    /** The length of the block at an address; 0 if no number is to be put into it. */
    public int length(long address) {
        return count == 0 ? 0 : lengths[slot(address)];
    }

    /** Where the number is in the block at an address. */
    public int offset(long address) {
        return offsets[slot(address)];
    }

    /** The number for the block at an address. */
    public long value(long address) {
        return values[slot(address)];
    }

    /** Takes back the number for a block. */
    public void remove(long address) {
        lengths[slot(address)] = 0;
    }

    /** The addresses of the blocks, in order. */
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
