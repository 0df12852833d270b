package io.h5sink.jhdf5;

import hdf.hdf5lib.H5;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.reflect.Field;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.slf4j.LoggerFactory;

/**
 * Repairs two omissions of the module descriptors of {@code org.bytedeco:hdf5} (1.14.3-1.5.10). The class {@code hdf.hdf5lib.H5} logs
 * through SLF4J, and its module does not require SLF4J. The natives of each platform are modules that no module requires, so that the
 * module system does not resolve them, and JavaCPP does not find the natives among its resources.
 */
final class ModulePath {

    /** The system property of further directories in which JavaCPP ({@code Loader.findLibrary}) looks for natives. */
    private static final String DIRECTORIES = "org.bytedeco.javacpp.platform.linkpath";

    private static final List<String> LIBRARIES = List.of("org.bytedeco.javacpp", "org.bytedeco.hdf5");

    private ModulePath() {}

    /**
     * Adds the missing reads edge and the natives; does nothing on the class path. Must be called before {@code H5} or a native is first
     * used.
     */
    static void complete() {
        Module binding = H5.class.getModule();
        if (binding.isNamed()) {
            letRead(binding, LoggerFactory.class.getModule());
            findNatives();
        }
    }

    /** Lets a module read another one, as {@code --add-reads} does. The JDK allows that call only to the reading module itself. */
    private static void letRead(Module reader, Module read) {
        if (reader.canRead(read)) {
            return;
        }
        try {
            Class<?> type = Class.forName("sun.misc.Unsafe");
            Field instance = type.getDeclaredField("theUnsafe");
            instance.setAccessible(true);
            Object unsafe = instance.get(null);
            Field trusted = MethodHandles.Lookup.class.getDeclaredField("IMPL_LOOKUP");
            Object base = type.getMethod("staticFieldBase", Field.class).invoke(unsafe, trusted);
            Object offset = type.getMethod("staticFieldOffset", Field.class).invoke(unsafe, trusted);
            var lookup = (MethodHandles.Lookup)
                    type.getMethod("getObject", Object.class, long.class).invoke(unsafe, base, offset);
            lookup.findVirtual(Module.class, "implAddReads", MethodType.methodType(void.class, Module.class))
                    .invoke(reader, read);
        } catch (Throwable e) {
            throw new IllegalStateException(
                    "start Java with --add-reads " + reader.getName() + "=" + read.getName() + ", which it needs here",
                    e);
        }
    }

    /** Unpacks the natives of this platform into JavaCPP's cache, from modules that are on the module path and not resolved. */
    private static void findNatives() {
        String platform = Loader.getPlatform();
        ModuleFinder path = ModuleFinder.of(
                Stream.of(System.getProperty("jdk.module.path", "").split(File.pathSeparator))
                        .filter(entry -> !entry.isEmpty()) // which would be the working directory
                        .map(Path::of)
                        .toArray(Path[]::new));
        List<String> directories = new ArrayList<>();
        for (String library : LIBRARIES) {
            String name = library + "." + platform.replace('-', '.');
            if (ModuleLayer.boot().findModule(name).isEmpty()) {
                path.find(name)
                        .flatMap(ModuleReference::location)
                        .filter(location -> location.getPath().endsWith(".jar"))
                        .ifPresent(
                                jar -> directories.add(unpack(jar, library.replace('.', '/') + "/" + platform + "/")));
            }
        }
        if (!directories.isEmpty()) {
            String set = System.getProperty(DIRECTORIES);
            if (set != null) {
                directories.add(set);
            }
            System.setProperty(DIRECTORIES, String.join(File.pathSeparator, directories));
        }
    }

    private static String unpack(URI location, String folder) {
        File jar = new File(location);
        try (JarFile entries = new JarFile(jar)) {
            Path cache = Loader.getCacheDir().toPath().resolve(jar.getName());
            for (JarEntry entry : (Iterable<JarEntry>) entries.stream()::iterator) {
                String name = entry.getName();
                if (name.startsWith(folder)
                        && name.length() > folder.length()
                        && name.indexOf('/', folder.length()) < 0) {
                    unpack(entries, entry, cache.resolve(name));
                }
            }
            return cache.resolve(folder).toString();
        } catch (IOException e) {
            throw new UncheckedIOException("the natives of HDF5 cannot be unpacked: " + e.getMessage(), e);
        }
    }

    /** Unpacks a file, unless the cache has that file with the size and the time of its entry, which are JavaCPP's own criteria. */
    private static void unpack(JarFile entries, JarEntry entry, Path file) throws IOException {
        if (Files.isRegularFile(file)
                && Files.size(file) == entry.getSize()
                && Files.getLastModifiedTime(file).toMillis() == entry.getTime()) {
            return;
        }
        Files.createDirectories(file.getParent());
        Path whole = Files.createTempFile(
                file.getParent(), entry.getName().substring(entry.getName().lastIndexOf('/') + 1), null);
        try (InputStream bytes = entries.getInputStream(entry)) {
            Files.copy(bytes, whole, StandardCopyOption.REPLACE_EXISTING);
            Files.setLastModifiedTime(whole, FileTime.fromMillis(entry.getTime()));
            Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(whole);
        }
    }
}
