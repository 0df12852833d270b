package io.h5sink.sink;

import io.h5sink.Driver;
import io.h5sink.Evolution;
import io.h5sink.FaceInternals;
import io.h5sink.H5SchemaException;
import io.h5sink.H5Sink;
import io.h5sink.Layout;
import io.h5sink.access.Limits;
import io.h5sink.access.Threads;
import io.h5sink.engine.WritableFile;
import io.h5sink.schema.ChunkShape;
import io.h5sink.sink.settings.Columns;
import io.h5sink.sink.settings.FileDescription;
import io.h5sink.sink.settings.Settings;
import io.h5sink.storage.driver.StoredFile;
import io.h5sink.testing.MemoryStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;

/** Sessions on stores in memory. Unless set otherwise, the only commit is that of the end. */
final class SessionKit {

    static final Duration NEVER = Duration.ofDays(365);

    private static final AtomicLong NUMBER = new AtomicLong();

    private WritableFile store = MemoryStore.keeping();
    private long memory = 64L << 20;
    private Duration interval = NEVER;
    private long commitRecords;
    private Limits limits = Limits.DEFAULT;
    private int chunkRows;
    private Scheduler scheduler = Threads.WRITERS;
    private @Nullable BiConsumer<Object, H5SchemaException> onBadRecord;
    private Path file = Path.of("no-such-directory", "session-" + NUMBER.incrementAndGet() + ".h5");

    static SessionKit on(WritableFile store) {
        SessionKit kit = new SessionKit();
        kit.store = store;
        return kit;
    }

    SessionKit memory(long bytes) {
        memory = bytes;
        return this;
    }

    SessionKit commitEvery(Duration every) {
        interval = every;
        return this;
    }

    SessionKit commitEvery(long records) {
        commitRecords = records;
        return this;
    }

    SessionKit limits(Limits limit) {
        limits = limit;
        return this;
    }

    SessionKit chunkRows(int rows) {
        chunkRows = rows;
        return this;
    }

    SessionKit scheduler(Scheduler hdf5) {
        scheduler = hdf5;
        return this;
    }

    SessionKit onBadRecord(BiConsumer<Object, H5SchemaException> handler) {
        onBadRecord = handler;
        return this;
    }

    SessionKit file(Path path) {
        file = path;
        return this;
    }

    Session session(Results.Listener reported) {
        return new Session(settings(), Context.empty(), reported);
    }

    <T> H5Sink<T> sink() {
        return sink(Context.empty());
    }

    <T> H5Sink<T> sink(Context context) {
        return FaceInternals.sink(settings(), context);
    }

    private Settings settings() {
        WritableFile given = store;
        return new Settings(
                new StoredFile(file, FaceInternals.access(Driver.sec2())),
                null,
                "/",
                null,
                null,
                Layout.COLUMNS,
                Columns.NONE,
                chunkRows,
                ChunkShape.DEFAULT_BYTES,
                interval,
                commitRecords,
                memory,
                limits,
                new FileDescription.Builder().build("/"),
                Evolution.REFUSE,
                onBadRecord,
                scheduler,
                true,
                FaceInternals.failures(),
                FaceInternals.quantities(),
                () -> given);
    }
}
