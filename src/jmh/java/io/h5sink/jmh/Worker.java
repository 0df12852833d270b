package io.h5sink.jmh;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A contender's process, seen from the benchmark. */
final class Worker implements AutoCloseable {

    private final String name;
    private final Process process;
    private final Writer input;
    private final BufferedReader output;

    Worker(String name, List<String> command) throws IOException {
        this.name = name;
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        input = process.outputWriter(StandardCharsets.UTF_8);
        output = process.inputReader(StandardCharsets.UTF_8);
    }

    /** One turn. The file is deleted after the clock has stopped, before the kernel begins to write it to the disk. */
    Turn go(Path directory, int records) throws IOException {
        Path file = directory.resolve("run.h5");
        Files.deleteIfExists(file);
        try {
            input.write(file + " " + records + "\n");
            input.flush();
            return Turn.parse(hear("TURN"));
        } finally {
            Files.deleteIfExists(file);
            settle(directory);
        }
    }

    /** Waits until the file system has done with the file, which would otherwise take of the next one's turn. */
    private static void settle(Path directory) throws IOException {
        if (Files.exists(Path.of("/proc/self"))) { // elsewhere directories are no files
            try (FileChannel entries = FileChannel.open(directory)) {
                entries.force(true);
            }
        }
    }

    /** The next line that begins with a word. */
    String hear(String word) throws IOException {
        List<String> noise = new ArrayList<>();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(word)) {
                return line;
            }
            noise.add(line);
        }
        throw new IOException(name + " died\n" + String.join("\n", noise));
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() throws IOException {
        try {
            if (process.isAlive()) {
                input.close();
            }
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
    }
}
