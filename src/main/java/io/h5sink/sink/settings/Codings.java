package io.h5sink.sink.settings;

import io.h5sink.filter.ChunkCoding;
import io.h5sink.filter.FilterExecutor;
import io.h5sink.schema.Column;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The chunk codings of a session's columns, on the threads that all sessions share. Belongs to the writer thread. */
public final class Codings {

    private final Columns columns;
    private final long ceiling;
    private final Map<Column, ChunkCoding> known = new HashMap<>();
    private FilterExecutor.@Nullable Line line;

    public Codings(Settings settings) {
        this.columns = settings.columns();
        this.ceiling = settings.codecMemory();
    }

    /** The coding of a column's datasets. */
    public ChunkCoding of(Column column) {
        return known.computeIfAbsent(column, it -> new ChunkCoding(columns.compression(it.name()), this::line));
    }

    /** True if the chunks of any column are compressed. */
    public boolean areUsed() {
        return line != null || columns.compress();
    }

    private FilterExecutor.Line line() {
        FilterExecutor.Line mine = line;
        if (mine == null) {
            mine = FilterExecutor.shared().line(ceiling);
            line = mine;
        }
        return mine;
    }

    /** Frees the buffers that are kept for further chunks. */
    public void close() {
        if (line != null) {
            line.close();
        }
    }
}
