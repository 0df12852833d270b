package io.h5sink.jhdf5;

import hdf.hdf5lib.H5;
import io.h5sink.storage.StorageException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds the provider of the C library and loads the library once, at the first use of a file. Without a provider, this class can be loaded
 * and no other of this package that names the binding can: callers use this class first.
 */
public final class Library {

    private static final String EMBEDDED = "org.bytedeco.hdf5.hdf5_java";
    private static final String JHDF5 = "ch.systemsx.cisd.hdf5.HDF5Factory";
    private static final String BINDINGS = "hdf.hdf5lib";
    private static final String BINDING = BINDINGS + ".H5";

    private Library() {}

    /** Holder for loading on first use; the failure of an attempt is kept and thrown each time. */
    private static final class Loaded {

        static final Object CALLS_OR_FAILURE = load();

        private Loaded() {}
    }

    public static NativeCalls calls() {
        if (Loaded.CALLS_OR_FAILURE instanceof NativeCalls calls) {
            return calls;
        }
        Throwable failure = (Throwable) Loaded.CALLS_OR_FAILURE;
        throw StorageException.file(Objects.requireNonNull(failure.getMessage()), failure.getCause());
    }

    /**
     * Throws unless exactly one provider is present, without which the classes that open files cannot be loaded. Loads nothing.
     *
     * @throws StorageException if there is no provider, or there are two
     */
    public static void require() {
        String missing = missing();
        if (missing != null) {
            throw StorageException.file(missing, null);
        }
    }

    /**
     * The provider and the version of the C library. Loads it.
     *
     * @return for example {@code HDF5 1.14.3 (org.bytedeco:hdf5)}
     * @throws StorageException if there is no provider, or there are two
     */
    public static String describe() {
        return calls().describe();
    }

    @SuppressWarnings("try") // the logger is hushed during the block
    private static Object load() {
        String missing = missing();
        if (missing != null) {
            return new IllegalStateException(missing);
        }
        boolean embedded = present(EMBEDDED);
        try (Hushed hushed = new Hushed(BINDINGS)) {
            NativeCalls calls = embedded ? new EmbeddedCalls() : new PlainCalls();
            H5.H5open(); // loads the provider's natives
            return calls;
        } catch (RuntimeException | LinkageError e) {
            return new IllegalStateException(unusable(embedded, e), e);
        }
    }

    /** The reason why no provider can be loaded; null if one can. */
    private static @Nullable String missing() {
        if (present(EMBEDDED) && present(JHDF5)) {
            return "org.bytedeco:hdf5 and JHDF5 are both on the class path and share class names; exclude one of them";
        }
        return present(BINDING) ? null : "there is no HDF5 on the class path for " + platform() + "; " + wayOut();
    }

    private static String unusable(boolean embedded, Throwable failure) {
        Throwable first = failure;
        while (first.getCause() != null && first instanceof ExceptionInInitializerError) {
            first = first.getCause();
        }
        String provider = embedded ? "org.bytedeco:hdf5" : "JHDF5";
        String reason = String.valueOf(first.getMessage());
        return provider
                + (reason.contains("java.library.path") // the JVM's words for a missing file
                        ? " has no native library here for " + platform()
                        : " cannot be loaded on " + platform() + " (" + reason.split("\\R", 2)[0] + ")")
                + "; " + wayOut();
    }

    private static String platform() {
        return System.getProperty("os.name") + " on " + System.getProperty("os.arch");
    }

    private static String wayOut() {
        return "org.bytedeco:hdf5-platform has it for Linux, macOS and Windows on x86-64; elsewhere use JHDF5, and say by"
                + " -Djava.library.path where its native library is";
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
