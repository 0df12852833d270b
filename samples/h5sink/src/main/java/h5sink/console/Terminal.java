package h5sink.console;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * How large the terminal is that something is printed to.
 *
 * @param columns characters in a line
 * @param rows lines
 */
public record Terminal(int columns, int rows) {

    private static final int MOST = 2000;
    private static final long PATIENCE_SECONDS = 2;

    /** What is taken where no terminal says: a pipe, a file, a system without {@code stty}. */
    private static final Terminal USUAL = new Terminal(80, 24);

    /** The terminal that standard output goes to; null if that is a pipe, a file, or a terminal that only appends. */
    public static Terminal ofOutput() {
        return ask("stty size <&1 >&2");
    }

    /** The terminal that errors go to; null if that is a pipe, a file, or a terminal that only appends. */
    static Terminal ofErrors() {
        return ask("stty size <&2 2>/dev/null");
    }

    /** As large as {@code COLUMNS} and {@code LINES} say, or else as the terminal, null for none, or else as usual. */
    public static Terminal sized(Terminal terminal) {
        Terminal known = terminal == null ? USUAL : terminal;
        return new Terminal(
                number(System.getenv("COLUMNS"), known.columns), number(System.getenv("LINES"), known.rows));
    }

    private static int number(String text, int otherwise) {
        boolean sound = text != null && text.matches("[0-9]{1,4}");
        int number = sound ? Integer.parseInt(text) : 0;
        return number > 0 && number <= MOST ? number : otherwise;
    }

    /** Java cannot distinguish one stream from the other, nor how wide a terminal is. One is inherited, the answer comes on the other. */
    private static Terminal ask(String question) {
        boolean output = question.contains("<&1");
        if ("dumb".equals(System.getenv("TERM"))) {
            return null;
        }
        try {
            ProcessBuilder shell = new ProcessBuilder("sh", "-c", question);
            shell.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
            if (output) {
                shell.redirectOutput(ProcessBuilder.Redirect.INHERIT);
            } else {
                shell.redirectError(ProcessBuilder.Redirect.INHERIT);
            }
            Process process = shell.start();
            try (InputStream answer = output ? process.getErrorStream() : process.getInputStream()) {
                return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0
                        ? size(new String(answer.readAllBytes(), StandardCharsets.US_ASCII))
                        : null;
            }
        } catch (IOException e) {
            return null; // no shell: Windows, where the chart and the lines of a log will do
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /** A terminal that does not know its size says 0 0. */
    private static Terminal size(String answer) {
        String[] words = answer.strip().split(" ");
        return words.length == 2 ? new Terminal(number(words[1], USUAL.columns), number(words[0], USUAL.rows)) : null;
    }
}
