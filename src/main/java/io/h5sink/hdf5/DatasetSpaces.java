package io.h5sink.hdf5;

import io.h5sink.format.Superblock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The space that datasets take in a file, each byte of which belongs to one: if two programs have taken the same space, which no checksum
 * tells, that can be seen here.
 */
public final class DatasetSpaces {

    /** So many findings say enough. */
    private static final int MOST = 100;

    /** Bytes of a file; addresses are relative to the superblock. */
    private record Space(long address, long bytes, String path) {

        long end() {
            return address + bytes;
        }
    }

    private final List<Space> spaces = new ArrayList<>();

    /** Notes the header of an object. */
    public void header(String path, long address) {
        spaces.add(new Space(address, Integer.BYTES, path)); // whose signature, at least, is not to be anybody else's
    }

    /** Notes bytes of a dataset, if it has any there. */
    public void add(String path, long address, long bytes) {
        if (address != Superblock.UNDEFINED && bytes > 0) {
            spaces.add(new Space(address, bytes, path));
        }
    }

    /** Says what two datasets have in common, a line for each two; the first ones, if there are many. */
    public List<String> overlaps() {
        Space[] sorted = spaces.toArray(Space[]::new);
        Arrays.sort(sorted, Comparator.comparingLong(Space::address));
        List<String> found = new ArrayList<>();
        for (int i = 1, last = 0; i < sorted.length && found.size() < MOST; i++) {
            Space before = sorted[last];
            Space next = sorted[i];
            if (next.address < before.end()) {
                found.add(before.path + ": it shares " + (Math.min(before.end(), next.end()) - next.address)
                        + " bytes at address " + next.address + " with " + next.path
                        + ", so that what one of them holds is the other's");
            }
            last = next.end() > before.end() ? i : last;
        }
        return found.stream().distinct().toList();
    }
}
