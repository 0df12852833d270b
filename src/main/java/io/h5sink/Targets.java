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
            Target target = new OffsetsTarget(
                    path,
                    store.dataset(path + "/values", value, settings.chunk(column, value)),
                    store.dataset(path + "/offsets", offset, settings.chunk(column, offset)),
                    value.elementBytes());
            describe(store, path + "/values", column);
            return target;
        }
        Target target =
                new DatasetTarget(path, store.dataset(path, column.type(), settings.chunk(column, column.type())));
        describe(store, path, column);
        return target;
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
