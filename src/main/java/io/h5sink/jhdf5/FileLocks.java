package io.h5sink.jhdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.exceptions.HDF5Exception;

/**
 * Sets whether the C library locks files. {@code H5Pset_file_locking} is not in every binding; the function only sets two properties of a
 * file access property list, which any binding can set. HDF5 has these properties since 1.10.7 (HDF5, {@code H5Fprivate.h}: {@code
 * H5F_ACS_USE_FILE_LOCKING_NAME} and {@code H5F_ACS_IGNORE_DISABLED_FILE_LOCKS_NAME}).
 */
public final class FileLocks {

    private static final String USE = "use_file_locking";
    private static final String IGNORE_DISABLED = "ignore_disabled_file_locks";

    private FileLocks() {}

    /**
     * Sets whether files are locked; a file system without locks is ignored in either case.
     *
     * @param fileAccess the access list
     * @return false if this HDF5 lacks the properties, and so locks files
     */
    public static boolean use(long fileAccess, boolean locks) throws HDF5Exception {
        if (!H5.H5Pexist(fileAccess, USE)) {
            return false;
        }
        set(fileAccess, USE, locks);
        set(fileAccess, IGNORE_DISABLED, true);
        return true;
    }

    /** Sets a C {@code bool}, which is the first byte of the property's value, whatever size the binding gives the value. */
    private static void set(long fileAccess, String property, boolean value) throws HDF5Exception {
        int yes = H5.H5Pget_size(fileAccess, property) == 1 ? 0x01010101 : 1;
        H5.H5Pset(fileAccess, property, value ? yes : 0);
    }
}
