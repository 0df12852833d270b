package io.h5sink.jhdf5.repack;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.format.Superblock;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.file.Links;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Translates references within one file to references within another, where the same objects have other addresses. A dangling reference, or
 * one to an object that the other file lacks, becomes a null reference. One thread at a time.
 */
final class RepackReferences {

    /**
     * The place of an object in the other file.
     *
     * @param path the object's path in the other file
     * @param address the object header's address in the other file
     */
    record ReferencePlace(String path, long address) {}

    private final long from;
    private final Map<Long, ReferencePlace> places = new HashMap<>();
    private boolean lost;

    /**
     * Creates a translation without any objects.
     *
     * @param from the identifier of the file that references are read from
     */
    RepackReferences(long from) {
        this.from = from;
    }

    /** Notes the place of the object that has an address in the first file. */
    void put(long address, ReferencePlace place) {
        places.put(address, place);
    }

    /** The place of the object that has an address in the first file; null if the other file lacks the object. */
    @Nullable
    ReferencePlace place(long address) {
        return places.get(address);
    }

    /** Whether a reference became a null reference since the last call. */
    boolean lost() {
        boolean was = lost;
        lost = false;
        return was;
    }

    /**
     * Translates the references in elements.
     *
     * @param memory the elements; is changed
     * @param to the identifier of the other file
     * @return the buffers that pointers in {@code memory} point to now, which must stay reachable as long as the pointers are used
     */
    List<ByteBuffer> map(RepackType type, ByteBuffer memory, int elements, long to) throws HDF5Exception {
        List<ByteBuffer> kept = new ArrayList<>();
        if (type.refers()) {
            map(type, memory, elements, to, kept);
        }
        return kept;
    }

    private void map(RepackType type, ByteBuffer memory, int elements, long to, List<ByteBuffer> kept)
            throws HDF5Exception {
        for (int i = 0; i < elements; i++) {
            for (RepackType.TypePart part : type.parts()) {
                int at = i * type.size() + part.at();
                switch (part.kind()) {
                    case OBJECT -> memory.putLong(at, object(memory.getLong(at)));
                    case REGION -> memory.put(at, region(bytes(memory, at, part.size()), to));
                    case SEQUENCE -> sequence(part, memory, at, to, kept);
                    default -> {} // plain bytes mean the same in both files
                }
            }
        }
    }

    private static byte[] bytes(ByteBuffer memory, int at, int count) {
        byte[] bytes = new byte[count];
        memory.get(at, bytes);
        return bytes;
    }

    private long object(long address) {
        if (address == 0 || address == Superblock.UNDEFINED) {
            return address;
        }
        ReferencePlace place = places.get(address);
        lost |= place == null;
        return place == null ? 0 : place.address;
    }

    private byte[] region(byte[] reference, long to) throws HDF5Exception {
        byte[] none = new byte[reference.length];
        if (Arrays.equals(reference, none)) {
            return reference;
        }
        ReferencePlace place = null;
        try (Handle dataset = Handle.object(H5.H5Rdereference(
                        from, HDF5Constants.H5P_DEFAULT, HDF5Constants.H5R_DATASET_REGION, reference));
                Handle region = Handle.space(H5.H5Rget_region(from, HDF5Constants.H5R_DATASET_REGION, reference))) {
            place = places.get(Links.header(dataset.id, "."));
            if (place != null) {
                return H5.H5Rcreate(to, place.path, HDF5Constants.H5R_DATASET_REGION, region.id);
            }
        } catch (HDF5Exception e) {
            if (place != null) {
                throw e;
            }
        }
        lost = true;
        return none;
    }

    private void sequence(RepackType.TypePart part, ByteBuffer memory, int at, long to, List<ByteBuffer> kept)
            throws HDF5Exception {
        RepackType of = part.of();
        long count = memory.getLong(at);
        if (of == null || count == 0 || !of.refers()) {
            return;
        }
        ByteBuffer elements = elements(of, memory, at);
        map(of, elements, Math.toIntExact(count), to, kept);
        kept.add(elements);
        memory.putLong(at + Long.BYTES, Library.calls().address(elements));
    }

