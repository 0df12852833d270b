package io.h5sink;

import io.h5sink.codec.ChunkCoding;
import io.h5sink.codec.Workers;
import io.h5sink.schema.Column;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The chunk codings of a session's columns, on the threads that all sessions share. Belongs to the HDF5 thread. */
final class Codings {

    private final Columns columns;
    private final long ceiling;
    private final Map<Column, ChunkCoding> known = new HashMap<>();
    private Workers.@Nullable Line line;

    Codings(Settings settings) {
        this.columns = settings.columns();
        this.ceiling = settings.codecMemory();
    }

    /** The coding of a column's datasets. */
    ChunkCoding of(Column column) {
        return known.computeIfAbsent(
                column, it -> new ChunkCoding(columns.compression(it.name()), this::line));
    }

    /** Whether any chunk is coded. */
    boolean areUsed() {
        return line != null || columns.compress();
    }

    private Workers.Line line() {
        Workers.Line mine = line;
        if (mine == null) {
            mine = Workers.shared().line(ceiling);
            line = mine;
        }
        return mine;
    }

    /** Frees what is kept for the next chunks. */
    void close() {
        if (line != null) {
            line.close();
        }
    }
}
