package io.h5sink.hdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Where in a file things are, and the groups that lead there. */
final class Links {

    private Links() {}

    /** Whether something has this absolute path; what is above it must be groups. */
    static boolean exists(long file, String path) throws HDF5Exception {
        if (path.equals("/")) {
            return true;
        }
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            String parent = path.substring(0, slash);
            if (!H5.H5Lexists(file, parent, HDF5Constants.H5P_DEFAULT)) {
                return false;
            }
            try (Handle object = open(file, parent)) {
                if (H5.H5Iget_type(object.id) != HDF5Constants.H5I_GROUP) {
                    throw StoreException.schema(parent, "GROUP \"" + parent + '"', ObjectText.of(parent, object.id));
                }
            }
        }
        return H5.H5Lexists(file, path, HDF5Constants.H5P_DEFAULT);
    }

    /** Makes a group and those above it, where they are not. */
    static void makeGroup(long file, String path) throws HDF5Exception {
        if (exists(file, path)) {
            try (Handle object = open(file, path)) {
                if (H5.H5Iget_type(object.id) != HDF5Constants.H5I_GROUP) {
                    throw StoreException.schema(path, "GROUP \"" + path + '"', ObjectText.of(path, object.id));
                }
            }
            return;
        }
        try (Handle links = creation()) {
            Handle.object(H5.H5Gcreate(file, path, links.id, HDF5Constants.H5P_DEFAULT, HDF5Constants.H5P_DEFAULT))
                    .close();
        }
    }

    static Handle open(long file, String path) throws HDF5Exception {
        return Handle.object(H5.H5Oopen(file, path, HDF5Constants.H5P_DEFAULT));
    }

    /** Opens the object whose header has an address, whatever its name. */
    static Handle at(long file, long address) throws HDF5Exception {
        byte[] reference = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(address)
                .array();
        return Handle.object(H5.H5Rdereference(file, HDF5Constants.H5P_DEFAULT, HDF5Constants.H5R_OBJECT, reference));
    }

    /** The address of the header of an object, which a path leads to; that of the object itself is ".". */
    static long header(long from, String path) throws HDF5Exception {
        return ByteBuffer.wrap(H5.H5Rcreate(from, path, HDF5Constants.H5R_OBJECT, -1))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
    }

    /** How links are made: with the groups above them, and with UTF-8 names. */
    static Handle creation() throws HDF5Exception {
        Handle links = Handle.properties(HDF5Constants.H5P_LINK_CREATE);
        H5.H5Pset_create_intermediate_group(links.id, true);
        H5.H5Pset_char_encoding(links.id, HDF5Constants.H5T_CSET_UTF8);
        return links;
    }
}
