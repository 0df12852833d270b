package io.h5sink.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.h5sink.filter.codec.Method;
import io.h5sink.filter.codec.MissingCodecException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** On a class path without the libraries: the package is loaded anew by a loader that does not find them. */
class MissingCodecTest {

    private static final String PACKAGE = FilterPipeline.class.getPackageName() + ".";

    private static final List<String> LIBRARIES =
            List.of("com.intel.gkl.", "com.github.luben.zstd.", "net.jpountz.", "org.broadinstitute.");

    @ParameterizedTest
    @CsvSource({"ZSTD, 3, zstd, com.github.luben:zstd-jni", "LZ4, 0, lz4, at.yawk.lz4:lz4-java"})
    void theMessageSaysWhatToAdd(Method method, int level, String word, String artifact) {
        assertThatThrownBy(() -> make(new Bare(), method, level))
                .hasToString(MissingCodecException.class.getName() + ": compression " + word + " needs the library "
                        + artifact + ": add it to the dependencies");
    }

    @ParameterizedTest
    @EnumSource(
            value = Method.class,
            names = {"NONE", "GZIP", "LZF"})
    void theOthersNeedNone(Method method) throws Throwable {
        assertThat(make(new Bare(), method, method == Method.GZIP ? 1 : 0).toString())
                .startsWith(FilterPipeline.class.getName());
    }

    @ParameterizedTest
    @CsvSource({"NONE, 0, ", "LZF, 0, ", "GZIP, 6, ", "GZIP, 1, com.intel.gkl.", "ZSTD, 3, com.github.luben.zstd."})
    void noLibraryIsLookedForBeforeItIsNeeded(Method method, int level, String library) throws Throwable {
        Bare loader = new Bare();
        try {
            make(loader, method, level);
        } catch (RuntimeException e) {
            assertThat(e.getClass().getSimpleName()).isEqualTo("MissingCodecException");
        }
        assertThat(loader.missed).isEqualTo(library == null ? Set.of() : Set.of(library));
    }

    private static Object make(Bare loader, Method method, int level) throws Throwable {
        Class<?> methods = loader.loadClass(Method.class.getName());
        Class<?> filterings = loader.loadClass(Filtering.class.getName());
        Object filtering = filterings
                .getConstructor(methods, int.class, boolean.class, boolean.class)
                .newInstance(methods.getField(method.name()).get(null), level, true, false);
        try {
            return loader.loadClass(FilterPipeline.class.getName())
                    .getMethod("of", filterings, int.class, int.class)
                    .invoke(null, filtering, 8, 800);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** Finds the classes of the package in their files, and of the libraries none. */
    private static final class Bare extends ClassLoader {

        final Set<String> missed = new TreeSet<>();

        Bare() {
            super(MissingCodecTest.class.getClassLoader());
        }

        @Override
        protected synchronized Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            for (String library : LIBRARIES) {
                if (name.startsWith(library)) {
                    missed.add(library);
                    throw new ClassNotFoundException(name);
                }
            }
            if (!name.startsWith(PACKAGE)) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream file = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = Stream.of(file).findFirst().orElseThrow().readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
