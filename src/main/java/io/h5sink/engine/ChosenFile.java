package io.h5sink.engine;

import io.h5sink.OpenMode;
import io.h5sink.filter.ChunkCoding;
import io.h5sink.schema.Axes;
import io.h5sink.schema.ColumnType;
import io.h5sink.storage.StorageException;
import io.h5sink.storage.UnsuitedFileException;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that Java writes, until an object needs the C library ({@link UnsuitedFileException}): then Java abandons the commit and closes
 * the file, and the C library opens the file, repeats the calls of that commit, and writes the rest of the session. The two engines never
 * have the file open at the same time. A file in memory that does not end up on disk can change the engine before its first commit only.
 * Objects are found before the rows of a commit are written, so that no rows need to be repeated. One thread at a time.
 */
public final class ChosenFile implements WritableFile {

    private static final Logger LOG = LoggerFactory.getLogger("io.h5sink");

    private final OpenRequest request;
    private final Function<OpenRequest, WritableFile> library;

    /** The engine that writes the file. */
    private WritableFile engine;

    /** The calls that the C library would have to repeat, in their order; null once the C library writes the file. */
    private @Nullable List<NotedCall> notes = new ArrayList<>();

    /** The handles that were given away; empty once the C library writes the file. */
    private final List<Moved<?>> handles = new ArrayList<>();

    /** The calls that the C library has to repeat as soon as the file is open. */
    private List<NotedCall> late = List.of();

    /** Whether the commit under way has rows that only Java's file has. */
    private boolean written;

    /** Whether the file was opened, so that the next commit leaves a file behind. */
    private boolean opened;

    /** Whether a commit of this session is in the file. */
    private boolean committed;

    /**
     * A call.
     *
     * @param object the object that waits for the call's effect until the object is made; null if the call's effect may wait for any
     */
    private record NotedCall(@Nullable String object, Consumer<WritableFile> call) {}

    /**
     * Prepares a session, without opening the file.
     *
     * @param java opens the file in Java
     * @param library opens the file in the C library
     */
    public ChosenFile(
            OpenRequest request,
            Function<OpenRequest, WritableFile> java,
            Function<OpenRequest, WritableFile> library) {
        this.request = request;
        this.library = library;
        this.engine = java.apply(request);
    }

    /** Makes a call, in the C library if Java cannot. */
    private <R> R get(Function<WritableFile, R> call) {
        try {
            return call.apply(engine);
        } catch (UnsuitedFileException e) {
            change(e);
            return call.apply(engine);
        }
    }

    private void run(Consumer<WritableFile> call) {
        get(file -> {
            call.accept(file);
            return true;
        });
    }

    /** Makes a call that is repeated if the C library takes over. */
    private void noted(@Nullable String object, Consumer<WritableFile> call) {
        run(call);
        if (notes != null) {
            notes.add(new NotedCall(object, call));
        }
    }

    private void change(UnsuitedFileException why) {
        List<NotedCall> repeated = notes;
        if (repeated == null || written) {
            throw onlyLibrary(why);
        }
        LOG.debug("{}: HDF5 itself writes this file: {}", request.file().path(), why.getMessage());
        notes = null;
        late = repeated;
        boolean mayBeNew = !committed || request.mode() == OpenMode.APPEND;
        if (!engine.abandon() && engine.isOpen()) { // a file in memory
            if (request.file().access().onDisk()) {
                engine.close();
                mayBeNew = false;
            } else if (committed) {
                throw onlyLibrary(why); // the C library would not find what was committed
            }
        }
        engine = library.apply(
                mayBeNew
                        ? request
                        : new OpenRequest(request.file(), OpenMode.EXISTING, request.sharing(), request.force()));
        open();
    }

    private static StorageException onlyLibrary(UnsuitedFileException why) {
        return StorageException.write(null, why.getMessage() + ", which only the C library can write", why);
    }

    @Override
    public void open() {
        try {
            engine.open();
        } catch (UnsuitedFileException e) {
            change(e); // which opens the file
            return;
        }
        opened = true;
        List<NotedCall> calls = late;
        if (notes == null && (!calls.isEmpty() || !handles.isEmpty())) {
            calls.forEach(note -> note.call.accept(engine));
            late = List.of();
            handles.forEach(Moved::find);
            handles.clear();
        }
    }

    @Override
    public boolean isOpen() {
        return engine.isOpen();
    }

    /** A handle that follows its object from one engine to the other. */
    private class Moved<H> {
        private final Function<WritableFile, H> finding;
        private H at;

        Moved(Function<WritableFile, H> finding) {
            this.finding = finding;
            this.at = get(finding);
            if (notes != null) {
                handles.add(this);
            }
        }

        H at() {
            return at;
        }

        /** Finds the object in the C library. */
        void find() {
            at = finding.apply(engine);
        }

        /** Writes to the object. */
        void put(Consumer<H> call) {
            run(file -> call.accept(at));
            written = notes != null;
        }
    }

