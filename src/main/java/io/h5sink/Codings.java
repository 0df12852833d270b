package io.h5sink;

import io.h5sink.codec.ChunkCodec;
import io.h5sink.codec.CompressionRule;
import io.h5sink.codec.Filter;
import io.h5sink.codec.Filtering;
import io.h5sink.codec.MissingCodecException;
import io.h5sink.codec.Workers;
import io.h5sink.hdf5.ChunkCoder;
import io.h5sink.hdf5.ChunkCoding;
import io.h5sink.hdf5.ChunkFilter;
import io.h5sink.schema.Column;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the chunks of a session's columns are compressed, on the threads that all sessions share. Belongs to the HDF5 thread. */
final class Codings {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Columns columns;
    private final long ceiling;
    private final Map<Column, OfColumn> known = new HashMap<>();
    private Workers.@Nullable Line line;

    Codings(Settings settings) {
        this.columns = settings.columns();
        this.ceiling = settings.codecMemory();
    }

    /** The coding of a column's datasets. */
    OfColumn of(Column column) {
        return known.computeIfAbsent(column, it -> new OfColumn(columns.compression(it.name())));
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

    /** The coding of one column, which may have many datasets. */
    final class OfColumn implements ChunkCoding {

        private final CompressionRule compression;
        private final Map<Integer, Filtering> chosen = new HashMap<>();
        private ByteBuffer sample = NOTHING;

        private OfColumn(CompressionRule compression) {
            this.compression = compression;
        }

        /** Whether rows are to be looked at before a dataset is made. */
        boolean needsSample() {
            return compression.auto() && chosen.isEmpty();
        }

        /** Takes rows to be looked at, until the next call of {@link #of}. */
        void sample(ByteBuffer rows) {
            sample = rows;
        }

        @Override
        public boolean codes() {
            return !compression.equals(CompressionRule.NONE);
        }

        @Override
        public @Nullable ChunkCoder make(int elementBytes, int chunkBytes) {
            Filtering filtering = chosen.get(elementBytes);
            if (filtering == null) {
                filtering = compression.filtering(elementBytes, sample);
                if (sample.hasRemaining()) {
                    chosen.put(elementBytes, filtering);
                }
            }
            return filtering.filters(elementBytes, chunkBytes).isEmpty()
                    ? null
                    : new LineCoder(ChunkCodec.of(filtering, elementBytes, chunkBytes), line());
        }

        @Override
        public @Nullable ChunkCoder find(List<ChunkFilter> filters, int elementBytes, int chunkBytes) {
            Filtering filtering = Filtering.of(filters.stream()
                    .map(filter -> new Filter(filter.id(), filter.flags(), filter.values()))
                    .toList());
            try {
                return filtering == null
                        ? null
                        : new LineCoder(ChunkCodec.of(filtering, elementBytes, chunkBytes), line());
            } catch (MissingCodecException e) {
                return null; // the library may have it
            }
        }
    }
}
