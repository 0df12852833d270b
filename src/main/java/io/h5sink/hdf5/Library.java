package io.h5sink.hdf5;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.exceptions.HDF5Exception;

/** The C library: which provider brings it, loaded once, at the first use of a file. */
public final class Library {

    private static final String EMBEDDED = "org.bytedeco.hdf5.hdf5_java";
    private static final String JHDF5 = "ch.systemsx.cisd.hdf5.HDF5Factory";
    private static final String BINDING = "hdf.hdf5lib.H5";

    private Library() {}

    /** Holder for loading on first use; the failure of an attempt is kept and told each time. */
    private static final class Loaded {

        static final Object CALLS_OR_FAILURE = load();

        private Loaded() {}
    }

    static NativeCalls calls() {
        if (Loaded.CALLS_OR_FAILURE instanceof NativeCalls calls) {
            return calls;
        }
        Throwable cause = (Throwable) Loaded.CALLS_OR_FAILURE;
        throw StoreException.file("HDF5 cannot be loaded: " + cause.getMessage(), cause);
    }

    /**
     * The provider and the version of the C library. Loads it.
     *
     * @return for example {@code HDF5 1.14.3 (org.bytedeco:hdf5)}
     * @throws StoreException if there is no provider, or there are two
     */
    public static String describe() {
        NativeCalls calls = calls();
        int[] version = new int[3];
        try {
            H5.H5get_libversion(version);
        } catch (HDF5Exception e) {
            throw StoreException.file("HDF5 does not tell its version", e);
        }
        return "HDF5 " + version[0] + "." + version[1] + "." + version[2] + " (" + calls.provider() + ")";
    }

    /**
     * Whether the C library, or a plugin of it, has a filter. Loads it.
     *
     * @param filter the registered number
     * @return true if chunks can go through it
     * @throws StoreException if there is no provider, or there are two
     */
    public static boolean hasFilter(int filter) {
        calls();
        return Filters.packs(filter);
    }

    private static Object load() {
        try {
            boolean embedded = present(EMBEDDED);
            if (embedded && present(JHDF5)) {
                return new IllegalStateException("org.bytedeco:hdf5 and JHDF5 are both on the class path and share"
                        + " class names; exclude one of them");
            }
            if (!present(BINDING)) {
                return new IllegalStateException(
                        "there is no HDF5 binding on the class path; add org.bytedeco:hdf5-platform or JHDF5");
            }
            NativeCalls calls = embedded ? new EmbeddedCalls() : new PlainCalls();
            H5.H5open(); // loads the provider's natives
            return calls;
        } catch (RuntimeException | LinkageError e) {
            return e;
        }
    }

    private static boolean present(String name) {
        try {
            Class.forName(name, false, Library.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }
}
