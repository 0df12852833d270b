package io.h5sink.jhdf5.file;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.format.FormatException;
import io.h5sink.format.FormatInput;
import io.h5sink.format.Superblock;
import io.h5sink.format.message.LinkMessage;
import io.h5sink.format.message.ObjectHeader;
import io.h5sink.hdf5.LinkMessages;
import io.h5sink.storage.StorageException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Lists the links of a group that the C library has open: Java reads the file or, where that fails, the C library lists the links. */
public final class GroupLinks {

    /** How often the reading of a group is tried that another program may be writing to. */
    private static final int ATTEMPTS = 4;

    /**
     * A link.
     *
     * @param kind the kind of object that a hard link points to; null if only the C library can find out
     * @param header the address of the object header that a hard link points to, if Java has read the link
     */
    public record FoundLink(String name, LinkMessages.@Nullable Target kind, long header) {}

    private GroupLinks() {}

    /**
     * Lists a group.
     *
     * @param group the identifier of the group
     * @param disk the file that was opened
     * @param path the path of the group, for messages
     * @return the links, in the order of their names
     */
    public static List<FoundLink> of(long group, DiskView disk, String path) throws HDF5Exception {
        long count = H5.H5Gget_info(group).nlinks;
        if (disk.ahead()) {
            return byLibrary(group, count);
        }
        DiskView own = disk.of(group, path);
        try {
            List<FoundLink> found = read(own::now, Links.header(group, "."), count);
            return found != null ? found : byLibrary(group, count);
        } finally {
            if (own != disk) {
                own.close();
            }
        }
    }

    /**
     * Lists a group of a file that a session writes to, as the last commit has left the group.
     *
     * @param file the identifier of the file
     * @param group the identifier of the group
     * @param addresses the files on disk by their first addresses; null if the file is in memory only
     */
    public static List<FoundLink> committed(long file, long group, @Nullable Map<Long, Path> addresses)
            throws HDF5Exception {
        long count = H5.H5Gget_info(group).nlinks;
        if (addresses != null && H5.H5Fget_name(group).equals(H5.H5Fget_name(file))) {
            try (FormatInput bytes = FormatInput.open(addresses)) {
                List<FoundLink> found = read(bytes::anew, Links.header(group, "."), count);
                if (found != null) {
                    return found;
                }
            } catch (FormatException e) {
                return byLibrary(group, count);
            } catch (IOException e) {
                throw StorageException.file("it cannot be read: " + e.getMessage(), e);
            }
        }
        return byLibrary(group, count);
    }

    /** Reads a group; null if reading fails, or fewer links are found than the C library counts. */
    private static @Nullable List<FoundLink> read(
            FormatException.DamageProbe<FormatInput> now, long address, long count) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            List<FoundLink> found = read(now, bytes -> found(bytes, address));
            if (found != null && found.size() == count) {
                return found;
            }
        }
        return null;
    }

    private static List<FoundLink> found(FormatInput bytes, long address) {
        List<FoundLink> found = new ArrayList<>();
        for (LinkMessages.Link link : LinkMessages.of(bytes, ObjectHeader.read(bytes, address))) {
            LinkMessages.Target kind = null;
            if (link.way() == LinkMessage.Form.HARD) {
                kind = LinkMessages.kind(ObjectHeader.read(bytes, link.address()));
                kind = kind == null ? LinkMessages.Target.OTHER : kind;
            }
            found.add(new FoundLink(link.name(), kind, link.address()));
        }
        return found;
    }

    /**
     * Reads a structure; null if reading fails, and then the C library reports the failure, or has the structure in memory and not on disk
     * yet.
     */
    public static <R> @Nullable R read(FormatException.DamageProbe<FormatInput> now, Function<FormatInput, R> reading) {
        try {
            return reading.apply(now.look());
        } catch (FormatException
                | BufferUnderflowException
                | IndexOutOfBoundsException
                | IllegalArgumentException
                | ArithmeticException e) {
            return null;
        } catch (IOException e) {
            throw StorageException.file("it cannot be read: " + e.getMessage(), e);
        }
    }

    /** Has the C library list the links, in native order: in any other order HDF5 would sort all links for each call. */
    private static List<FoundLink> byLibrary(long group, long count) throws HDF5Exception {
        List<FoundLink> found = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            String name = H5.H5Lget_name_by_idx(
                    group,
                    ".",
                    HDF5Constants.H5_INDEX_NAME,
                    HDF5Constants.H5_ITER_NATIVE,
                    i,
                    HDF5Constants.H5P_DEFAULT);
            found.add(new FoundLink(name, null, Superblock.UNDEFINED));
        }
        found.sort((one, other) -> one.name().compareTo(other.name()));
        return found;
    }
}
