package io.h5sink.jhdf5.file;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Named;
import io.h5sink.jhdf5.ObjectText;
import io.h5sink.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Looks up and opens objects by path or address, and makes groups. */
public final class Links {

    private Links() {}

    /** Whether a link has this absolute path; throws if an object above is not a group. */
    public static boolean exists(long file, String path) throws HDF5Exception {
        if (path.equals("/")) {
            return true;
        }
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            String parent = path.substring(0, slash);
            if (!Named.exists(file, parent)) {
                return false;
            }
            try (Handle object = open(file, parent, "GROUP \"" + parent + '"')) {
                if (H5.H5Iget_type(object.id) != HDF5Constants.H5I_GROUP) {
                    throw StorageException.schema(parent, "GROUP \"" + parent + '"', ObjectText.of(parent, object.id));
                }
            }
        }
        return Named.exists(file, path);
    }

    /** Makes a group and the groups above, as far as they do not exist. */
    public static void makeGroup(long file, String path) throws HDF5Exception {
        if (exists(file, path)) {
            try (Handle object = open(file, path, "GROUP \"" + path + '"')) {
                if (H5.H5Iget_type(object.id) != HDF5Constants.H5I_GROUP) {
                    throw StorageException.schema(path, "GROUP \"" + path + '"', ObjectText.of(path, object.id));
                }
            }
            return;
        }
        try (Handle links = creation()) {
            Handle.object(Named.group(file, path, links.id, HDF5Constants.H5P_DEFAULT))
                    .close();
        }
    }

    public static Handle open(long file, String path) throws HDF5Exception {
        return Handle.object(Named.open(file, path));
    }

    /**
     * Opens the object that a path leads to, by links of any kind.
     *
     * @param wanted the object that is expected there, in the words of h5dump
     * @throws StorageException if a link leads nowhere
     */
    public static Handle open(long file, String path, String wanted) throws HDF5Exception {
        try {
            return open(file, path);
        } catch (HDF5Exception e) {
            String reason = ErrorStack.reason(e);
            String link = link(file, path);
            if (link == null) {
                throw new HDF5Exception(reason);
            }
            throw StorageException.schema(path, wanted, link, reason);
        }
    }

    /** Describes a link that does not point to an object of this file; null for a link that does. */
    private static @Nullable String link(long file, String path) throws HDF5Exception {
        int type = H5.H5Lget_info(file, path, HDF5Constants.H5P_DEFAULT).type;
        if (type == HDF5Constants.H5L_TYPE_HARD) {
            return null;
        }
        String[] value = {"", ""};
        H5.H5Lget_value(file, path, value, HDF5Constants.H5P_DEFAULT);
        return type == HDF5Constants.H5L_TYPE_SOFT
                ? "a soft link to \"" + value[0] + "\", which leads nowhere"
                : "an external link to \"" + value[0] + "\" in the file " + value[1] + ", which HDF5 cannot follow";
    }

    /** Whether an object is in another file than the one that was opened, because an external link has led there. */
    public static boolean isElsewhere(long file, long object) throws HDF5Exception {
        return !H5.H5Fget_name(object).equals(H5.H5Fget_name(file));
    }

    /** Opens the object whose header is at an address. */
    public static Handle at(long file, long address) throws HDF5Exception {
        byte[] reference = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(address)
                .array();
        return Handle.object(H5.H5Rdereference(file, HDF5Constants.H5P_DEFAULT, HDF5Constants.H5R_OBJECT, reference));
    }

    /** The address of the object header at a path; the path "." is the given object itself. */
    public static long header(long from, String path) throws HDF5Exception {
        return ByteBuffer.wrap(Named.reference(from, path))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
    }

    /** Link creation properties: missing groups are made, and names are UTF-8. */
    public static Handle creation() throws HDF5Exception {
        Handle links = Handle.properties(HDF5Constants.H5P_LINK_CREATE);
        H5.H5Pset_create_intermediate_group(links.id, true);
        H5.H5Pset_char_encoding(links.id, HDF5Constants.H5T_CSET_UTF8);
        return links;
    }
}
