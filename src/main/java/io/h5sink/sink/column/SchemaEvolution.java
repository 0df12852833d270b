package io.h5sink.sink.column;

import io.h5sink.Evolution;
import io.h5sink.Layout;
import io.h5sink.Ragged;
import io.h5sink.engine.WritableFile;
import io.h5sink.schema.Column;
import io.h5sink.schema.ColumnType;
import io.h5sink.schema.ObjectNames;
import io.h5sink.sink.settings.Settings;
import io.h5sink.storage.StorageException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The added and removed columns of a record type, compared with the datasets of a group. Belongs to the writer thread.
 *
 * @param rows the number of rows that were written before
 * @param added the absolute paths of columns without a dataset, whose datasets get the fill value in those rows
 * @param removed the datasets without a column, which get the fill value in further rows
 */
record SchemaEvolution(long rows, List<String> added, List<FillWriter> removed) {

    /** Every column has a dataset and every dataset a column, or nothing was written before. */
    static final SchemaEvolution PLAIN = new SchemaEvolution(0, List.of(), List.of());

    /**
     * Compares the columns with the datasets of an open file, and changes nothing.
     *
     * @throws StorageException if they differ and the declared {@link Evolution} does not allow it
     */
    static SchemaEvolution of(List<Column> columns, String group, Settings settings, WritableFile store) {
        if (settings.layout() == Layout.TABLE) {
            return PLAIN; // all components are members of one dataset
        }
        Map<String, ColumnType> types = new LinkedHashMap<>();
        for (Column column : columns) {
            if (column.rule().ragged() != Ragged.OFFSETS) { // datasets of values and offsets have other lengths
                types.put(ObjectNames.in(group, column.name()), column.type());
            }
        }
        WritableFile.SchemaDifference found = store.compare(types);
        if (found.added().isEmpty() && found.removed().isEmpty()) {
            return PLAIN;
        }
        if (settings.evolution() == Evolution.REFUSE) {
            throw refusal(found);
        }
        for (String path : found.added()) {
            if (Objects.requireNonNull(types.get(path)).fill() == null) {
                throw StorageException.schema(
                        path, "a declared fill value for the " + found.rows() + " rows before it", "none");
            }
        }
        List<FillWriter> removed = found.removed().stream()
                .map(path -> new FillWriter(path, store.filled(path)))
                .toList();
        return new SchemaEvolution(found.rows(), found.added(), removed);
    }

    private static StorageException refusal(WritableFile.SchemaDifference found) {
        boolean added = !found.added().isEmpty();
        String path = added ? found.added().get(0) : found.removed().get(0);
        String why = added
                ? "the component is new, and evolve(BACKFILL) would give the " + found.rows()
                        + " rows before it the declared fill value"
                : "no component has this dataset any more, and evolve(BACKFILL) would let it go on with its fill value";
        return StorageException.schema(path, found.expected(), found.found(), why);
    }

    /** The writers of the columns and those of the removed ones. */
    List<? extends WrittenColumn> with(List<? extends WrittenColumn> columns) {
        return removed.isEmpty()
                ? columns
                : Stream.<WrittenColumn>concat(columns.stream(), removed.stream())
                        .toList();
    }

    /** The rows that a column without a dataset has before the session, all of the fill value. */
    long rowsBefore(String path) {
        return added.contains(path) ? rows : 0;
    }
}
