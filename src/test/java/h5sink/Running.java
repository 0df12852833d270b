package h5sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.testing.Await;
import io.h5sink.testing.Jvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The command line as a process of its own. */
public final class Running implements AutoCloseable {

    /**
     * What came of it.
     *
     * @param status the exit code
     * @param out what it printed
     * @param err what it reported
     */
    public record Answer(int status, List<String> out, List<String> err) {}

    private final Process process;
    private final Path err;

    private Running(Process process, Path err) {
        this.process = process;
        this.err = err;
    }

    public static Running start(Object... arguments) {
        try {
            Path err = Files.createTempFile("h5sink", ".err");
            Process process = new ProcessBuilder(Jvm.command(List.of(), Cli.class, arguments))
                    .redirectError(err.toFile())
                    .start();
            CompletableFuture.delayedExecutor(2 * Await.LIMIT.toSeconds(), TimeUnit.SECONDS)
                    .execute(process::destroyForcibly);
            return new Running(process, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs it to its end on these lines. */
    public static Answer run(String input, Object... arguments) {
        try (Running running = start(arguments)) {
            try (OutputStream in = running.process.getOutputStream()) {
                in.write(input.getBytes(UTF_8));
            } catch (IOException e) {
                // it has ended without reading all of it, and says why
            }
            return running.answer();
        }
    }

    /** Runs it to its end without input, and expects that all goes well and nothing is reported. */
    public static List<String> succeed(Object... arguments) {
        Answer answer = run("", arguments);
        assertThat(answer.err()).isEmpty();
        assertThat(answer.status()).isZero();
        return answer.out();
    }

    public void write(String text) {
        try {
            process.getOutputStream().write(text.getBytes(UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    BufferedReader out() {
        return process.inputReader(UTF_8);
    }

    /** SIGTERM, after which its input and output stay open. */
    public void terminate() {
        assertThat(process.toHandle().destroy()).isTrue();
    }

    /** SIGKILL. */
    public void kill() {
        process.toHandle().destroyForcibly();
    }

    /** Waits for its end. */
    public Answer answer() {
        return answer(out().lines().toList());
    }

    /** Waits for its end, of which nobody reads what it prints. */
    public Answer answerWithoutOutput() {
        return answer(List.of());
    }

    private Answer answer(List<String> out) {
        try {
            assertThat(process.waitFor(Await.LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            return new Answer(process.exitValue(), out, Files.readAllLines(err));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
            Files.deleteIfExists(err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
