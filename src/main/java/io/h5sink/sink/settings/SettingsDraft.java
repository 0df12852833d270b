package io.h5sink.sink.settings;

import io.h5sink.Durability;
import io.h5sink.Evolution;
import io.h5sink.H5SchemaException;
import io.h5sink.Layout;
import io.h5sink.OpenMode;
import io.h5sink.Sharing;
import io.h5sink.access.DiskPath;
import io.h5sink.access.Failures;
import io.h5sink.access.Limits;
import io.h5sink.access.Threads;
import io.h5sink.engine.ChosenFile;
import io.h5sink.engine.OpenRequest;
import io.h5sink.engine.WritableFile;
import io.h5sink.filter.CompressionRule;
import io.h5sink.hdf5.write.Hdf5File;
import io.h5sink.jhdf5.LateFilters;
import io.h5sink.jhdf5.Library;
import io.h5sink.jhdf5.write.LibraryFile;
import io.h5sink.schema.ColumnDeclaration;
import io.h5sink.schema.ObjectNames;
import io.h5sink.schema.SchemaViolation;
import io.h5sink.storage.driver.FileDriver;
import io.h5sink.storage.driver.PosixDriver;
import io.h5sink.storage.driver.StoredFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/**
 * Collects the settings of a writer. Each value is checked when it is set, and the combination of values when {@link #settings} is called.
 * Messages name arguments as the builder's setters do.
 */
public final class SettingsDraft {

    /** 146 years: twice as many nanoseconds still fit a long, so that a scheduler's time can be added. */
    private static final long MAX_NANOS = Long.MAX_VALUE / 2;

    private static final long MAX_MEMORY = 1L << 56; // so that sums do not overflow

    private final Path file;
    private OpenMode mode = OpenMode.APPEND;
    private String group = "/";
    private @Nullable Function<Object, @Nullable String> route;
    private @Nullable SourcePosition position;
    private Layout layout = Layout.COLUMNS;
    private Columns columns = Columns.NONE;
    private int chunkRows;
    private int chunkBytes;
    private Duration commitInterval = Duration.ofSeconds(1);
    private long commitRecords;
    private long memory = Math.min(64L << 20, Runtime.getRuntime().maxMemory() / 2);
    private Limits limits = Limits.DEFAULT;
    private Sharing sharing = Sharing.RELEASE;
    private Durability durability = Durability.FLUSH;
    private FileDriver access = new PosixDriver(false);
    private @Nullable Consumer<? super ByteBuffer> image;
    private Evolution evolution = Evolution.REFUSE;
    private @Nullable BiConsumer<Object, H5SchemaException> onBadRecord;
    private Scheduler scheduler = Threads.WRITERS;
    private boolean shutdownHook = true;
    private final FileDescription.Builder description = new FileDescription.Builder();
    private Function<WritableFile, WritableFile> storeWrapper = Function.identity();

    public SettingsDraft(Path file) {
        this.file = file;
    }

    public void mode(OpenMode openMode) {
        mode = Objects.requireNonNull(openMode, "openMode must not be null");
    }

    public void group(String path) {
        try {
            group = ObjectNames.group(Objects.requireNonNull(path, "path must not be null"));
        } catch (SchemaViolation e) {
            throw new IllegalArgumentException("group: " + e.getMessage(), e);
        }
    }

    public <T> void route(Function<? super T, String> toGroup) {
        Objects.requireNonNull(toGroup, "toGroup must not be null");
        route = record -> {
            @SuppressWarnings("unchecked") // the stream's type
            T typed = (T) record;
            return toGroup.apply(typed);
        };
    }

    public <T> void positions(Function<? super T, String> partition, ToLongFunction<? super T> offset) {
        Objects.requireNonNull(partition, "partition must not be null");
        position = new SourcePosition(
                record -> {
                    @SuppressWarnings("unchecked") // the stream's type
                    T typed = (T) record;
                    return partition.apply(typed);
                },
                untyped(offset));
    }

    public <T> void position(ToLongFunction<? super T> offset) {
        position = new SourcePosition(null, untyped(offset));
    }

    private static <T> ToLongFunction<Object> untyped(ToLongFunction<? super T> offset) {
        Objects.requireNonNull(offset, "offset must not be null");
        return record -> {
            @SuppressWarnings("unchecked") // the stream's type
            T typed = (T) record;
            return offset.applyAsLong(typed);
        };
    }

    public void layout(Layout how) {
        layout = Objects.requireNonNull(how, "how must not be null");
    }

    public void column(String name, UnaryOperator<ColumnDeclaration> declaration) {
        Objects.requireNonNull(name, "name must not be null");
        columns = columns.with(checkedName("column", name), declaration);
    }

    public void axis(String column) {
        String name = checkedName("axis", Objects.requireNonNull(column, "column must not be null"));
        if (name.contains("/")) {
            throw new IllegalArgumentException("axis must be a component of the record itself, was " + column);
        }
        columns = columns.withAxis(name);
    }

