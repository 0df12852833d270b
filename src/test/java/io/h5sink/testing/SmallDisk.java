package io.h5sink.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.h5sink.judge.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/** A file system in memory that is soon full. */
public final class SmallDisk implements AutoCloseable {

    public static final int PAGE = 4096;

    private final Path directory;
    private final Path filler;

    /** Mounts it, which only root may do, on a directory that it makes. */
    public SmallDisk(Path directory, int pages) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.filler = directory.resolve("filler");
        String size = "size=" + pages * (long) PAGE + ",mode=0777";
        Tool.Answer answer = run("mount", "-t", "tmpfs", "-o", size, "h5sink", directory);
        Require.that(answer.status() == 0, "no file system can be mounted, which only root may do");
    }

    private static Tool.Answer run(Object... words) {
        try {
            Process process = new ProcessBuilder(
                            Stream.of(words).map(String::valueOf).toList())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Tool.Answer(process.waitFor(), output);
        } catch (IOException e) {
            return new Tool.Answer(-1, e.toString());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Where it is. */
    public Path directory() {
        return directory;
    }

    /** Leaves that many pages free. */
    public void leave(int pages) {
        try (FileChannel channel = FileChannel.open(filler, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.truncate(0);
            long space = Files.getFileStore(directory).getUsableSpace() - pages * (long) PAGE;
            ByteBuffer zeros = ByteBuffer.allocate(PAGE);
            for (long at = 0; at < space; ) {
                at += channel.write(zeros.clear(), at);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Leaves that many pages more free. */
    public void giveBack(int pages) {
        try (FileChannel channel = FileChannel.open(filler, StandardOpenOption.WRITE)) {
            channel.truncate(Math.max(0, channel.size() - pages * (long) PAGE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Leaves all free that nobody else has. */
    public void makeSpace() throws IOException {
        Files.deleteIfExists(filler);
    }

    /** Takes it away, if nobody has a file open. */
    @Override
    public void close() {
        Tool.Answer answer = run("umount", directory);
        assertThat(answer.status()).as(answer.output()).isZero();
    }
}
