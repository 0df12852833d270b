package io.h5sink.jmh;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where a contender runs. */
enum Host {
    /** A JVM with the embedded HDF5. */
    EMBEDDED,
    /** A JVM with JHDF5: the two bindings share class names, so that one comes and the other goes. */
    JHDF5,
    /** A Python with h5py. */
    H5PY,
    /** A Python with PyTables, too. */
    PYTABLES,
    /** A Python with h5py and Zstandard. */
    H5PY_ZSTD,
    /** A Python with h5py and LZ4. */
    H5PY_LZ4;

    private static final String CLASS_PATH = System.getProperty("java.class.path");
    private static final String JHDF5_CLASS_PATH = System.getProperty("h5sink.jhdf5.classpath", "");
    private static final String SCRIPT = "src/jmh/python/peers.py";
    private static final Optional<String> PYTHON = Stream.of(
                    Optional.ofNullable(System.getenv("H5SINK_PYTHON")).orElse("python3"),
                    "python3",
                    "/usr/bin/python3")
            .filter(python -> runs(python, "import h5py"))
            .findFirst();

    /** Why there is none, or nothing. */
    Optional<String> missing() {
        return switch (this) {
            case EMBEDDED -> Optional.empty();
            case JHDF5 ->
                JHDF5_CLASS_PATH.isEmpty()
                        ? Optional.of("JHDF5 is not installed (apt-get install libsis-jhdf5-java)")
                        : Optional.empty();
            case H5PY -> missingModule("h5py");
            case PYTABLES -> missingModule("tables");
            case H5PY_ZSTD -> missingFilter(32015);
            case H5PY_LZ4 -> missingFilter(32004);
        };
    }

    /** A process that does a work, {@link Child} or its like in Python. */
    Worker start(String work, String... jvmArguments) throws IOException {
        if (this == EMBEDDED || this == JHDF5) {
            return new Worker(work, java(Child.class, List.of(jvmArguments), work));
        }
        return new Worker(work, List.of(PYTHON.orElseThrow(), "-u", SCRIPT, work));
    }

    List<String> java(Class<?> main, List<String> jvmArguments, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(jvmArguments);
        if (this == JHDF5) {
            command.add("-Djava.library.path=/usr/lib/jni");
        }
        command.addAll(List.of("-cp", this == JHDF5 ? onJhdf5() : CLASS_PATH, main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static String onJhdf5() {
        return Arrays.stream(CLASS_PATH.split(Pattern.quote(File.pathSeparator)))
                .filter(entry -> !entry.replace('\\', '/').contains("/org/bytedeco/"))
                .collect(Collectors.joining(File.pathSeparator, "", File.pathSeparator + JHDF5_CLASS_PATH));
    }

    private static Optional<String> missingModule(String module) {
        if (PYTHON.isEmpty()) {
            return Optional.of(
                    "there is no Python with h5py (apt-get install python3-h5py, or name one in H5SINK_PYTHON)");
        }
        return runs(PYTHON.get(), "import " + module)
                ? Optional.empty()
                : Optional.of("Python has no module " + module + " (apt-get install python3-" + module + ")");
    }

    private static Optional<String> missingFilter(int filter) {
        String available = "import hdf5plugin, h5py; assert h5py.h5z.filter_avail(" + filter + ")";
        return PYTHON.isPresent() && runs(PYTHON.get(), available)
                ? Optional.empty()
                : Optional.of("Python's hdf5plugin is missing, or has no filter " + filter);
    }

    private static boolean runs(String python, String statement) {
        try {
            return new ProcessBuilder(python, "-c", statement)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
