package io.h5sink.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.h5sink.Compression;
import io.h5sink.H5Exception;
import io.h5sink.H5FileException;
import io.h5sink.H5Rows;
import io.h5sink.H5Sink;
import io.h5sink.H5Source;
import io.h5sink.H5Writer;
import io.h5sink.OpenMode;
import io.h5sink.testing.Await;
import io.h5sink.testing.Require;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** What has the name of a file, and is none that HDF5 can write to; and one file by several names. */
class OddFileTest {

    record Row(int i) {}

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("data.h5");
    }

    private static void append(Path to, int value) {
        Flux.just(new Row(value)).as(H5Writer.<Row>to(to).build()::write).block(Await.LIMIT);
    }

    private static Path pipe(Path at) throws IOException, InterruptedException {
        Require.that(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "mkfifo is not there");
        assertThat(new ProcessBuilder("/usr/bin/mkfifo", at.toString()).start().waitFor())
                .isZero();
        return at;
    }

    @Test
    void aNamedPipeIsRefusedWhereverAFileIsNamed() throws Exception {
        Path pipe = pipe(file);
        append(directory.resolve("other.h5"), 1);
        pipe(directory.resolve("second.h5.journal"));
        pipe(directory.resolve("new.h5.unfinished"));

        for (OpenMode mode : OpenMode.values()) {
            assertThatExceptionOfType(H5FileException.class)
                    .isThrownBy(() -> Flux.just(new Row(1))
                            .as(H5Writer.<Row>to(pipe).open(mode).build()::write)
                            .block(Await.LIMIT))
                    .withMessageMatching(".*(a named pipe, a socket or a device|it exists).*");
        }
        assertThatExceptionOfType(H5FileException.class)
                .isThrownBy(() -> H5Source.open(pipe))
                .withMessageContaining("it is a named pipe, a socket or a device");
        assertThatExceptionOfType(H5FileException.class)
                .isThrownBy(() -> H5Source.update(pipe))
                .withMessageContaining("it is a named pipe, a socket or a device");
        assertThatExceptionOfType(H5FileException.class)
                .isThrownBy(() -> H5Writer.recover(pipe))
                .withMessageContaining("a named pipe, a socket or a device");
        assertThatExceptionOfType(H5FileException.class)
                .isThrownBy(() ->
                        H5Rows.of(pipe).follow(Row.class, Duration.ofMillis(1)).blockFirst(Await.LIMIT))
                .withMessageContaining("a named pipe, a socket or a device");
        assertThatExceptionOfType(H5FileException.class)
                .isThrownBy(() -> append(directory.resolve("second.h5"), 1))
                .withMessageContaining("beside it, second.h5.journal is a named pipe");
        try (H5Source other = H5Source.open(directory.resolve("other.h5"))) {
            assertThatExceptionOfType(H5Exception.class)
                    .isThrownBy(() -> other.repack(directory.resolve("new.h5"), Compression.none()))
                    .withMessageContaining("new.h5.unfinished is a named pipe");
        }
        append(directory.resolve("other.h5"), 2); // sinks of other files go on
    }

    @Test
    void aDirectoryIsRefused() throws IOException {
        Files.createDirectory(file);

        assertThatExceptionOfType(H5FileException.class)
                .isThrownBy(() -> append(file, 1))
                .withMessageContaining("it is a directory");
        assertThatExceptionOfType(H5FileException.class)
                .isThrownBy(() -> H5Source.open(file))
                .withMessageContaining("it is a directory");
    }

    @Test
    void aPathOfAnotherFileSystemIsRefusedBeforeAnythingIsMade() throws IOException {
        append(file, 1);
        try (FileSystem zip = FileSystems.newFileSystem(directory.resolve("z.zip"), Map.of("create", "true"))) {
            Path within = zip.getPath(directory.resolve("probe.h5").toString());

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> H5Writer.<Row>to(within).build())
                    .withMessageContaining("file must be on disk");
            assertThatIllegalArgumentException().isThrownBy(() -> H5Sink.<Row>to(within));
            assertThatIllegalArgumentException().isThrownBy(() -> H5Source.open(within));
            assertThatIllegalArgumentException().isThrownBy(() -> H5Rows.of(within));
            assertThatIllegalArgumentException().isThrownBy(() -> H5Writer.recover(within));
            try (H5Source source = H5Source.open(file)) {
                assertThatIllegalArgumentException().isThrownBy(() -> source.repack(within, Compression.none()));
            }
        }
        assertThat(directory.resolve("probe.h5")).doesNotExist();
    }

    @Test
    void oneFileByTwoNamesHasOneSink() throws IOException {
        H5Sink<Row> first = H5Sink.to(file);
        Flux.<Row>never().startWith(new Row(1)).subscribe(first);
        first.commits().blockFirst(Await.LIMIT);
        Path hard = Files.createLink(directory.resolve("hard.h5"), file); // made after the first sink has begun
        Path soft = Files.createSymbolicLink(directory.resolve("soft.h5"), file);
        Path around = directory.resolve("x").resolve("..").resolve("data.h5");
        Files.createDirectory(directory.resolve("x"));

        for (Path other : new Path[] {hard, soft, around}) {
            assertThatExceptionOfType(H5FileException.class)
                    .isThrownBy(() -> append(other, 2))
                    .withMessageContaining("another sink in this JVM writes to it");
            assertThatExceptionOfType(H5FileException.class).isThrownBy(() -> H5Source.update(other));
        }
        first.dispose();
        assertThat(first.result().block(Await.LIMIT).records()).isEqualTo(1);
        append(hard, 2);

        try (H5Source h5 = H5Source.open(file)) {
            assertThat(h5.dataset("i").read(int[].class)).containsExactly(1, 2);
        }
    }
}
