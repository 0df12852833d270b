package io.h5sink;

import io.h5sink.hdf5.Store;
import io.h5sink.hdf5.StoreException;
import io.h5sink.schema.Column;
import io.h5sink.schema.ColumnType;
import io.h5sink.schema.ObjectNames;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * How the columns of a record type go on with the datasets of a group that were written with other components. Belongs to the
 * HDF5 thread.
 *
 * @param rows how many rows were written before
 * @param fresh the absolute paths of columns that have no dataset, and get their fill value in those rows
 * @param rest the datasets that have no column, and get their fill value in the rows to come
 */
record Continuation(long rows, List<String> fresh, List<FilledTarget> rest) {

    /** Every column has a dataset and every dataset a column, or nothing was written before. */
    static final Continuation PLAIN = new Continuation(0, List.of(), List.of());

    /**
     * Compares what is to be written with what is there, in a file that is open, and changes nothing.
     *
     * @throws StoreException if they differ in a way that was not declared
     */
    static Continuation of(List<Column> columns, String group, Settings settings, Store store) {
        if (settings.layout() == Layout.TABLE) {
            return PLAIN; // whose components are one dataset
        }
        Map<String, ColumnType> types = new LinkedHashMap<>();
        for (Column column : columns) {
            if (column.rule().ragged() != Ragged.OFFSETS) { // whose datasets have other lengths
                types.put(ObjectNames.in(group, column.name()), column.type());
            }
        }
        Store.Siblings found = store.siblings(types);
        if (found.fresh().isEmpty() && found.missing().isEmpty()) {
            return PLAIN;
        }
        if (settings.evolution() == Evolution.REFUSE) {
            throw refusal(found);
        }
        for (String path : found.fresh()) {
            if (Objects.requireNonNull(types.get(path)).fill() == null) {
                throw StoreException.schema(
                        path, "a declared fill value for the " + found.rows() + " rows before it", "none");
            }
        }
        List<FilledTarget> rest = found.missing().stream()
                .map(path -> new FilledTarget(path, store.filled(path)))
                .toList();
        return new Continuation(found.rows(), found.fresh(), rest);
    }

    private static StoreException refusal(Store.Siblings found) {
        boolean fresh = !found.fresh().isEmpty();
        String path = fresh ? found.fresh().get(0) : found.missing().get(0);
        String why = fresh
                ? "the component is new, and evolve(BACKFILL) would give the " + found.rows()
                        + " rows before it the declared fill value"
                : "no component has this dataset any more, and evolve(BACKFILL) would let it go on with its fill value";
        return StoreException.schema(path, found.expected(), found.found(), why);
    }

    /** Those of the columns and the rest. */
    List<Target> with(List<Target> columns) {
        return rest.isEmpty()
                ? columns
                : Stream.concat(columns.stream(), rest.stream()).toList();
    }

    /** The rows that a column without a dataset has before the session, all of the fill value. */
    long rowsBefore(String path) {
        return fresh.contains(path) ? rows : 0;
    }
}
