package io.h5sink.testing;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** What is logged meanwhile. */
public final class Logged implements AutoCloseable {

    private final PrintStream before = System.err;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    public Logged() {
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    }

    /** The lines so far that are about a file. */
    public List<String> about(Object file) {
        return log.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains("io.h5sink - " + file + ": "))
                .map(line -> line.substring(line.indexOf(']') + 2).replace("io.h5sink - " + file + ": ", ""))
                .toList();
    }

    /** All lines so far. */
    public Stream<String> all() {
        return log.toString(StandardCharsets.UTF_8).lines();
    }

    @Override
    public void close() {
        System.setErr(before);
    }
}