    @Override
    public Dataset dataset(String path, ColumnType type, long[] chunk, ChunkCoding coding) {
        return new MovedDataset(path, type, chunk, coding);
    }

    private final class MovedDataset extends Moved<Dataset> implements Dataset {
        private long backfilled = -1;
        private boolean withdrawn;

        MovedDataset(String path, ColumnType type, long[] chunk, ChunkCoding coding) {
            super(file -> file.dataset(path, type, chunk, coding));
        }

        @Override
        void find() {
            super.find();
            if (backfilled >= 0) {
                at().backfill(backfilled);
            }
            if (withdrawn) {
                at().withdraw();
            }
        }

        @Override
        public long rows() {
            return at().rows();
        }

        @Override
        public int chunkRows() {
            return at().chunkRows();
        }

        @Override
        public void withdraw() {
            at().withdraw();
            withdrawn = true;
        }

        @Override
        public void backfill(long length) {
            at().backfill(length);
            backfilled = length;
        }

        @Override
        public void announce(long firstRow, ByteBuffer data) {
            at().announce(firstRow, data);
        }

        @Override
        public boolean recodes() {
            return at().recodes();
        }

        @Override
        public @Nullable Refused refused(long firstRow, int rows, ByteBuffer data, @Nullable IntBuffer starts) {
            return at().refused(firstRow, rows, data, starts);
        }

        @Override
        public void write(long firstRow, int rows, ByteBuffer data) {
            put(dataset -> dataset.write(firstRow, rows, data));
            backfilled = -1;
        }

        @Override
        public void writeVariable(long firstRow, int rows, ByteBuffer data, IntBuffer starts) {
            put(dataset -> dataset.writeVariable(firstRow, rows, data, starts));
            backfilled = -1;
        }

        @Override
        public void truncate(long length) {
            at().truncate(length);
        }
    }

    @Override
    public SchemaDifference compare(Map<String, ColumnType> columns) {
        return get(file -> file.compare(columns));
    }

    @Override
    public Filled filled(String path) {
        return new MovedFilled(path);
    }

    private final class MovedFilled extends Moved<Filled> implements Filled {
        MovedFilled(String path) {
            super(file -> file.filled(path));
        }

        @Override
        public long rows() {
            return at().rows();
        }

        @Override
        public void fill(long length) {
            put(dataset -> dataset.fill(length));
        }

        @Override
        public void truncate(long length) {
            at().truncate(length);
        }
    }

    @Override
    public Latest latest(String path, ColumnType type) {
        return new MovedLatest(path, type);
    }

    private final class MovedLatest extends Moved<Latest> implements Latest {
        MovedLatest(String path, ColumnType type) {
            super(file -> file.latest(path, type));
        }

        @Override
        public void write(ByteBuffer data) {
            put(dataset -> dataset.write(data));
        }

        @Override
        public void writeVariable(ByteBuffer data) {
            put(dataset -> dataset.writeVariable(data));
        }
    }

    @Override
    public Positions positions() {
        return new MovedPositions();
    }

    private final class MovedPositions extends Moved<Positions> implements Positions {
        MovedPositions() {
            super(WritableFile::positions);
        }

        @Override
        public Map<String, Long> last() {
            return at().last();
        }

        @Override
        public void write(Map<String, Long> changed) {
            put(table -> table.write(changed));
        }

        @Override
        public void committed() {
            at().committed();
        }

        @Override
        public void rollBack() {
            at().rollBack();
        }
    }

    @Override
    public @Nullable String attributeText(String object, String name) {
        return get(file -> file.attributeText(object, name));
    }

    @Override
    public void attribute(String object, String name, ColumnType type, ByteBuffer data) {
        noted(object, file -> file.attribute(object, name, type, data));
    }

    @Override
    public void label(Axes axes) {
        noted(null, file -> file.label(axes));
    }

    @Override
    public List<String> awaited() {
        return engine.awaited();
    }

    @Override
    public void group(String path) {
        noted(path, file -> file.group(path));
    }

    @Override
    public void text(String path, ByteBuffer utf8) {
        noted(path, file -> file.text(path, utf8));
    }

    @Override
    public boolean commit() {
        boolean complete = get(WritableFile::commit);
        settled();
        return complete;
    }

    /** Forgets the calls whose effect is in the file. */
    private void settled() {
        written = false;
        committed = opened;
        List<NotedCall> mine = notes;
        if (mine != null && !mine.isEmpty()) {
            List<String> awaited = engine.awaited();
            mine.removeIf(note -> note.object != null && !awaited.contains(note.object));
        }
    }

    @Override
    public void close() {
        run(WritableFile::close);
        settled();
    }

    @Override
    public boolean abandon() {
        written = false;
        return engine.abandon();
    }

    @Override
    public boolean suspend() {
        return engine.suspend();
    }

    @Override
    public @Nullable ByteBuffer image() {
        return engine.image();
    }
}