    /** A copy of the elements of a sequence. */
    private static ByteBuffer elements(RepackType of, ByteBuffer memory, int at) {
        int bytes = Math.toIntExact(Math.multiplyExact(memory.getLong(at), of.size()));
        byte[] copy = bytes == 0 ? new byte[0] : Library.calls().bytesAt(memory.getLong(at + Long.BYTES), bytes);
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder()).put(0, copy);
    }

    /**
     * Whether elements of the other file equal these elements after translation.
     *
     * @param memory the elements as read from the first file; references may be changed
     * @param other the elements as read from the other file
     * @param to the identifier of the other file
     */
    boolean same(RepackType type, ByteBuffer memory, ByteBuffer other, int elements, long to) throws HDF5Exception {
        if (type.isPlain() && !type.refers()) {
            return memory.slice(0, elements * type.size()).equals(other.slice(0, elements * type.size()));
        }
        for (int i = 0; i < elements; i++) {
            for (RepackType.TypePart part : type.parts()) {
                if (!same(part, memory, other, i * type.size() + part.at(), to)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean same(RepackType.TypePart part, ByteBuffer memory, ByteBuffer other, int at, long to)
            throws HDF5Exception {
        return switch (part.kind()) {
            case OBJECT -> object(memory.getLong(at)) == other.getLong(at);
            case REGION -> sameRegion(bytes(memory, at, part.size()), bytes(other, at, part.size()), to);
            case TEXT -> Arrays.equals(text(memory.getLong(at)), text(other.getLong(at)));
            case SEQUENCE -> {
                RepackType of = part.of();
                long count = memory.getLong(at);
                yield of == null
                        || (count == other.getLong(at)
                                && same(
                                        of,
                                        elements(of, memory, at),
                                        elements(of, other, at),
                                        Math.toIntExact(count),
                                        to));
            }
            default -> memory.slice(at, part.size()).equals(other.slice(at, part.size()));
        };
    }

    private static byte[] text(long address) {
        return address == 0
                ? new byte[0]
                : Library.calls().textAt(address); // HDF5 reads the empty string as a null pointer
    }

    private boolean sameRegion(byte[] reference, byte[] other, long to) throws HDF5Exception {
        byte[] none = new byte[reference.length];
        if (Arrays.equals(reference, none) || Arrays.equals(other, none)) {
            return Arrays.equals(reference, other) || Arrays.equals(region(reference, to), other);
        }
        int kind = HDF5Constants.H5R_DATASET_REGION;
        try (Handle dataset = Handle.object(H5.H5Rdereference(from, HDF5Constants.H5P_DEFAULT, kind, reference));
                Handle there = Handle.object(H5.H5Rdereference(to, HDF5Constants.H5P_DEFAULT, kind, other));
                Handle region = Handle.space(H5.H5Rget_region(from, kind, reference));
                Handle otherRegion = Handle.space(H5.H5Rget_region(to, kind, other))) {
            ReferencePlace place = places.get(Links.header(dataset.id, "."));
            int rank = H5.H5Sget_simple_extent_ndims(region.id);
            long[][] bounds = new long[4][rank];
            H5.H5Sget_select_bounds(region.id, bounds[0], bounds[1]);
            H5.H5Sget_select_bounds(otherRegion.id, bounds[2], bounds[3]);
            return place != null
                    && place.address == Links.header(there.id, ".")
                    && H5.H5Sget_select_npoints(region.id) == H5.H5Sget_select_npoints(otherRegion.id)
                    && Arrays.equals(bounds[0], bounds[2])
                    && Arrays.equals(bounds[1], bounds[3]);
        }
    }
}
