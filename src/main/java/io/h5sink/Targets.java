package io.h5sink;

import io.h5sink.hdf5.Store;
import io.h5sink.schema.AttributeValue;
import io.h5sink.schema.Column;
import io.h5sink.schema.ColumnRule.Ragged;
import io.h5sink.schema.ColumnType;
import io.h5sink.schema.ColumnType.Kind;
import org.jspecify.annotations.Nullable;

/** Finds or promises the datasets of columns. Belongs to the HDF5 thread. */
final class Targets {

    private Targets() {}

    /** The target of a column, in a file that is open. */
    static Target of(String path, Column column, Settings settings, Store store) {
        if (column.rule().ragged() == Ragged.OFFSETS) {
            ColumnType value = column.type().one();
            ColumnType offset = ColumnType.scalar(Kind.INT64);
            Target values = dataset(path + "/values", column, value, settings, store);
            describe(store, path + "/values", column);
            Target offsets = dataset(path + "/offsets", column, offset, settings, store);
            return new OffsetsTarget(path, values, offsets, value.elementBytes());
        }
        Target target = dataset(path, column, column.type(), settings, store);
        describe(store, path, column);
        return target;
    }

    private static Target dataset(String path, Column column, ColumnType type, Settings settings, Store store) {
        return new DatasetTarget(path, store.dataset(path, type, settings.chunk(column, type)));
    }

    private static void describe(Store store, String path, Column column) {
        attribute(store, path, "units", column.rule().unit());
        attribute(store, path, "long_name", column.rule().description());
    }

    private static void attribute(Store store, String path, String name, @Nullable String value) {
        if (value != null) {
            AttributeValue attribute = AttributeValue.of(name, value);
            store.attribute(path, name, attribute.type(), attribute.data().duplicate());
        }
    }
}
