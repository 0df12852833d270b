package io.h5sink.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.Compression;
import io.h5sink.H5Writer;
import io.h5sink.testing.Await;
import io.h5sink.testing.Jvm;
import io.jhdf.HdfFile;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** Applications of one JVM that have class loaders of their own, as in a container: all write, and each can be unloaded. */
@Timeout(120)
class ClassLoadersTest {

    private static final int ROWS = 20_000;

    @TempDir
    Path directory;

    /** What an application writes. */
    public record Row(long number, double value) {}

    /** An application, which writes one file. */
    public static final class Application {

        private Application() {}

        /** Writes a file, compressed, so that all kinds of threads take part. */
        public static void write(String file) {
            Flux.range(0, ROWS)
                    .map(i -> new Row(i, i / 2.0))
                    .as(H5Writer.<Row>to(file)
                            .compression(Compression.gzip(4))
                            .commitEvery(1000)
                            .build()::write)
                    .block();
        }
    }

    /** A class loader that shares nothing with others but the JDK. */
    private static URLClassLoader apart() throws MalformedURLException {
        List<URL> path = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            path.add(Path.of(entry).toUri().toURL());
        }
        return new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    /** A class loader with an application of its own, which uses the library of this class loader. */
    private static final class ApplicationLoader extends ClassLoader {

        ApplicationLoader() {
            super(ClassLoadersTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(ClassLoadersTest.class.getName() + "$")) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : findClass(name);
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            try (InputStream bytes = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] code = bytes.readAllBytes();
                return defineClass(name, code, 0, code.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    private static void write(ClassLoader loader, Path file) {
        try {
            Class<?> application = Class.forName(Application.class.getName(), true, loader);
            assertThat(application).isNotEqualTo(Application.class);
            application.getMethod("write", String.class).invoke(null, file.toString());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private void assertWritten(Path file) {
        try (HdfFile read = new HdfFile(file)) {
            assertThat(read.getDatasetByPath("/number").getDimensions()).containsExactly(ROWS);
            assertThat(((double[]) read.getDatasetByPath("/value").getData())[ROWS - 1])
                    .isEqualTo((ROWS - 1) / 2.0);
        }
    }

    /**
     * Waits until class loaders are unloaded: of a library with an application, and of an application that shares the library. The JVM's
     * options clear soft references at once, since the JDK keeps the last conversion of a method handle in one.
     */
    static final class Unloading {

        private record Own(Object other, Own own) {}

        private Unloading() {}

        public static void main(String... files) throws IOException {
            WeakReference<ClassLoader> library = wroteApart(Path.of(files[0]));
            WeakReference<ClassLoader> application = wroteShared(Path.of(files[1]));
            Own own = new Own("", new Own("", null));
            own.equals(
                    new Own("", new Own("", null))); // JDK 17 keeps the last type that a record's equals was linked for
            assertUnloaded("the library", library);
            assertUnloaded("the application", application);
            System.out.println("unloaded");
        }

        private static void assertUnloaded(String what, WeakReference<ClassLoader> loader) {
            Await.until(what + " is unloaded", () -> {
                System.gc();
                return loader.get() == null;
            });
        }
    }

    @Test
    void aClassLoaderIsUnloadedOnceNoSessionRuns() throws Exception {
        Path library = directory.resolve("library.h5");
        Path application = directory.resolve("application.h5");
        Process process = Jvm.start(List.of("-XX:SoftRefLRUPolicyMSPerMB=0"), Unloading.class, library, application);
        try {
            assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualToIgnoringNewLines("unloaded");
        } finally {
            process.destroyForcibly();
        }
        assertWritten(library);
        assertWritten(application);
    }

    private static WeakReference<ClassLoader> wroteApart(Path file) throws IOException {
        try (URLClassLoader loader = apart()) {
            write(loader, file);
            return new WeakReference<>(loader);
        }
    }

    private static WeakReference<ClassLoader> wroteShared(Path file) {
        ClassLoader loader = new ApplicationLoader();
        write(loader, file);
        return new WeakReference<>(loader);
    }

    @Test
    void twoLibrariesWriteAtOnce() throws Exception {
        List<CompletableFuture<Void>> both = new ArrayList<>();
        for (String name : List.of("one.h5", "two.h5")) {
            both.add(CompletableFuture.runAsync(() -> {
                try {
                    wroteApart(directory.resolve(name));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
        }
        for (CompletableFuture<Void> each : both) {
            each.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
        assertWritten(directory.resolve("one.h5"));
        assertWritten(directory.resolve("two.h5"));
    }
}