    private static String checkedName(String setter, String name) {
        try {
            return ObjectNames.relative(name);
        } catch (SchemaViolation e) {
            throw new IllegalArgumentException(setter + ": " + e.getMessage(), e);
        }
    }

    public void compression(CompressionRule how) {
        columns = columns.withCompression(how.available());
    }

    public void chunkRows(int rows) {
        chunkRows = (int) atLeast(1, rows, "rows");
    }

    public void chunkBytes(int bytes) {
        chunkBytes = (int) atLeast(1, bytes, "bytes");
        chunkRows = 0;
    }

    public void commitInterval(Duration interval) {
        if (interval.isZero() || interval.isNegative()) {
            throw new IllegalArgumentException("interval must be more than 0, was " + interval);
        }
        commitInterval = capped(interval);
    }

    public void commitRecords(long records) {
        commitRecords = atLeast(1, records, "records");
    }

    public void memory(long bytes) {
        memory = Math.min(atLeast(1 << 12, bytes, "bytes"), MAX_MEMORY);
    }

    public void evolution(Evolution how) {
        evolution = Objects.requireNonNull(how, "how must not be null");
    }

    public <T> void onBadRecord(BiConsumer<? super T, H5SchemaException> handler) {
        Objects.requireNonNull(handler, "handler must not be null");
        onBadRecord = (record, why) -> {
            @SuppressWarnings("unchecked") // the stream's type
            T typed = (T) record;
            handler.accept(typed, why);
        };
    }

    public void callLimit(Duration limit) {
        limits = limits.withCall(notNegative(limit));
    }

    public void busyLimit(Duration limit) {
        limits = limits.withBusy(notNegative(limit));
    }

    public void fullPause(Duration retry) {
        limits = limits.withFull(notNegative(retry));
    }

    public void sharing(Sharing how) {
        sharing = Objects.requireNonNull(how, "mode must not be null");
    }

    public void durability(Durability what) {
        durability = Objects.requireNonNull(what, "what must not be null");
    }

    /** Sets the driver, and the receiver of the bytes of its files, which may be null. */
    public void driver(FileDriver driver, @Nullable Consumer<? super ByteBuffer> receiver) {
        DiskPath.mustSuit(file, driver);
        access = driver;
        image = receiver;
    }

    public void scheduler(Scheduler hdf5) {
        scheduler = Objects.requireNonNull(hdf5, "hdf5 must not be null");
    }

    public void shutdownHook(boolean whether) {
        shutdownHook = whether;
    }

    /** Collects the attributes and the metadata, and checks each of them. */
    public FileDescription.Builder description() {
        return description;
    }

    /** Sets a wrapper of the file, for tests. */
    public void store(Function<WritableFile, WritableFile> wrapper) {
        storeWrapper = wrapper;
    }

    /**
     * The settings so far.
     *
     * @param failures makes the exceptions of the public API
     * @param quantities iterates over the quantities of named records
     * @throws IllegalStateException if two values exclude each other
     */
    public Settings settings(Failures failures, Quantities quantities) {
        columns.checkChunks(chunkRows);
        FileDescription described = description.build(group);
        Path target = described.nameFile(file);
        DiskPath.mustSuit(target, access);
        checkSharing();
        StoredFile stored = new StoredFile(target, access);
        return new Settings(
                stored,
                image,
                group,
                route,
                position,
                layout,
                columns,
                chunkRows,
                chunkBytes,
                commitInterval,
                commitRecords,
                memory,
                limits,
                described,
                evolution,
                onBadRecord,
                scheduler,
                shutdownHook,
                failures,
                quantities,
                opening(stored));
    }

    private void checkSharing() {
        if (sharing == Sharing.SWMR && !access.canBeFollowed()) {
            throw new IllegalStateException(
                    "HDF5 lets readers follow (Sharing.SWMR) with Driver.sec2() only, not with " + access);
        }
    }

    /** Creates the access to the file, with the values that are set now. */
    private Supplier<WritableFile> opening(StoredFile target) {
        Function<WritableFile, WritableFile> wrapper = storeWrapper;
        OpenRequest request = new OpenRequest(target, mode, sharing, durability == Durability.FSYNC);
        return () -> wrapper.apply(
                Hdf5File.canWrite(request)
                        ? new ChosenFile(
                                request, java -> new Hdf5File(java, new LateFilters()), SettingsDraft::byTheLibrary)
                        : byTheLibrary(request));
    }

    private static WritableFile byTheLibrary(OpenRequest request) {
        Library.require();
        return new LibraryFile(request);
    }

    private static Duration notNegative(Duration limit) {
        if (limit.isNegative()) {
            throw new IllegalArgumentException("limit must not be negative, was " + limit);
        }
        return capped(limit);
    }

    private static Duration capped(Duration duration) {
        boolean forEver = duration.compareTo(Duration.ofNanos(MAX_NANOS)) > 0;
        return forEver ? Duration.ofNanos(MAX_NANOS) : duration;
    }

    private static long atLeast(long least, long value, String name) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ", was " + value);
        }
        return value;
    }
}
