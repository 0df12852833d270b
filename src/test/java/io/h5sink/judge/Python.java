package io.h5sink.judge;

import io.h5sink.testing.Await;
import io.h5sink.testing.Require;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Python that has h5py. Scripts run one after the other in one process that ends with this JVM, because a new process for
 * each would spend most of its time on importing.
 */
public final class Python {

    /** Runs each line that it gets, words in Base64: a script and its arguments. Answers with one line each. */
    private static final String LOOP = """
            import base64, contextlib, gc, io, sys, traceback
            import h5py, numpy
            for line in sys.stdin:
                script, *arguments = (base64.b64decode(word).decode() for word in line.rstrip('\\n').split(' '))
                sys.argv = ['-'] + arguments
                out = io.StringIO()
                try:
                    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
                        exec(compile(script, 'script', 'exec'), {'__name__': '__main__'})
                    word = 'OK'
                except BaseException:
                    out.write(traceback.format_exc())
                    word = 'FAILED'
                    gc.collect()
                text = out.getvalue().encode('utf-8', 'surrogateescape')
                print(word, base64.b64encode(text).decode(), flush=True)
            """;

    private static final String MISSING =
            "there is no Python with h5py (apt-get install python3-h5py, or name one in H5SINK_PYTHON)";

    private static final Optional<String> COMMAND = Stream.of(
                    Optional.ofNullable(System.getenv("H5SINK_PYTHON")).orElse("python3"),
                    "python3",
                    "/usr/bin/python3")
            .filter(command -> Require.JUDGES && hasH5py(command))
            .findFirst();

    private static @Nullable Running interpreter;

    private Python() {}

    /** Whether there is one, which may judge in addition; an error where nothing may be left out. */
    public static boolean isPresent() {
        return Require.has(COMMAND.isPresent(), MISSING);
    }

    /** Runs a script to its end, with {@code sys.argv[1:]}, and returns what it printed. */
    public static synchronized String run(String script, Object... arguments) {
        Running running = interpreter;
        if (running == null || !running.isAlive()) {
            running = start(LOOP);
            interpreter = running;
        }
        running.send(Stream.concat(Stream.of(script), Stream.of(arguments).map(String::valueOf))
                .map(text -> Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)))
                .collect(Collectors.joining(" ")));
        StringBuilder noise = new StringBuilder();
        while (true) {
            String answer = running.hear();
            if (answer == null) {
                throw new AssertionError("Python died\n" + noise);
            }
            String[] words = answer.split(" ", 2);
            if (words[0].equals("OK") || words[0].equals("FAILED")) {
                String output = new String(Base64.getDecoder().decode(words[1]), StandardCharsets.UTF_8);
                if (words[0].equals("OK")) {
                    return output;
                }
                throw new AssertionError("Python failed\n" + output + noise);
            }
            noise.append(answer).append('\n');
        }
    }

    /** Leaves the test out if there is no Python, or a module is missing. */
    public static void require(String... modules) {
        requirePython();
        for (String module : modules) {
            Require.that(has(module), missing(module));
        }
    }

    /** Whether there are modules that may judge in addition, of a Python that is there; an error where nothing may be left out. */
    static boolean hasAll(String... modules) {
        return Stream.of(modules).allMatch(module -> Require.has(has(module), missing(module)));
    }

    private static boolean has(String module) {
        return run("import importlib.util, sys; print(importlib.util.find_spec(sys.argv[1]))", module)
                .startsWith("ModuleSpec");
    }

    private static String missing(String module) {
        return "Python has no module " + module + " (apt-get install python3-" + module + ")";
    }

    /** Starts a script in a process of its own. */
    public static Running start(String script, Object... arguments) {
        requirePython();
        List<String> command = Stream.concat(
                        Stream.of(COMMAND.get(), "-u", "-c", script),
                        Stream.of(arguments).map(String::valueOf))
                .toList();
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().put("PYTHONIOENCODING", "utf-8");
            return new Running(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void requirePython() {
        Require.that(COMMAND.isPresent(), MISSING);
    }

    private static boolean hasH5py(String command) {
        try {
            Process process = new ProcessBuilder(command, "-c", "import h5py")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A process to talk with, line by line. */
    public static final class Running implements AutoCloseable {

        private final Process process;
        private final Writer input;
        private final BufferedReader output;

        private Running(Process process) {
            this.process = process;
            this.input = process.outputWriter(StandardCharsets.UTF_8);
            this.output = process.inputReader(StandardCharsets.UTF_8);
        }

        boolean isAlive() {
            return process.isAlive();
        }

        public void send(String line) {
            try {
                input.write(line + "\n");
                input.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** The next line, or null if there is none. */
        public @Nullable String hear() {
            try {
                return output.readLine();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Ends the input, which a script takes for its end, and waits. */
        @Override
        public void close() {
            try {
                input.close();
                if (!process.waitFor(Await.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
