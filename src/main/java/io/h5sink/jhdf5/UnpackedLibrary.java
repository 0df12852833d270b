package io.h5sink.jhdf5;

import hdf.hdf5lib.H5;
import java.io.File;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Loads the natives of {@code hdf.hdf5lib} from JavaCPP's cache, where JavaCPP has unpacked them in an earlier run. JavaCPP's own loader
 * takes most of the time until the first commit to find the natives again, and loads libraries that only few calls need. This class relies
 * only on the layout of the cache (JavaCPP, {@code Loader.cacheResource}); if anything in the cache is unexpected, JavaCPP loads the
 * natives.
 */
final class UnpackedLibrary {

    private static final String FOLDER = "org/bytedeco/hdf5/linux-x86_64/";
    private static final String BINDING = "libhdf5_java.so";
    private static final Pattern LIBRARY = Pattern.compile(Pattern.quote(FOLDER) + "libhdf5\\.so\\.\\d+");

    private UnpackedLibrary() {}

    /** Loads the C library and gives the path of the binding's native library; null if JavaCPP must load both. */
    static @Nullable String load() {
        ClassLoader loader = UnpackedLibrary.class.getClassLoader();
        if (loader == null || H5.class.getClassLoader() != loader || !isUsual()) {
            return null; // a native library belongs to one class loader
        }
        try {
            URL resource = loader.getResource(FOLDER + BINDING);
            if (resource == null || !(resource.openConnection() instanceof JarURLConnection connection)) {
                return null;
            }
            File jar = new File(connection.getJarFileURL().getPath());
            File cache = new File(System.getProperty("user.home"), ".javacpp/cache/" + jar.getName());
            return jar.isFile() ? load(jar, cache) : null;
        } catch (IOException | SecurityException | UnsatisfiedLinkError e) {
            return null; // JavaCPP reports the failure, if it fails, too
        }
    }

    private static boolean isUsual() {
        return "Linux".equals(System.getProperty("os.name"))
                && "amd64".equals(System.getProperty("os.arch"))
                && System.getProperties().stringPropertyNames().stream()
                        .noneMatch(name -> name.startsWith("org.bytedeco.javacpp."));
    }

    private static @Nullable String load(File jar, File cache) throws IOException {
        try (JarFile entries = new JarFile(jar)) {
            JarEntry library = entries.stream()
                    .filter(entry -> LIBRARY.matcher(entry.getName()).matches())
                    .findFirst()
                    .orElse(null);
            File first = library == null ? null : unpacked(library, cache);
            File second = unpacked(entries.getJarEntry(FOLDER + BINDING), cache);
            if (first == null || second == null) {
                return null;
            }
            System.load(first.getPath()); // the second is linked to the first by name
            return second.getPath();
        }
    }

    /** A file of the cache that has the size and the time of its jar entry, which are JavaCPP's own criteria; null otherwise. */
    private static @Nullable File unpacked(JarEntry entry, File cache) throws IOException {
        File file = new File(cache.getCanonicalFile(), entry.getName());
        boolean same = file.isFile() && file.length() == entry.getSize() && file.lastModified() == entry.getTime();
        return same && file.getCanonicalFile().equals(file) ? file : null;
    }
}
