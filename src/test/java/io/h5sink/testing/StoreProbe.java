package io.h5sink.testing;

import io.h5sink.engine.Positions;
import io.h5sink.engine.WritableFile;
import io.h5sink.filter.ChunkCoding;
import io.h5sink.schema.Axes;
import io.h5sink.schema.ColumnType;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Stands before a store and is asked before every call. */
public abstract class StoreProbe implements WritableFile {

    /** What a session may do with a store. */
    public enum Call {
        OPEN,
        DESCRIBE,
        DATASET,
        WRITE,
        POSITIONS,
        CLOSE
    }

    private final WritableFile store;

    public StoreProbe(WritableFile store) {
        this.store = store;
    }

    /** Comes before the call, which is left out if it throws. */
    public abstract void before(Call call);

    @Override
    public void open() {
        before(Call.OPEN);
        store.open();
    }

    @Override
    public boolean isOpen() {
        return store.isOpen();
    }

    @Override
    public Dataset dataset(String path, ColumnType type, long[] chunk, ChunkCoding coding) {
        before(Call.DATASET);
        Dataset dataset = store.dataset(path, type, chunk, coding);
        return new Dataset() {
            @Override
            public long rows() {
                return dataset.rows();
            }

            @Override
            public int chunkRows() {
                return dataset.chunkRows();
            }

            @Override
            public void backfill(long length) {
                dataset.backfill(length);
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
                before(Call.WRITE);
                dataset.write(firstRow, rows, data);
            }

            @Override
            public void writeVariable(long firstRow, int rows, ByteBuffer utf8, IntBuffer starts) {
                before(Call.WRITE);
                dataset.writeVariable(firstRow, rows, utf8, starts);
            }

            @Override
            public void truncate(long length) {
                dataset.truncate(length);
            }
        };
    }

    @Override
    public SchemaDifference compare(Map<String, ColumnType> columns) {
        return store.compare(columns);
    }

    @Override
    public Filled filled(String path) {
        return store.filled(path);
    }

    @Override
    public Latest latest(String path, ColumnType type) {
        return store.latest(path, type);
    }

    @Override
    public Positions positions() {
        Positions positions = store.positions();
        return new Positions() {
            @Override
            public Map<String, Long> last() {
                return positions.last();
            }

            @Override
            public void write(Map<String, Long> changed) {
                before(Call.POSITIONS);
                positions.write(changed);
            }

            @Override
            public void committed() {
                positions.committed();
            }

            @Override
            public void rollBack() {
                positions.rollBack();
            }
        };
    }

    @Override
    public @Nullable String attributeText(String object, String name) {
        return store.attributeText(object, name);
    }

    @Override
    public boolean commit() {
        if (store.isOpen()) {
            before(Call.CLOSE);
        }
        return store.commit();
    }

    @Override
    public boolean abandon() {
        return store.abandon();
    }

    @Override
    public boolean suspend() {
        return store.suspend();
    }

    @Override
    public @Nullable ByteBuffer image() {
        return store.image();
    }

    @Override
    public void attribute(String object, String name, ColumnType type, ByteBuffer data) {
        before(Call.DESCRIBE);
        store.attribute(object, name, type, data);
    }

    @Override
    public void label(Axes axes) {
        before(Call.DESCRIBE);
        store.label(axes);
    }

    @Override
    public List<String> awaited() {
        return store.awaited();
    }

    @Override
    public void group(String path) {
        before(Call.DESCRIBE);
        store.group(path);
    }

    @Override
    public void text(String path, ByteBuffer utf8) {
        before(Call.DESCRIBE);
        store.text(path, utf8);
    }

    @Override
    public void close() {
        if (store.isOpen()) {
            before(Call.CLOSE);
        }
        store.close();
    }
}
