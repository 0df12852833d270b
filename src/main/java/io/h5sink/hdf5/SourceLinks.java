package io.h5sink.hdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The links of a group that the C library has open, read from the file beside it, and by the library where that is not possible. */
final class SourceLinks {

    /** As often a group is looked at that somebody is just writing to. */
    private static final int ATTEMPTS = 4;

    /**
     * A link.
     *
     * @param kind what a hard link leads to; null where the C library must be asked
     * @param header the address of the object that a hard link leads to, if it was read
     */
    record Found(String name, StructureLinks.@Nullable Target kind, long header) {}

    private SourceLinks() {}

    /**
     * Lists a group.
     *
     * @param group its identifier
     * @param disk the file that was opened
     * @param path the group's, for messages
     * @return by name
     */
    static List<Found> of(long group, SourceDisk disk, String path) throws HDF5Exception {
        long count = H5.H5Gget_info(group).nlinks;
        if (disk.ahead()) {
            return byLibrary(group, count);
        }
        SourceDisk own = disk.of(group, path);
        try {
            List<Found> found = read(own::now, Links.header(group, "."), count);
            return found != null ? found : byLibrary(group, count);
        } finally {
            if (own != disk) {
                own.close();
            }
        }
    }

    /**
     * Lists a group of a file that is written to, as the last commit has left it.
     *
     * @param file the identifier of the file
     * @param group that of the group
     * @param parts where the file is on disk; null if it is in memory only
     */
    static List<Found> committed(long file, long group, @Nullable Map<Long, Path> parts) throws HDF5Exception {
        long count = H5.H5Gget_info(group).nlinks;
        if (parts != null && H5.H5Fget_name(group).equals(H5.H5Fget_name(file))) {
            try (StructureBytes bytes = StructureBytes.open(parts)) {
                List<Found> found = read(bytes::anew, Links.header(group, "."), count);
                if (found != null) {
                    return found;
                }
            } catch (StructureDamage e) {
                return byLibrary(group, count);
            } catch (IOException e) {
                throw StoreException.file("it cannot be read: " + e.getMessage(), e);
            }
        }
        return byLibrary(group, count);
    }

    /** Reads a group; null if that is not possible, or not all of it is found. */
    private static @Nullable List<Found> read(StructureDamage.Look<StructureBytes> now, long address, long count) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            List<Found> found = read(now, bytes -> found(bytes, address));
            if (found != null && found.size() == count) {
                return found;
            }
        }
        return null;
    }

    private static List<Found> found(StructureBytes bytes, long address) {
        List<Found> found = new ArrayList<>();
        for (StructureLinks.Link link : StructureLinks.of(bytes, StructureHeader.read(bytes, address))) {
            StructureLinks.Target kind = null;
            if (link.way() == StructureLinks.Way.HARD) {
                kind = StructureLinks.kind(StructureHeader.read(bytes, link.address()));
                kind = kind == null ? StructureLinks.Target.OTHER : kind;
            }
            found.add(new Found(link.name(), kind, link.address()));
        }
        return found;
    }

    /** Reads something; null if that is not possible, in which case the library says why, or has what is not on disk yet. */
    static <R> @Nullable R read(StructureDamage.Look<StructureBytes> now, Function<StructureBytes, R> reading) {
        try {
            return reading.apply(now.look());
        } catch (StructureDamage
                | BufferUnderflowException
                | IndexOutOfBoundsException
                | IllegalArgumentException
                | ArithmeticException e) {
            return null;
        } catch (IOException e) {
            throw StoreException.file("it cannot be read: " + e.getMessage(), e);
        }
    }

    /** In the order in which the library has them, in which it finds each without sorting all. */
    private static List<Found> byLibrary(long group, long count) throws HDF5Exception {
        List<Found> found = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            String name = H5.H5Lget_name_by_idx(
                    group,
                    ".",
                    HDF5Constants.H5_INDEX_NAME,
                    HDF5Constants.H5_ITER_NATIVE,
                    i,
                    HDF5Constants.H5P_DEFAULT);
            found.add(new Found(name, null, Superblock.UNDEFINED));
        }
        found.sort((one, other) -> one.name().compareTo(other.name()));
        return found;
    }
}
