package io.h5sink.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A file for each run, under {@code target}, which is deleted after the clock has stopped. */
@State(Scope.Thread)
public class Scratch {

    @Param("8000000")
    int records;

    Path file;

    @Setup(Level.Invocation)
    public void create() throws IOException {
        Path target = Files.createDirectories(Path.of("target"));
        file = Files.createTempDirectory(target, "jmh-").resolve("run.h5");
    }

    @TearDown(Level.Invocation)
    public void delete() throws IOException {
        if (Files.size(file) < (long) records * Reading.BYTES) {
            throw new IllegalStateException(file + " is too small: " + Files.size(file) + " bytes");
        }
        Files.delete(file);
        Files.delete(file.getParent());
    }
}
