package io.h5sink.sink;

import io.h5sink.engine.Positions;
import io.h5sink.engine.WritableFile;
import io.h5sink.filter.ChunkCoding;
import io.h5sink.schema.Axes;
import io.h5sink.schema.ColumnType;
import io.h5sink.sink.CallMonitor.Kind;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A file whose calls are timed by a monitor, if they may reach the disk. */
final class TimedFile implements WritableFile {

    private final Supplier<WritableFile> stores;
    private final CallMonitor monitor;
    private @Nullable WritableFile made;

    /** True if a commit has something to write; the times of commits without effect would distort the mean. */
    private boolean used;

    /**
     * A file that is created on first use.
     *
     * @param stores creates the file; may access the disk, and so must not be called by the publisher's thread
     */
    TimedFile(Supplier<WritableFile> stores, CallMonitor monitor) {
        this.stores = stores;
        this.monitor = monitor;
    }

    private WritableFile store() {
        WritableFile store = made;
        if (store == null) {
            store = stores.get();
            made = store;
        }
        return store;
    }

    private void run(Kind kind, @Nullable String object, Runnable call) {
        used = true;
        monitor.run(kind, object, call);
    }

    @Override
    public void open() {
        run(Kind.OPEN, null, store()::open);
    }

    @Override
    public boolean isOpen() {
        return made != null && made.isOpen();
    }

    @Override
    public Dataset dataset(String path, ColumnType type, long[] chunk, ChunkCoding coding) {
        used = true;
        return new TimedDataset(path, monitor.get(Kind.FIND, path, () -> store().dataset(path, type, chunk, coding)));
    }

    @Override
    public SchemaDifference compare(Map<String, ColumnType> columns) {
        used = true;
        return monitor.get(Kind.FIND, null, () -> store().compare(columns));
    }

    @Override
    public Filled filled(String path) {
        used = true;
        return new TimedFilled(path, monitor.get(Kind.FIND, path, () -> store().filled(path)));
    }

    @Override
    public Latest latest(String path, ColumnType type) {
        used = true;
        return new TimedLatest(path, monitor.get(Kind.FIND, path, () -> store().latest(path, type)));
    }

    @Override
    public Positions positions() {
        used = true;
        return new TimedPositions(monitor.get(Kind.FIND, null, store()::positions));
    }

    @Override
    public @Nullable String attributeText(String object, String name) {
        used = true;
        return monitor.<@Nullable String>get(Kind.DESCRIBE, object, () -> store().attributeText(object, name));
    }

    @Override
    public void attribute(String object, String name, ColumnType type, ByteBuffer data) {
        run(Kind.DESCRIBE, object, () -> store().attribute(object, name, type, data));
    }

    @Override
    public void label(Axes axes) {
        run(Kind.DESCRIBE, axes.rows(), () -> store().label(axes));
    }

    @Override
    public List<String> awaited() {
        return store().awaited();
    }

    @Override
    public void group(String path) {
        run(Kind.DESCRIBE, path, () -> store().group(path));
    }

    @Override
    public void text(String path, ByteBuffer utf8) {
        run(Kind.DESCRIBE, path, () -> store().text(path, utf8));
    }

    @Override
    public boolean commit() {
        if (!used) {
            return made == null || made.commit();
        }
        boolean safe = monitor.get(Kind.COMMIT, null, store()::commit);
        used = false;
        return safe;
    }

    @Override
    public void close() {
        if (made != null) {
            monitor.run(Kind.CLOSE, null, made::close);
        }
    }

    @Override
    public boolean abandon() {
        return made == null || monitor.get(Kind.CLOSE, null, made::abandon);
    }

    @Override
    public boolean suspend() {
        return made != null && monitor.get(Kind.CLOSE, null, made::suspend);
    }

    @Override
    public @Nullable ByteBuffer image() {
        return made == null ? null : made.image();
    }

    private final class TimedDataset implements Dataset {

        private final String path;
        private final Dataset dataset;

        TimedDataset(String path, Dataset dataset) {
            this.path = path;
            this.dataset = dataset;
        }

        @Override
        public long rows() {
            return dataset.rows();
        }

        @Override
        public int chunkRows() {
            return dataset.chunkRows();
        }

        @Override
        public void withdraw() {
            dataset.withdraw();
        }

        @Override
        public void backfill(long length) {
            dataset.backfill(length);
        }

        @Override
        public void announce(long firstRow, ByteBuffer data) {
            run(Kind.WRITE, path, () -> dataset.announce(firstRow, data));
        }

        @Override
        public boolean recodes() {
            return dataset.recodes();
        }

        @Override
        public @Nullable Refused refused(long firstRow, int rows, ByteBuffer data, @Nullable IntBuffer starts) {
            return dataset.refused(firstRow, rows, data, starts);
        }

        @Override
        public void write(long firstRow, int rows, ByteBuffer data) {
            run(Kind.WRITE, path, () -> dataset.write(firstRow, rows, data));
        }

        @Override
        public void writeVariable(long firstRow, int rows, ByteBuffer data, IntBuffer starts) {
            run(Kind.WRITE, path, () -> dataset.writeVariable(firstRow, rows, data, starts));
        }

        @Override
        public void truncate(long length) {
            run(Kind.TRUNCATE, path, () -> dataset.truncate(length));
        }
    }

    private final class TimedFilled implements Filled {

        private final String path;
        private final Filled dataset;

        TimedFilled(String path, Filled dataset) {
            this.path = path;
            this.dataset = dataset;
        }

        @Override
        public long rows() {
            return dataset.rows();
        }

        @Override
        public void fill(long length) {
            run(Kind.WRITE, path, () -> dataset.fill(length));
        }

        @Override
        public void truncate(long length) {
            run(Kind.TRUNCATE, path, () -> dataset.truncate(length));
        }
    }

    private final class TimedLatest implements Latest {

        private final String path;
        private final Latest dataset;

        TimedLatest(String path, Latest dataset) {
            this.path = path;
            this.dataset = dataset;
        }

        @Override
        public void write(ByteBuffer data) {
            run(Kind.WRITE, path, () -> dataset.write(data));
        }

        @Override
        public void writeVariable(ByteBuffer data) {
            run(Kind.WRITE, path, () -> dataset.writeVariable(data));
        }
    }

    private final class TimedPositions implements Positions {

        private final Positions positions;

        TimedPositions(Positions positions) {
            this.positions = positions;
        }

        @Override
        public Map<String, Long> last() {
            return positions.last();
        }

        @Override
        public void write(Map<String, Long> changed) {
            run(Kind.WRITE, null, () -> positions.write(changed));
        }

        @Override
        public void committed() {
            positions.committed();
        }

        @Override
        public void rollBack() {
            run(Kind.TRUNCATE, null, positions::rollBack);
        }
    }
}
