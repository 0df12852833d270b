package io.h5sink.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.h5sink.Driver;
import io.h5sink.FaceInternals;
import io.h5sink.access.Threads;
import io.h5sink.testing.Await;
import io.h5sink.testing.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps of a follower, between which, and within which, a file changes. */
class FileFollowerTest {

    record One(long value) {}

    private static final long LAST = 0x0102_0304_0506_0708L;

    @TempDir
    Path directory;

    private Path file;

    /** What happens once the rows are opened, before they are read. */
    private Runnable meanwhile = () -> {};

    @BeforeEach
    void write() {
        file = directory.resolve("data.h5");
        Run.write(file, new One(1), new One(2), new One(LAST));
    }

    private FileFollower<One> follower() {
        RowOrigin rows = new RowOrigin(FaceInternals.origin(Driver.sec2(), file));
        RowCursor.Spec all = new RowCursor.Spec("/", 0, Long.MAX_VALUE, List.of(), true);
        return new FileFollower<>(new FileFollower.Origin<>(rows, all, One.class, (reading, spec) -> {
            RowCursor<One> cursor = RowCursors.records(reading, reading.file(), spec, One.class);
            meanwhile.run();
            return cursor;
        }));
    }

    private static List<Long> next(FileFollower<One> follower) throws Exception {
        FutureTask<List<Long>> task = new FutureTask<>(() -> {
            List<Long> values = new ArrayList<>();
            follower.next().forEach(batch -> batch.forEach(row -> values.add(row.value)));
            return values;
        });
        Threads.HDF5.schedule(task);
        return task.get(Await.LIMIT.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Replaces the last row in place, as a writer does that makes the file anew. */
    private void replaceLast(long value) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            byte[] all = Files.readAllBytes(file);
            ByteBuffer bytes = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
            int at = 0;
            while (bytes.getLong(at) != LAST) {
                at++;
            }
            bytes.putLong(at, value);
            channel.write(bytes.slice(at, Long.BYTES), at);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void grow() {
        Run.write(file, new One(4));
    }

    @Test
    void rowsThatAreReplacedComeOnceTheFileDoesNotChange() throws Exception {
        FileFollower<One> follower = follower();
        assertThat(next(follower)).containsExactly(1L, 2L, LAST);

        Files.setLastModifiedTime(file, FileTime.from(Instant.now())); // or the follower does not open the file
        meanwhile = () -> replaceLast(7);
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> next(follower))
                .withCauseInstanceOf(FileFollower.NotReadyException.class);

        meanwhile = () -> {};
        assertThat(next(follower)).containsExactly(1L, 2L, 7L);
        grow();
        assertThat(next(follower)).containsExactly(4L);
    }
}
