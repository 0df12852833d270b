package io.h5sink.hdf5;

import io.h5sink.format.Superblock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The file space of all datasets, to find space that two datasets share: two programs may have allocated the same space, which no checksum
 * reveals.
 */
public final class DatasetSpaces {

    /** The most overlaps that are reported. */
    private static final int MOST = 100;

    /** A range of the file's bytes; addresses are relative to the superblock. */
    private record Space(long address, long bytes, String path) {

        long end() {
            return address + bytes;
        }
    }

    private final List<Space> spaces = new ArrayList<>();

    /** Adds the header of an object. */
    public void header(String path, long address) {
        spaces.add(new Space(address, Integer.BYTES, path)); // at least the signature of the header must not be shared
    }

    /** Adds space of a dataset; ignores an undefined address and an empty range. */
    public void add(String path, long address, long bytes) {
        if (address != Superblock.UNDEFINED && bytes > 0) {
            spaces.add(new Space(address, bytes, path));
        }
    }

    /** Describes the overlaps of datasets, one line for each pair; at most the first hundred. */
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
